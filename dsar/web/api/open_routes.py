"""What anybody may ask as JSON: when an answer is due, and what this API is."""

from collections.abc import Iterator

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dsar.domain.clock.document import reckoning_document
from dsar.i18n import t
from dsar.web.api.forms import faults_of, unknown_of
from dsar.web.api.openapi import description
from dsar.web.api.problems import invalid, speak_json
from dsar.web.calculator.question import Question, read_question
from dsar.web.form import Problem

bp = Blueprint("open_api", __name__, url_prefix="/api/v1")
speak_json(bp)
#: What only the page's own buttons say.
_OF_THE_PAGE = {"add", "shown", "count"}


@bp.get("/deadline")
def deadline() -> ResponseReturnValue:
    """Say when an answer is due, and why: the calculator, asked by a program."""
    asked = MultiDict(
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in _OF_THE_PAGE and value.strip()
    )
    question = read_question(_whole(asked))
    faults = [fault for form in question.forms for fault in faults_of(form)]
    faults += [*_not_of_the_law(asked, question), *unknown_of(asked, question.parameters)]
    if faults or question.reckoning is None:
        return invalid(faults)
    found = reckoning_document(
        question.reckoning, lambda step: t(step.message_id, **step.facts)
    )
    return jsonify(profile=question.law.id, **found)


@bp.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Describe the routes that this process serves."""
    return jsonify(description(current_app.url_map.iter_rules()))


def _not_of_the_law(
    asked: MultiDict[str, str], question: Question
) -> Iterator[tuple[str, Problem]]:
    """Return what the law does not know; the page takes it back when the law changes."""
    for field in (question.form.part, question.form.clock):
        if asked.get(field.name) and not field.data:
            yield field.name, Problem("g.err.choice", {})


def _whole(asked: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the question as a form that was sent: a missing law is a problem."""
    whole = asked.copy()
    whole.setdefault("profile", "")
    whole["count"] = "1"
    return whole
