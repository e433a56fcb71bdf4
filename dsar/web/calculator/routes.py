"""The calculator page: a GET that anybody may send, and share by its address."""

from flask import Blueprint, render_template, request

from dsar.timesource import utcnow
from dsar.web.calculator.question import Question, read_question
from dsar.web.clock_drawing import clock_drawing, reckoned_view

bp = Blueprint("calculator", __name__)


@bp.get("/calculator")
def calculator() -> str:
    """Show when an answer is due, and how it was counted; what is wrong stands by its field."""
    question = read_question(request.args)
    return render_template("calculator/page.html", asked=question, **_answer(question))


def _answer(question: Question) -> dict[str, object]:
    found = question.reckoning
    if found is None:
        return {}
    today = question.law.local_date(utcnow())
    # Nobody says that the answer has not come: a day that has passed is not late by itself.
    is_known = found.informed_on is not None or today <= found.sort_on
    return {
        "found": found,
        "drawing": clock_drawing(found, today),
        "view": reckoned_view(found, today) if is_known else None,
    }
