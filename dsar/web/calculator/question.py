"""What somebody asks of the calculator: read from the address, counted, nothing kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms.fields.core import Field

from dsar.domain.clock import FEE, ClockEvent, ClockEventKind, Reckoning
from dsar.domain.errors import DomainError
from dsar.domain.profiles import JurisdictionProfile
from dsar.i18n import page_language
from dsar.services.clock.deadlines import Start, count
from dsar.services.clock.jurisdictions import jurisdiction, jurisdictions
from dsar.web.calculator.choices import ChoicesForm
from dsar.web.calculator.forms import ClockForm, PauseForm
from dsar.web.form import Form

MOST_PAUSES: Final = 12
_PAUSE: Final = re.compile(r"pause-(\d{1,2})-[a-z-]+")
#: Said by buttons and hidden fields: no part of what was asked.
_NOT_ASKED: Final = frozenset({"count", "add", "shown", "lang"})
#: The law that comes first for a reader of the language.
_FIRST_LAW: Final = {"nb": "NO", "sv": "SE"}
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Question:
    """The law asked about, its form, a form for each pause, and the answer if there is one."""

    law: JurisdictionProfile
    form: ClockForm
    choices: ChoicesForm
    pauses: tuple[PauseForm, ...]
    reckoning: Reckoning | None
    link: str

    @property
    def forms(self) -> list[Any]:
        """Return every form of the page, for the summary of what is wrong."""
        return [self.form, self.choices, *self.pauses]

    @property
    def parameters(self) -> set[str]:
        """Return the names that this question's address may carry."""
        return parameters_of(self.forms)

    @property
    def can_add(self) -> bool:
        """Return whether another pause may be added."""
        return len(self.pauses) < MOST_PAUSES


@dataclass(frozen=True, slots=True)
class _Forms:
    form: ClockForm
    choices: ChoicesForm
    pauses: tuple[PauseForm, ...]


def read_question(args: MultiDict[str, str]) -> Question:
    """Return what the address asks; where something is wrong, the forms say what."""
    typed = args if "profile" in args else None
    law = _law(args.get("profile", ""))
    form = ClockForm(formdata=typed, data={"profile": law.id, "promise_unit": "days"})
    form.offer(jurisdictions(), law)
    choices = ChoicesForm(formdata=typed)
    choices.offer(law)
    has_changed_law = args.get("shown", law.id) != law.id
    form.forget_foreign_choices(has_changed_law=has_changed_law)
    if has_changed_law:
        choices.forget_foreign_choices()
    pauses = tuple(PauseForm(formdata=typed, prefix=f"pause-{n}-") for n in _numbers(args))
    forms = _Forms(form, choices, pauses)
    reckoning = _count(law, forms) if _is_asked(args, form) else None
    return Question(law, form, choices, pauses, reckoning, link_of(args))


def link_of(args: MultiDict[str, str]) -> str:
    """Return the query that asks the same again: without buttons, blanks and language."""
    pairs = [(k, v) for k, v in args.items(multi=True) if v.strip() and k not in _NOT_ASKED]
    return urlencode(pairs)


def parameters_of(forms: Iterable[Form]) -> set[str]:
    """Return the names under which the fields of forms are sent."""
    return {name for form in forms for field in form for name in _names(field)}


def _names(field: Field) -> list[str]:
    """Return the name of a field; a date has three boxes."""
    parts = getattr(field, "parts", None)
    return [part.name for part in parts] if parts else [field.name]


def _law(profile_id: str) -> JurisdictionProfile:
    known = {law.id for law in jurisdictions()}
    first = _FIRST_LAW.get(page_language(), "EEA")
    return jurisdiction(profile_id if profile_id in known else first)


def _numbers(args: MultiDict[str, str]) -> range:
    """Return the numbers of the pauses to draw: those typed, and one more if wanted."""
    found = (_PAUSE.fullmatch(name) for name in args)
    last = max((int(match[1]) for match in found if match), default=1)
    return range(1, 1 + min(MOST_PAUSES, max(1, last) + ("add" in args)))


def _is_asked(args: MultiDict[str, str], form: ClockForm) -> bool:
    """Return whether an answer is wanted: not while the form is still being laid out."""
    return "add" not in args and ("count" in args or any(form.received.typed))


def _count(law: JurisdictionProfile, forms: _Forms) -> Reckoning | None:
    form = forms.form
    fine = [each.validate() for each in (form, forms.choices, *forms.pauses)]
    form.check_extension()
    if not all(fine) or form.errors or form.received.data is None:
        return None
    received = _at(law, form.received.data, form.time.moment)
    start = Start(law.id, _options(form) | forms.choices.chosen, received)
    try:
        return count(start, _events(law, form, forms.pauses))
    except DomainError as error:
        form.add_problem(form.received, error.message_id, **error.facts)
    except (ValueError, OverflowError):
        form.add_problem(form.received, "clock.cli.out_of_range")
    return None


def _options(form: ClockForm) -> dict[str, Any]:
    unit = (
        "promise_working_days" if form.promise_unit.data == "working_days" else "promise_days"
    )
    chosen = {"subdiv": form.part.data, "deadline": form.clock.data, unit: form.promise.days}
    options: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return options | ({"small_agent": True} if form.small_agent.data else {})


def _events(
    law: JurisdictionProfile, form: ClockForm, pauses: tuple[PauseForm, ...]
) -> Iterator[ClockEvent]:
    for pause in pauses:
        yield from _pause_events(law, pause)
    if form.told.data:
        yield ClockEvent(
            ClockEventKind.EXTENDED,
            _at(law, form.told.data),
            until=form.until.data,
            reasons=tuple(form.reasons.data),
        )
    if form.informed.data:
        yield ClockEvent(ClockEventKind.INFORMED, _at(law, form.informed.data))


def _pause_events(law: JurisdictionProfile, pause: PauseForm) -> Iterator[ClockEvent]:
    reason, is_fee = pause.reason.data, pause.reason.data == FEE
    asked = ClockEventKind.FEE_ASKED if is_fee else ClockEventKind.ASKED
    answered = ClockEventKind.FEE_PAID if is_fee else ClockEventKind.ANSWERED
    if pause.asked.data:
        at, large = _at(law, pause.asked.data), bool(pause.large.data)
        yield ClockEvent(asked, at, reason=reason, large_quantity=large)
    if pause.answered.data:
        yield ClockEvent(answered, _at(law, pause.answered.data), reason=reason)


def _at(law: JurisdictionProfile, day: date, moment: time = _NOON) -> datetime:
    """Return the moment by the clocks of the place: only its day counts."""
    return datetime.combine(day, moment, law.zone)
