"""The forms of the work on a case: each field, its words, and what is said of a wrong one."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask import request

from dsar.domain.errors import DomainError
from dsar.domain.findings import BASES
from dsar.domain.identity import Method
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.profiles import Ground
from dsar.i18n import t
from dsar.web.day_field import DayField
from dsar.web.fields import (
    ChoiceField,
    ChoicesField,
    LineField,
    Option,
    TextField,
    TickField,
    UploadField,
    options,
)
from dsar.web.form import Form

_NUMBER = re.compile(r"[0-9a-f]{32}")
PASTE_CHARACTERS = 1_000_000


class FoundLine(LineField):
    """One line of what a system holds: a national identity number may be part of it."""

    refuses_identity_numbers = False


class FoundText(TextField):
    """What a system holds, as long as it is."""

    refuses_identity_numbers = False
    max_characters = PASTE_CHARACTERS


def once() -> str:
    """Return the number of the form that was sent: it becomes the id of what it makes."""
    sent = request.form.get("once", "")
    return sent if _NUMBER.fullmatch(sent) else secrets.token_hex(16)


def say(form: Form, field: Any, error: DomainError) -> None:
    """Say what a service refused, beside the field that it concerns."""
    if "law" in error.facts:
        form.add_problem(
            field, "clock.site_law", law=error.facts["law"], why=plain_words(error)
        )
        return
    form.add_problem(field, error.message_id, **error.facts)


def plain_words(error: DomainError) -> str:
    """Return the words of a broken rule."""
    return t(error.message_id, **error.facts)


def rule_words(error: DomainError) -> str:
    """Return the words of a broken rule, with the law that has it where a site brings one."""
    why = plain_words(error)
    return t("clock.site_law", law=error.facts["law"], why=why) if "law" in error.facts else why


def offer_grounds(form: Any, grounds: Sequence[Ground]) -> None:
    """Offer grounds with their articles, and the conditions of the one that is chosen."""
    form.ground.options = [
        Option(each.key, "s10.ground", facts={"what": t(each.message_id), "law": each.article})
        for each in grounds
    ]
    chosen = next((each for each in grounds if each.key == form.ground.data), None)
    form.conditions.options = options("ground.condition", chosen.conditions if chosen else ())


class SettleForm(Form):
    """What one system answered, and how somebody looked."""

    answer = ChoiceField("s8b.found.h", "s8b.found.err", options=options("answer", TaskAnswer))
    how = TextField("s8b.how.label", "s8b.how.err")


class AddTaskForm(Form):
    """One more system to ask."""

    system = ChoiceField("s8.add.label", "s8.add.err")


class AboutForm(Form):
    """Where something found comes from, whatever it is made of."""

    category = FoundLine("s9.cat.label", "s9.cat.err")
    label = FoundLine("s9.label.label")
    provenance = ChoiceField(
        "s9.prov.label", "s9.prov.err", options=options("provenance", Provenance)
    )
    source = FoundLine("s9.src.label", "s9.src.err")
    basis = ChoiceField("s9.basis.label", options=options("package.basis", BASES))
    occurred_on = DayField("s9.day.label")
    explanation = FoundText("s9.plain.label")


class FieldsForm(AboutForm):
    """Something found, typed line by line."""

    lines = FoundText("s9.lines.label", "s9.lines.err")


class PasteForm(Form):
    """Something found, pasted."""

    pasted = FoundText("s9.paste.label", "s9.paste.err")


class UploadForm(Form):
    """Something found, in a file."""

    file = UploadField("s9.file.label", "s9.file.err")


class DecideForm(Form):
    """Release or withhold; the route gives grounds, and the conditions of the one chosen."""

    verdict = ChoiceField(
        "s10.verdict.label",
        "s10.verdict.err",
        options=options("verdict", ("release", "withhold")),
    )
    ground = ChoiceField("s10.why.label")
    conditions = ChoicesField("s10.conditions.label")
    explanation = TextField("s10.explain.label")


class EnoughForm(Form):
    """Is what we know enough: where it is not, the next page asks for the rest."""

    enough = ChoiceField(
        "s7.enough.label",
        "s7.err",
        options=[Option("yes", "s7.sure.label"), Option("no", "s7.doubt.label")],
    )


class AcceptForm(Form):
    """How we know who it is; more than the lightest way needs a doubt in words."""

    method = ChoiceField("s7.how.label", "s7.m.err", options=options("method", Method))
    seen_in = ChoiceField("s7.seen.label")
    doubt = TextField("s7.reason.label")


class AskForm(Form):
    """What the person is asked for, and the doubt that she reads."""

    method = ChoiceField("s7.ask.label", "s7.m.err")
    question = TextField("s7.q.label")
    doubt = TextField("s7.reason.label", "s7.reason.err")


class VerdictForm(Form):
    """Whether the person's answer is enough."""

    verdict = ChoiceField(
        "s7.reply.label",
        "s7.err",
        options=[
            Option("sufficient", "s7.sure.label"),
            Option("insufficient", "s7.reply.no.label"),
        ],
    )


class RegisterTextForm(Form):
    """What is told of an item, or why it does not apply."""

    text = TextField("s11.text.label")
    reason = TextField("s11.na.label")


class ApproveForm(Form):
    """The second look."""

    looked = TickField("s13.see.label", "s13.see.err")


class SendBackForm(Form):
    """What must change."""

    remark = TextField("s13.back.label", "s13.back.err")


class SendForm(Form):
    """How the answer goes out."""

    how = ChoiceField(
        "s14.how.label", "s14.how.err", options=options("s14.how", ("portal", "post", "oral"))
    )
    given_on = DayField("s14.given.label", late="g.err.date.late")


class OutcomeForm(Form):
    """How one right ended."""

    outcome = ChoiceField("s18.out.h", "s18.out.err")
