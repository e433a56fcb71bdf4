"""From an answer to what a person opens: page, letter, receipt, package; no session."""

from dsar.services.answer.rendering.letters import compose_letter
from dsar.services.answer.rendering.packages import build_package
from dsar.services.answer.rendering.pages import page_style_hash, render_answer_page
from dsar.services.answer.rendering.pdf import render_letter_pdf, render_receipt_pdf

__all__ = [
    "build_package",
    "compose_letter",
    "page_style_hash",
    "render_answer_page",
    "render_letter_pdf",
    "render_receipt_pdf",
]
