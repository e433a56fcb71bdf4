"""The forms of the work on a right, made from what the law asks: a field for each text."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from dsar.domain.assessments import ASSESSMENTS, Weighed
from dsar.domain.errors import DomainError
from dsar.domain.measures import ACTS, Act
from dsar.domain.profiles import Ground
from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.services.rights.recipients import Told
from dsar.web.day_field import DayField
from dsar.web.fields import ChoiceField, ChoicesField, LineField, TextField, TickField, options
from dsar.web.form import Form
from dsar.web.staff.work_forms import offer_grounds

#: Texts of one line; the others have several.
LINES = frozenset({"field", "statute", "end", "purpose", "recipient", "reviewer"})


#: What staff should think of while they write, where it is more than the label says.
HINTS = {
    (Right.AUTOMATED_DECISION, "explained"): "weigh.explained.hint",
    (Right.AUTOMATED_DECISION, "reviewer"): "weigh.reviewer.hint",
    (Right.AUTOMATED_DECISION, "heard"): "weigh.heard.hint",
    (Right.COMPLAINT, "reply"): "weigh.reply.complaint.hint",
    (Right.INFORMATION, "reply"): "weigh.reply.information.hint",
}


class FactText(TextField):
    """What a system holds or what is done with it: a national identity number may be in it."""

    refuses_identity_numbers = False


class FactLine(LineField):
    """One line of the same kind."""

    refuses_identity_numbers = False


class MeasureForm(Form):
    """What is done with something held; the texts follow the act."""

    ground = ChoiceField("measure.ground.label")
    conditions = ChoicesField("s10.conditions.label")
    keep_until_on = DayField("measure.keep_until.label")

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        """Return what was written, by name."""
        return {name: self[name].data or "" for name in names}


class WeighForm(Form):
    """What is weighed for a right: ground, result, and the texts."""

    ground = ChoiceField("weigh.ground.label")
    result = ChoiceField("weigh.result.label")

    def field_of(self, error: DomainError) -> Any:
        """Return the field that an error names, or None."""
        name = str(error.facts.get("field", ""))
        return self[name] if name in self else None  # noqa: SIM401  # a form is no dict

    def weighed(self, right: Right) -> Weighed:
        """Return what was chosen and written."""
        texts = {name: self[name].data or "" for name in ASSESSMENTS[right].all_texts}
        return Weighed(self.ground.data or "", self.result.data or "", texts)


class CarryOutForm(Form):
    """How it was carried out."""

    proof = FactText("measure.proof.label", "measure.proof.err")


class RefuseForm(Form):
    """Why a right is refused as a whole."""

    ground = ChoiceField("s17.law.label", "s17.law.err")
    conditions = ChoicesField("s10.conditions.label")
    explanation = TextField("s17.exp.label", "s17.exp.err")
    still_given = TextField("s17.still.label")
    admits_late = TickField("s17.late.label")


class TransferForm(Form):
    """When the file went to the other company, and how."""

    sent_on = DayField("transfer.sent_on.label", "transfer.sent_on.err", late="g.err.date.late")
    proof = FactText("transfer.proof.label", "transfer.proof.err")


class RecipientForm(Form):
    """Who received the data."""

    name = FactLine("recipient.name.label", "recipient.name.err")
    system = ChoiceField("recipient.system.label")


class SettleRecipientForm(Form):
    """Whether a recipient was told."""

    state = ChoiceField(
        "recipient.state.label",
        "recipient.state.err",
        options=options(
            "recipient.state", [str(each) for each in Told if each is not Told.OPEN]
        ),
    )
    told_on = DayField("recipient.told_on.label", late="g.err.date.late")
    proof = FactText("recipient.proof.label", "recipient.proof.err")


def measure_form(act: Act, grounds: list[Ground]) -> MeasureForm:
    """Return the form for one act, with the grounds on which it may rest."""
    form = _measure_form(act)()
    offer_grounds(form, grounds if ACTS[act].needs_ground else [])
    return form


def weigh_form(right: Right, held: Mapping[str, Any]) -> WeighForm:
    """Return the form for what a right asks to be weighed, filled with what was written."""
    rules, form = ASSESSMENTS[right], _weigh_form(right)(data=dict(held))
    form.ground.options = options("weigh.ground", rules.grounds)
    form.result.options = options(f"weigh.result.{right}", rules.results)
    return form


def weigh_hints(right: Right) -> dict[str, str]:
    """Return the hints of the texts of a weighing, by name."""
    return {name: t(words) for (one, name), words in HINTS.items() if one is right}


def refuse_form(grounds: list[Ground], held: Mapping[str, Any]) -> RefuseForm:
    """Return the form of a refusal, filled with what stands."""
    form = RefuseForm(data=dict(held))
    offer_grounds(form, grounds)
    return form


@cache
def _measure_form(act: Act) -> type[MeasureForm]:
    rules = ACTS[act]
    fields = {name: _text(f"measure.{name}", name, needed=True) for name in rules.needs}
    fields |= {name: _text(f"measure.{name}", name, needed=False) for name in rules.may}
    return type("ActForm", (MeasureForm,), fields)


@cache
def _weigh_form(right: Right) -> type[WeighForm]:
    rules = ASSESSMENTS[right]
    fields = {
        name: _text(f"weigh.{name}", name, needed=name in rules.needs)
        for name in rules.all_texts
    }
    return type("RightForm", (WeighForm,), fields)


def _text(words: str, name: str, *, needed: bool) -> Any:
    kind = FactLine if name in LINES else FactText
    return kind(f"{words}.label", f"{words}.err" if needed else "")
