"""The pages: what every request passes, what every page has, and how errors look."""

from flask import Flask

from dsar.web import alarms, errors, pages, security
from dsar.web.accounts import browser
from dsar.web.api import problems


def init_app(app: Flask, faces: tuple[str, ...]) -> None:
    """Attach what all pages share, before the routes of the faces are registered."""
    app.extensions["dsar.faces"] = faces
    for part in (pages, security, errors, browser, problems):
        part.init_app(app)
    if "staff" in faces:
        alarms.init_app(app)
