"""What the person answered about a right, question by question, in the page's language."""

from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.services.work.case_reading import RightView
from dsar.web.fields import ChoiceField, TickField
from dsar.web.public.detail_forms import FORMS


def said(right: RightView) -> list[tuple[str, str]]:
    """Return what was answered about a right, question by question, in the page's language."""
    form = FORMS[Right(right.right)](data=right.answers, formdata=None)
    rows = [(t(field.label.text), _shown(field)) for field in form.questions if field.data]
    if right.answers.get("profiling"):
        rows.append((t("p16.prof.label"), t("p5.yes")))
    words = right.answers.get("words")
    return [(t("s4.said.hint").rstrip("."), words)] if words else rows


def _shown(field: object) -> str:
    """Return an answer as the page's language says it."""
    if isinstance(field, TickField):
        return t("p5.yes")
    if isinstance(field, ChoiceField):
        return next((o.label for o in field.options if o.value == field.data), "")
    return str(getattr(field, "data", ""))
