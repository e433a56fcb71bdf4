"""The field for a known date: three boxes, and what was typed stays whatever it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms.fields.core import Field

from dsar.web.fields import LINE_CHARACTERS, clean_line
from dsar.web.form import Wrong


@dataclass(frozen=True, slots=True)
class DayPart:
    """One of the three boxes of a date."""

    id: str
    name: str
    value: str
    words_id: str
    width: int


class DayField(Field):
    """A known date in three boxes; set `latest` in the route to refuse later days."""

    latest: date | None = None

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.wrong = options.pop("wrong", "g.err.date")
        self.late = options.pop("late", "g.err.date.late")
        self.missing = missing
        self.typed = ("", "", "")
        super().__init__(label, **options)
        self.flags.optional = not missing

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read the three boxes where the form was sent, else the given date."""
        super().process(None, *args, **kwargs)
        day = self.data
        if isinstance(day, date):
            self.typed = (str(day.day), str(day.month), str(day.year))
        if formdata:
            self.typed = tuple(  # type: ignore[assignment]  # three names, three values
                clean_line(formdata.get(f"{self.name}-{part}", ""))[:LINE_CHARACTERS]
                for part in ("day", "month", "year")
            )
            self.data = _day(self.typed)

    @property
    def focus_id(self) -> str:
        """Return the id of the first box."""
        return f"{self.id}-day"

    @property
    def parts(self) -> tuple[DayPart, ...]:
        """Return the boxes as they are drawn."""
        names = (("day", 2), ("month", 2), ("year", 4))
        return tuple(
            DayPart(f"{self.id}-{name}", f"{self.name}-{name}", typed, f"g.date.{name}", width)
            for (name, width), typed in zip(names, self.typed, strict=True)
        )

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing day, one that no calendar has, and one too late."""
        if not any(self.typed):
            if self.missing:
                raise Wrong(self.missing)
            return
        if self.data is None:
            raise Wrong(self.wrong)
        if self.latest is not None and self.data > self.latest:
            raise Wrong(self.late)


def _day(typed: tuple[str, str, str]) -> date | None:
    """Return the date, or None when there is no such day; 26 does not mean 2026."""
    day, month, year = (int(part) if part.isascii() and part.isdigit() else 0 for part in typed)
    try:
        return date(year, month, day) if year >= 1900 else None
    except (ValueError, OverflowError):
        return None
