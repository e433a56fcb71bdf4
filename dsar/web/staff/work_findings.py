"""S9: what was found, typed, pasted or uploaded; each with where it comes from."""

from dataclasses import replace

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.access import access_finding, access_task
from dsar.domain.errors import DomainError
from dsar.domain.findings import FindingBody
from dsar.domain.identity_numbers import holds_identity_number
from dsar.domain.package import Provenance
from dsar.domain.pasted import read_fields
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.work import findings, staged, work_reading
from dsar.services.work.finding_files import Upload, file_of, read_file
from dsar.timesource import utcnow
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import (
    AboutForm,
    FieldsForm,
    PasteForm,
    UploadForm,
    once,
    say,
)

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES
TASK = CASE + "/tasks/<string:task_id>/findings"


@bp.get(CASE + "/findings", endpoint="findings")
@requires(Permission.VIEW_CASES)
def findings_page(organisation: str, number: str) -> ResponseReturnValue:
    """Everything found, system by system, with what was decided about it."""
    case = open_door(organisation, number, VIEW)
    works = work_reading.works_of(case)
    found = work_reading.decided_findings(case)
    return case_page("staff/casework/findings.html", case, "findings", works=works, found=found)


@bp.get(TASK)
@requires(Permission.WORK_CASES)
def add_finding(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Three ways to add what a system holds."""
    case = open_door(organisation, number, WORK)
    return _add_page(case, access_task(case, task_id).id)


@bp.post(TASK + "/fields")
@requires(Permission.WORK_CASES)
def add_fields(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Add typed lines."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    form = FieldsForm()
    if form.validate():
        read = read_fields(form.lines.data or "")
        body = replace(_body(form), fields=read.fields, text=read.text)
        try:
            findings.add_finding(_command(form, task.id, body), myself(), utcnow())
        except DomainError as error:
            say(form, form.lines, error)
        else:
            _warn(holds_identity_number(form.lines.data or ""))
            return _to_settle(organisation, number, task.id)
    return _add_page(case, task.id, form), UNPROCESSABLE


@bp.post(TASK + "/paste")
@requires(Permission.WORK_CASES)
def paste_finding(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Take a pasted table or text, and show how it is read."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    form = PasteForm()
    if form.validate():
        try:
            file_id = once()
            staged.stage_paste(case.id, file_id, form.pasted.data or "", utcnow())
        except DomainError as error:
            say(form, form.pasted, error)
        else:
            return _to_preview(organisation, number, (task.id, file_id))
    return _add_page(case, task.id, form), UNPROCESSABLE


@bp.post(TASK + "/upload")
@requires(Permission.WORK_CASES)
def upload_finding(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Take a file, and show what it is."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    form = UploadForm()
    if form.validate():
        sent, most = form.file.data, current_app.extensions["dsar.config"].limits.finding_bytes
        try:
            file_id = once()
            upload = Upload(sent.filename, sent.stream, most)
            staged.stage_upload(case.id, file_id, upload, utcnow())
        except DomainError as error:
            say(form, form.file, error)
        else:
            return _to_preview(organisation, number, (task.id, file_id))
    return _add_page(case, task.id, form), UNPROCESSABLE


@bp.route(TASK + "/<string:file_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def preview_finding(
    organisation: str, number: str, task_id: str, file_id: str
) -> ResponseReturnValue:
    """How what was pasted or uploaded is read; saving it makes it a finding."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    form = AboutForm()
    if form.is_submitted() and form.validate():
        command = replace(_command(form, task.id, _body(form)), id=file_id)
        try:
            staged.save_staged(command, _names(), myself(), utcnow())
        except DomainError as error:
            say(form, None, error)
        else:
            return _to_settle(organisation, number, task.id)
    page = case_page(
        "staff/casework/preview.html",
        case,
        "findings",
        task=_task(case, task.id),
        staged=staged.preview(case.id, file_id),
        names=_names(),
        form=form,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.post(TASK + "/<string:file_id>/discard")
@requires(Permission.WORK_CASES)
def discard_finding(
    organisation: str, number: str, task_id: str, file_id: str
) -> ResponseReturnValue:
    """Throw an upload away before it is saved."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    staged.discard_staged(case.id, file_id, utcnow())
    return redirect(
        url_for("staff.add_finding", organisation=organisation, number=number, task_id=task.id),
        303,
    )


@bp.post(CASE + "/findings/<string:finding_id>/remove")
@requires(Permission.WORK_CASES)
def remove_finding(organisation: str, number: str, finding_id: str) -> ResponseReturnValue:
    """Take a finding away."""
    case = open_door(organisation, number, WORK)
    findings.remove_finding(access_finding(case, finding_id).id, myself(), utcnow())
    flash(t("s9.removed"), "ok")
    return redirect(url_for("staff.findings", organisation=organisation, number=number), 303)


@bp.get(CASE + "/findings/<string:finding_id>/file")
@requires(Permission.VIEW_CASES)
def finding_file(organisation: str, number: str, finding_id: str) -> ResponseReturnValue:
    """Hand the file of a finding out, to be saved and never run in our pages."""
    case = open_door(organisation, number, VIEW)
    row = access_finding(case, finding_id)
    stored = file_of(row.file_id)
    response = Response(read_file(stored), mimetype="application/octet-stream")
    name = f"{case.number}-{row.id[:8]}.{findings.open_finding(row).body.extension or 'bin'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.content_length = stored.size
    return response


def _add_page(case: Case, task_id: str, sent: Form | None = None) -> str:
    kinds: tuple[type[Form], ...] = (FieldsForm, PasteForm, UploadForm)
    fresh = [sent if isinstance(sent, kind) else kind(formdata=None) for kind in kinds]
    return case_page(
        "staff/casework/add_finding.html",
        case,
        "findings",
        task=_task(case, task_id),
        forms=fresh,
    )


def _task(case: Case, task_id: str) -> work_reading.TaskView:
    views = (task for work in work_reading.works_of(case) for task in work.tasks)
    return next(task for task in views if task.row.id == task_id)


def _body(form: AboutForm) -> FindingBody:
    return FindingBody(
        category=form.category.data or "",
        label=form.label.data or "",
        source=form.source.data or "",
        occurred_on=form.occurred_on.data,
        explanation=form.explanation.data or "",
    )


def _command(form: AboutForm, task_id: str, body: FindingBody) -> findings.NewFinding:
    return findings.NewFinding(
        id=once(),
        task_id=task_id,
        body=body,
        provenance=Provenance(form.provenance.data),
        basis=form.basis.data,
    )


def _names() -> dict[str, str]:
    """Return what each column is to be called, by its old name."""
    pairs = zip(request.form.getlist("column"), request.form.getlist("name"), strict=False)
    return dict(pairs)


def _warn(has_number: bool) -> None:
    if has_number:
        flash(t("s9.warn.fnr"), "warn")


def _to_settle(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    flash(t("s9.saved"), "ok")
    where = url_for("staff.settle", organisation=organisation, number=number, task_id=task_id)
    return redirect(where, 303)


def _to_preview(organisation: str, number: str, ids: tuple[str, str]) -> ResponseReturnValue:
    task_id, file_id = ids
    where = url_for(
        "staff.preview_finding",
        organisation=organisation,
        number=number,
        task_id=task_id,
        file_id=file_id,
    )
    return redirect(where, 303)
