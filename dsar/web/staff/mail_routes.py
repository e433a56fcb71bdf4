"""Letters: those kept because no mail server is set, and those of one case."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_case, organisations_of
from dsar.domain.errors import DomainError
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries import mail as letters
from dsar.queries.one_case import Case
from dsar.services.mail import mail_room, on_paper
from dsar.services.mail.settling import TO_POST, UNFINISHED, finish, record_as_posted
from dsar.services.work.case_reading import record_view
from dsar.timesource import utcnow
from dsar.web.fields import TextField
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page
from dsar.web.staff.routes import UNPROCESSABLE, myself
from dsar.web.staff.work_forms import say

bp = Blueprint("mail", __name__)


class PaperForm(Form):
    """To whom a notice goes by post."""

    address = TextField("letters.paper.label", "error.recipient_address_missing")


@bp.get("/staff/mail")
@requires(Permission.READ_KEPT_MAIL)
def kept_mail() -> str:
    """List the letters that were kept instead of sent."""
    rows = letters.kept_letters(_mine())
    read = {row.id: mail_room.read_kept(row.id) for row in rows}
    subjects = {key: found.subject if found else "" for key, found in read.items()}
    return render_template("staff/mail.html", letters=rows, subjects=subjects)


@bp.get("/staff/mail/<string:letter_id>")
@requires(Permission.READ_KEPT_MAIL)
def kept_letter(letter_id: str) -> str:
    """Show one kept letter, codes and links included."""
    row = letters.kept_letter(letter_id, _mine())
    text = mail_room.read_kept(letter_id) if row else None
    if row is None or text is None:
        abort(404)
    return render_template("staff/letter.html", letter=row, text=text)


@bp.get("/staff/<string:organisation>/cases/<string:number>/letters")
@requires(Permission.VIEW_CASES)
def case_letters(organisation: str, number: str) -> str:
    """List what was written to the person of a case, and what became of it."""
    case = access_case(current_user, organisation, number, Permission.VIEW_CASES)
    rows = letters.letters_to_person(case)
    return case_page(
        "staff/case_letters.html",
        case,
        "letters",
        organisation=organisation,
        letters=rows,
        subjects={row.id: mail_room.preview(row.id).subject for row in rows},
    )


@bp.get("/staff/<string:organisation>/cases/<string:number>/letters/<string:letter_id>")
@requires(Permission.VIEW_CASES)
def case_letter(organisation: str, number: str, letter_id: str) -> str:
    """Show a letter to print: without the codes and links that opened something."""
    case = access_case(current_user, organisation, number, Permission.VIEW_CASES)
    return _letter(case, _letter_of(case, letter_id), organisation, None)


@bp.post("/staff/<string:organisation>/cases/<string:number>/letters/<string:letter_id>/print")
@requires(Permission.WORK_CASES)
def print_letter(organisation: str, number: str, letter_id: str) -> ResponseReturnValue:
    """Give a notice as a file to print, for an envelope with a window."""
    case = access_case(current_user, organisation, number, Permission.WORK_CASES)
    row, form = _letter_of(case, letter_id), PaperForm()
    if not form.validate():
        return _letter(case, row, organisation, form), UNPROCESSABLE
    try:
        content = on_paper.letter_on_paper(letter_id, form.address.data or "")
    except DomainError as error:
        say(form, form.address, error)
        return _letter(case, row, organisation, form), UNPROCESSABLE
    record_view(case.id, myself(), utcnow())
    name = f'attachment; filename="{case.number}.pdf"'
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": name})


@bp.post("/staff/<string:organisation>/cases/<string:number>/letters/<string:letter_id>/posted")
@requires(Permission.WORK_CASES)
def posted(organisation: str, number: str, letter_id: str) -> ResponseReturnValue:
    """Record that staff handed a letter over themselves; it takes effect now."""
    case = access_case(current_user, organisation, number, Permission.WORK_CASES)
    record_as_posted(_letter_of(case, letter_id).id, myself(), utcnow())
    flash(t("letters.posted.done"))
    return redirect(url_for("mail.case_letters", organisation=organisation, number=number), 303)


@bp.post("/staff/<string:organisation>/cases/<string:number>/letters/<string:letter_id>/finish")
@requires(Permission.WORK_CASES)
def finish_letter(organisation: str, number: str, letter_id: str) -> ResponseReturnValue:
    """Try again what the leaving of a letter was to set in motion."""
    case = access_case(current_user, organisation, number, Permission.WORK_CASES)
    finish(_letter_of(case, letter_id).id, myself(), utcnow())
    flash(t("letters.unfinished.done"), "ok")
    return redirect(url_for("mail.case_letters", organisation=organisation, number=number), 303)


def _letter_of(case: Case, letter_id: str) -> letters.LetterRow:
    row = letters.letter_of_case(case, letter_id)
    if row is None:
        abort(404)
    return row


def _letter(case: Case, row: letters.LetterRow, organisation: str, form: Form | None) -> str:
    works = _works_in(organisation)
    text = mail_room.preview(row.id)
    if form is None and works and text.subject and on_paper.is_for_paper(row.template):
        form = PaperForm(formdata=None, address=on_paper.suggested_recipient(row.id))
    return case_page(
        "staff/case_letter.html",
        case,
        "letters",
        organisation=organisation,
        letter=row,
        text=text,
        form=form,
        is_for_paper=on_paper.is_for_paper(row.template),
        has_code=on_paper.has_code(row.id),
        is_to_post=row.state in TO_POST and works,
        is_unfinished=row.code == UNFINISHED and works,
    )


def _works_in(organisation: str) -> bool:
    houses = organisations_of(current_user, Permission.WORK_CASES)
    return organisation in {house.key for house in houses}


def _mine() -> list[str]:
    return [row.id for row in organisations_of(current_user, Permission.READ_KEPT_MAIL)]
