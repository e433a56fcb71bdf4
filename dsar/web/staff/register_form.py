"""S4: the one page on which staff write down a request that came another way."""

import re
from datetime import date, time
from typing import Any

from dsar.domain.registration import BackdatingReason, Channel
from dsar.domain.rights import Right
from dsar.services.intake.opening import PersonFacts
from dsar.web.day_field import DayField
from dsar.web.fields import (
    ChoiceField,
    ChoicesField,
    EmailField,
    LineField,
    Option,
    TextField,
    TickField,
    UploadField,
    options,
)
from dsar.web.form import Form, Wrong
from dsar.web.public.forms import RELATIONS, REPRESENTATIONS, PhoneField

#: Where the person stands before us, an empty date means now.
AT_ONCE = frozenset({Channel.PHONE, Channel.COUNTER})
CHANNELS = (
    (Channel.PHONE, "s4.ch.phone.label"),
    (Channel.LETTER, "s4.ch.letter.label"),
    (Channel.EMAIL, "s4.ch.mail.label"),
    (Channel.COUNTER, "s4.ch.person.label"),
    (Channel.SOCIAL, "s4.ch.social.label"),
)
_CLOCK = re.compile(r"(\d{1,2})[.: ]?(\d{2})")


class ClockField(LineField):
    """A time of day, as people write it."""

    @property
    def clock(self) -> time | None:
        """Return the time, or None where none is given or there is no such time."""
        found = _CLOCK.fullmatch(self.data or "")
        hours, minutes = (int(found[1]), int(found[2])) if found else (24, 0)
        return time(hours, minutes) if hours < 24 and minutes < 60 else None

    def check(self, text: str) -> None:
        """Refuse what no clock shows."""
        if self.clock is None:
            raise Wrong("s4.time.err")


class RegisterForm(Form):
    """Channel, true receipt, wish, person: nothing else is needed to start the clock."""

    channel = ChoiceField(
        "s4.ch.h",
        missing="s4.ch.err",
        options=[Option(str(channel), words_id) for channel, words_id in CHANNELS],
    )
    received = DayField("s4.date.h", wrong="s4.date.err.real", late="s4.date.err.future")
    clock = ClockField("s4.time.label")
    reason = ChoiceField("s4.late.h", options=options("backdating", BackdatingReason))
    rights = ChoicesField(
        "s4.rights.h",
        missing="s4.rights.err",
        options=options("right", Right),
    )
    said = TextField("s4.said.label", missing="s4.said.err")
    scan = UploadField("s4.scan.label")
    name = LineField("s4.name.label", missing="s4.name.err")
    email = EmailField("s4.email.label")
    phone = PhoneField("s4.phone.label")
    address = TextField("s4.addr.label", max_characters=500)
    unreachable = TickField("s4.reach.none.label")
    language = ChoiceField("s4.lang.h", missing="s4.lang.err")
    identifiers = TextField("s4.ids.label", max_characters=1000)
    relation = ChoiceField(
        "s5.relation", options=[Option(one, f"relation.{one}") for one in RELATIONS]
    )
    subject = LineField("s4.subject.label")
    representation = ChoiceField(
        "s4.role.h", options=[Option(one, f"representation.{one}") for one in REPRESENTATIONS]
    )
    guarded = TickField("s4.safe.label")

    today: date

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for a day, a reason where it is past, a way to reach the person."""
        fine = super().validate(extra_validators)
        checks = (self._has_day(), self._has_reason(), self._has_reach(), self._has_role())
        return fine and all(checks)

    @property
    def day(self) -> date:
        """Return the day of receipt."""
        return self.received.data or self.today

    @property
    def requester(self) -> PersonFacts:
        """Return what is known of whoever asks."""
        return PersonFacts(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            postal_address=self.address.data or "",
            identifiers=self.identifiers.data or "",
        )

    @property
    def reply_format(self) -> str:
        """Return how the answer can reach the person: as she wrote, as far as we know."""
        if self.email.data:
            return "web"
        return "paper" if self.address.data else "oral"

    def _has_day(self) -> bool:
        if any(self.received.typed) or self.channel.data in {*AT_ONCE, ""}:
            return True
        self.add_problem(self.received, "s4.date.err.none")
        return False

    def _has_reason(self) -> bool:
        day = self.received.data
        if day is None or day >= self.today or self.reason.data:
            return True
        self.add_problem(self.reason, "s4.late.err")
        return False

    def _has_reach(self) -> bool:
        ways = (self.email, self.phone, self.address)
        if self.unreachable.data or any(way.data for way in ways):
            return True
        self.add_problem(self.email, "s4.reach.err")
        return False

    def _has_role(self) -> bool:
        if not self.subject.data or self.representation.data:
            return True
        self.add_problem(self.representation, "s4.role.err")
        return False
