"""What the person answered about a right, question by question, in the page's language."""

from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.services.work.case_reading import RightView
from dsar.web.fields import shown
from dsar.web.public.detail_forms import FORMS


def said(right: RightView) -> list[tuple[str, str]]:
    """Return what was answered about a right, question by question, in the page's language."""
    form = FORMS[Right(right.right)](data=right.answers, formdata=None)
    rows = [(t(field.label.text), shown(field)) for field in form.questions if field.data]
    if right.answers.get("profiling"):
        rows.append((t("p16.prof.label"), t("p5.yes")))
    words = right.answers.get("words")
    return [(t("s4.said.hint").rstrip("."), words)] if words else rows
