"""S5: what is written in a case: to the person, and notes for staff alone."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.contact import attachments, messages
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.forms import MessageForm, NoteForm
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself

CASE = "/staff/<string:organisation>/cases/<string:number>"

Keep = Callable[[messages.Write, Actor, datetime], str]


@bp.get(CASE + "/messages", endpoint="messages")
@requires(Permission.VIEW_CASES)
def messages_page(organisation: str, number: str) -> ResponseReturnValue:
    """Show what was written, oldest first."""
    case = open_door(organisation, number, Permission.VIEW_CASES)
    return _page(case, MessageForm(), NoteForm())


@bp.post(CASE + "/messages")
@requires(Permission.WORK_CASES)
def send_message(organisation: str, number: str) -> ResponseReturnValue:
    """Write to the person; she is told that something waits, not what."""
    case, form = open_door(organisation, number, Permission.WORK_CASES), MessageForm()
    if not form.validate() or not _keep(messages.send, case, form):
        return _page(case, form, NoteForm(formdata=None)), UNPROCESSABLE
    return _back(organisation, number, "s5.msg.sent")


@bp.post(CASE + "/notes")
@requires(Permission.WORK_CASES)
def add_note(organisation: str, number: str) -> ResponseReturnValue:
    """Keep a note that only staff see on these pages."""
    case, form = open_door(organisation, number, Permission.WORK_CASES), NoteForm()
    if not form.validate() or not _keep(messages.note, case, form):
        return _page(case, MessageForm(formdata=None), form), UNPROCESSABLE
    return _back(organisation, number, "s5.note.saved")


@bp.get(CASE + "/files/<int:position>")
@requires(Permission.VIEW_CASES)
def attachment(organisation: str, number: str, position: int) -> ResponseReturnValue:
    """Give a file of the case, named by the case number alone, never opened in the browser."""
    case = open_door(organisation, number, Permission.VIEW_CASES)
    file = messages.attachment_at(case.id, position, for_staff=True)
    if file is None:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="{file.saved_as}"'}
    content = attachments.read_attachment(case.id, file)
    return Response(content, mimetype=file.media_type, headers=headers)


def _keep(keep: Keep, case: Case, form: MessageForm | NoteForm) -> bool:
    """Keep what was written; say by its field what the service refuses."""
    upload = form.file.data if isinstance(form, MessageForm) else None
    most = current_app.extensions["dsar.config"].limits.upload_bytes
    files = [attachments.Attachment(upload.filename, upload.stream, most)] if upload else []
    once = request.form.get("once", "")
    try:
        keep(messages.Write(case.id, str(form.body.data), once, files), myself(), utcnow())
    except DomainError as refused:
        wrong = form.file if isinstance(form, MessageForm) and upload else form.body
        form.add_problem(wrong, refused.message_id, **refused.facts)
        return False
    return True


def _page(case: Case, form: MessageForm, note: NoteForm) -> str:
    return case_page(
        "staff/messages.html",
        case,
        "messages",
        forms=[form, note],
        message=form,
        note=note,
        written=messages.messages_of(case.id, for_staff=True),
    )


def _back(organisation: str, number: str, words_id: str) -> ResponseReturnValue:
    flash(t(words_id), "ok")
    target = url_for("staff.messages", organisation=organisation, number=number)
    return redirect(target, 303)
