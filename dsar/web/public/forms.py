"""The forms of the street: what is asked, and the values that a draft keeps."""

import re
from typing import Any

from dsar.domain.rights import Right
from dsar.web.fields import (
    ChoiceField,
    ChoicesField,
    EmailField,
    LineField,
    Option,
    TextField,
    TickField,
)
from dsar.web.form import Form, StrangersForm, Wrong

#: What a person may tick on P2; "unsure" becomes a question in her own words.
WISHES = (
    ("access", Right.ACCESS),
    ("rectification", Right.RECTIFICATION),
    ("erasure", Right.ERASURE),
    ("restriction", Right.RESTRICTION),
    ("portability", Right.PORTABILITY),
    ("objection", Right.OBJECTION),
    ("consent", Right.CONSENT_WITHDRAWAL),
    ("automated", Right.AUTOMATED_DECISION),
    ("complaint", Right.COMPLAINT),
    ("info", Right.INFORMATION),
)
_NO_HINT = {"info"}
#: Through an employer or another company, which may be the one to answer.
VIA = "via"
RELATIONS = ("customer", "news", "web", "course", "job", "via", "other")
REPRESENTATIONS = ("parent", "guardian", "poa", "lawyer")
_PHONE = re.compile(r"\+?[\d ()./-]{6,25}")


class AskForm(StrangersForm):
    """P2: what is asked for."""

    rights = ChoicesField(
        "p2.h1",
        missing="p2.err.none",
        options=[
            *(
                Option(
                    str(right), f"p2.{key}.label", "" if key in _NO_HINT else f"p2.{key}.hint"
                )
                for key, right in WISHES
            ),
            Option("unsure", "p2.unsure.label", "p2.unsure.hint"),
        ],
    )

    def chosen(self) -> list[str]:
        """Return the rights chosen; who is unsure asks a question."""
        chosen = dict.fromkeys(
            str(Right.INFORMATION) if one == "unsure" else one for one in self.rights.data
        )
        return list(chosen)


class PhoneField(LineField):
    """A telephone number, as people write it."""

    max_characters = 40

    def check(self, text: str) -> None:
        """Refuse what nobody could call."""
        if not _PHONE.fullmatch(text) or sum(c.isdigit() for c in text) < 5:
            raise Wrong("p4.phone.err")


class WhoForm(StrangersForm):
    """P4: who asks, and how to reach her."""

    about = ChoiceField(
        "p4.about.h",
        options=[Option("me", "p4.about.me.label"), Option("other", "p4.about.other.label")],
        default="me",
    )
    name = LineField("p4.name.label", missing="p4.name.err")
    email = EmailField("p4.email.label", wrong="p4.email.err.format")
    address = TextField("p4.addr.label", max_characters=500)
    through = ChoiceField(
        "p4.through.h",
        options=[
            Option("no", "p4.through.no.label"),
            Option("yes", "p4.through.yes.label", "p4.through.yes.hint"),
        ],
        default="no",
    )
    relation = ChoiceField(
        "p4.rel.h",
        missing="p4.rel.err",
        options=[Option(one, f"p4.rel.{one}.label") for one in RELATIONS],
    )
    company = LineField("p4.company.label")
    identifiers = TextField("p4.ids.label", max_characters=1000)
    phone = PhoneField("p4.phone.label")
    guarded = TickField("p4.safe.label")

    by_post = False
    asks_through = False

    def ask_through(self) -> None:
        """Ask by itself whether another company stands between: it may have to answer."""
        self.asks_through = True
        self.relation.options = [o for o in self.relation.options if o.value != VIA]
        if self.relation.data == VIA:
            self.through.data, self.relation.data = "yes", ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for a way to reach the person: an e-mail address, or a postal one."""
        is_via = self.asks_through and self.through.data == "yes"
        if is_via:
            self.relation.missing = ""
        fine = super().validate(extra_validators)
        if is_via:
            self.relation.data = VIA
        if self.by_post and not self.address.data:
            self.add_problem(self.address, "p4.addr.err")
            return False
        if not self.by_post and not self.email.data and not self.email.errors:
            self.add_problem(self.email, "p4.email.err.empty")
            return False
        return fine

    def values(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        names = ("about", "name", "email", "address", "relation", "company")
        kept: dict[str, Any] = {name: self[name].data or "" for name in names}
        kept |= {"identifiers": self.identifiers.data or "", "phone": self.phone.data or ""}
        if self.by_post:
            kept["email"] = ""
        else:
            kept["address"] = ""
        return kept | {"guarded": bool(self.guarded.data), "about": kept["about"] or "me"}


class RepresentForm(StrangersForm):
    """P17: on whose behalf."""

    name = LineField("p17.name.label", missing="p17.name.err")
    role = ChoiceField(
        "p17.role.h",
        missing="p17.role.err",
        options=[Option(one, f"p17.{one}.label") for one in REPRESENTATIONS],
    )

    def values(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        return {"name": self.name.data, "role": self.role.data}


class ReachField(EmailField):
    """An e-mail address or a telephone number."""

    def check(self, text: str) -> None:
        """Refuse what is neither."""
        if "@" in text:
            super().check(text)
        elif not _PHONE.fullmatch(text) or sum(c.isdigit() for c in text) < 5:
            raise Wrong("p16.email.err")


class MarketingForm(StrangersForm):
    """P16: stop marketing, on one page."""

    address = ReachField(
        "p16.email.label", missing="p16.email.err", wrong="p4.email.err.format"
    )
    profiling = TickField("p16.prof.label")


class SendForm(Form):
    """P5: only a button."""
