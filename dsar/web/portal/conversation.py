"""P10 and P11: the question about who she is, and messages both ways with their files."""

from typing import BinaryIO, cast

from flask import (
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from dsar.domain.events import PERSON
from dsar.i18n import t
from dsar.services.contact import attachments, messages, status
from dsar.services.identity import verification
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.portal import browser
from dsar.web.portal.finding import UNPROCESSABLE, bp
from dsar.web.portal.forms import AnswerForm, MessageForm
from dsar.web.visit import Visit

#: What is wrong with a file is said beside the file.
FILE_FAULTS = (
    attachments.AttachmentType,
    attachments.AttachmentEmpty,
    attachments.AttachmentSize,
    attachments.AttachmentLocked,
    attachments.TooManyFiles,
)
#: A file is saved, never shown here: nothing in it can act as a page of ours.
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@bp.get("/o/<string:organisation>/case/messages", endpoint="messages")
def show_messages(organisation: str) -> ResponseReturnValue:
    """Show what was written, oldest first, and where to write."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    return _messages_page(here, opened.case_id, MessageForm())


@bp.post("/o/<string:organisation>/case/messages")
def write(organisation: str) -> ResponseReturnValue:
    """Keep a message with its file; what was typed survives every error."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), MessageForm()
    if not form.validate():
        return _messages_page(here, opened.case_id, form), UNPROCESSABLE
    command = messages.Write(
        opened.case_id, str(form.text.data), kept.once_token(), _attachments(form)
    )
    try:
        messages.receive(command, PERSON, utcnow())
    except FILE_FAULTS as fault:
        form.add_problem(form.file, fault.message_id, **fault.facts)
        return _messages_page(here, opened.case_id, form), UNPROCESSABLE
    flash(t("p11.sent"), "ok")
    return redirect(url_for("portal.messages", organisation=here.key), 303)


@bp.get("/o/<string:organisation>/case/messages/files/<int:position>")
def attachment(organisation: str, position: int) -> ResponseReturnValue:
    """Give a file of this case to be saved, under a name of ours."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    found = messages.attachment_at(opened.case_id, position, for_staff=False)
    if found is None:
        abort(404)
    return saved(attachments.read_attachment(opened.case_id, found), found)


@bp.get("/o/<string:organisation>/case/identity", endpoint="identity")
def show_question(organisation: str) -> ResponseReturnValue:
    """Show the question about who she is, and why it is asked."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    question = status.question_of(opened.case_id)
    if question is None:
        return browser.to_case(here.key)
    return _question_page(here, question, AnswerForm())


@bp.post("/o/<string:organisation>/case/identity")
def answer_question(organisation: str) -> ResponseReturnValue:
    """Keep the answer, that there is none, or that we ask for too much."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), AnswerForm()
    question = status.question_of(opened.case_id)
    if question is None:
        return browser.to_case(here.key)
    if not form.validate():
        return _question_page(here, question, form), UNPROCESSABLE
    verification.answer_identity(question.check_id, _reply(form), PERSON, utcnow())
    due = status.due_of(opened.case_id)
    if question.is_paused and due is not None:
        flash(t("p10.thanks", date=due), "ok")
    else:
        flash(t("p10.thanks.running"), "ok")
    return browser.to_case(here.key)


def saved(chunks: object, found: attachments.FileView) -> Response:
    """Return a file as something to save: no page of ours, under a name without a person."""
    response = Response(chunks, mimetype=found.media_type)  # type: ignore[arg-type]  # a stream
    response.headers["Content-Disposition"] = f'attachment; filename="{found.saved_as}"'
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.content_length = found.size
    return response


def _attachments(form: MessageForm) -> list[attachments.Attachment]:
    file, most = form.file.data, current_app.extensions["dsar.config"].limits.upload_bytes
    if file is None:
        return []
    return [attachments.Attachment(str(file.filename), cast(BinaryIO, file.stream), int(most))]


def _messages_page(here: Visit, case_id: str, form: MessageForm) -> str:
    written = messages.messages_of(case_id, for_staff=False)
    return render_template("portal/messages.html", here=here, form=form, written=written)


def _question_page(here: Visit, question: status.QuestionView, form: AnswerForm) -> str:
    return render_template("portal/identity.html", here=here, form=form, question=question)


def _reply(form: AnswerForm) -> str:
    """Return the answer in one text, for staff to read: what was ticked comes first."""
    ticked = [field for field in (form.unknown, form.too_much) if field.data]
    lines = [f"[{t(field.label.text)}]" for field in ticked]
    return "\n\n".join([*lines, str(form.answer.data or "")]).strip()
