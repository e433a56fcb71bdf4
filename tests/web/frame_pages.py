"""Pages of the tests' own, inside the real program: one of each thing that a page can do."""

import pytest
from flask import Blueprint, abort, render_template_string, request
from flask_login import LoginManager
from sqlalchemy.orm.exc import StaleDataError

from dsar.access import NotFound
from dsar.domain.cases import State, next_state
from dsar.domain.roles import Permission
from dsar.models import Staff, db
from dsar.web import fields
from dsar.web.day_field import DayField
from dsar.web.fields import Option
from dsar.web.form import StrangersForm
from dsar.web.pages import Shown, show_organisation
from dsar.web.security import requires

#: What an error of a library might quote.
QUOTED = "Kari Nordmann, kari@example.org"
MEETINGS = Shown("meetings", "meetings.no", "nb", ("nb", "en"), email="post@meetings.no")

IMPORTS = """
{% from "macros/forms.html" import actions, checkboxes, code, date_fields, email, file,
   form_close, form_open, honeypot, password, radios, select, text, textarea,
   tick with context %}
"""
FORM = (
    '{% extends "public_base.html" %}'
    + IMPORTS
    + """
{% block title %}{{ t("p4.h1") }}{% endblock %}
{% block main %}<h1>{{ t("p4.h1") }}</h1>
{{ form_open("/frame/form", multipart=true) }}
{{ radios(form.about, heading=2) }}{{ checkboxes(form.rights, hint=t("p2.hint")) }}
{{ text(form.name, t("p4.name.hint"), "name") }}{{ email(form.mail) }}{{ textarea(form.ids) }}
{{ code(form.code) }}{{ password(form.secret) }}{{ tick(form.sure) }}
{{ date_fields(form.received, t("s4.date.hint")) }}{{ file(form.scan) }}
{{ select(form.owner, empty=t("g.notprovided")) }}{{ honeypot(form) }}
{{ actions(t("g.next.btn")) }}
{{ form_close() }}{% endblock %}"""
)
PLAIN = """{% extends base %}{% block title %}{{ t("p1.start.btn") }}{% endblock %}
{% block main %}<h1>{{ t("p1.start.btn") }}</h1>{% endblock %}"""


class WhoForm(StrangersForm):
    """A field of every kind."""

    about = fields.ChoiceField(
        "p4.about.h",
        missing="g.err.missing",
        options=[Option("me", "p4.about.me.label"), Option("other", "p4.about.other.label")],
    )
    rights = fields.ChoicesField(
        "p2.h1",
        missing="p2.err.none",
        options=[Option("access", "p2.access.label", "p2.access.hint")],
    )
    name = fields.LineField("p4.name.label", missing="p4.name.err")
    mail = fields.EmailField("p4.email.label", missing="p4.email.err.empty")
    ids = fields.TextField("p4.ids.label", max_characters=100)
    code = fields.CodeField("p7.code.label", missing="p7.err.empty")
    secret = fields.SecretField("s1.pw.label")
    sure = fields.TickField("p4.safe.label", missing="g.err.missing")
    received = DayField("s4.date.h", missing="s4.date.err.real")
    scan = fields.UploadField("up.label", missing="up.err.none")
    owner = fields.ChoiceField("s5.assign.label", options=[Option("1", text="Ida Ruud")])


bp = Blueprint("frame", __name__)


def show_form(form):
    show_organisation(MEETINGS)
    return render_template_string(FORM, form=form)


@bp.get("/frame/form")
def form_page():
    return show_form(WhoForm())


@bp.post("/frame/form")
def send_form():
    form = WhoForm()
    if not form.validate():
        return show_form(form), 422
    return {name: str(form[name].data) for name in ("name", "mail", "ids", "code", "received")}


@bp.get("/frame/plain")
def plain():
    return render_template_string(PLAIN, base="public_base.html")


@bp.post("/frame/send")
def send():
    return {"sent": request.form.getlist("note"), "once": request.form.get("once", "")}


@bp.get("/staff/frame")
@requires(Permission.WORK_CASES)
def staff_page():
    return render_template_string(PLAIN, base="staff_base.html")


@bp.post("/staff/frame/save")
@requires(Permission.WORK_CASES)
def staff_save():
    return "saved"


@bp.get("/staff/<organisation>/frame")
@requires(Permission.WORK_CASES)
def staff_organisation_page(organisation):
    return render_template_string(PLAIN, base="staff_base.html")


@bp.get("/staff/frame/installation")
@requires(Permission.MANAGE_INSTALLATION)
def installation_page():
    return render_template_string(PLAIN, base="staff_base.html")


def broken_rule():
    next_state(State.CLOSED, "deliver")


def stale():
    raise StaleDataError("UPDATE cases SET note='Kari Nordmann'")


def absent():
    raise NotFound


def fault():
    raise RuntimeError(QUOTED)


TROUBLES = {"rule": broken_rule, "stale": stale, "absent": absent, "fault": fault}


@bp.route("/frame/trouble/<name>", methods=["GET", "POST"])
def trouble(name):
    if name.isdigit():
        abort(int(name))
    TROUBLES[name]()


@pytest.fixture
def street(app):
    """The program with these pages; who is at the keyboard stands in a header of the test."""
    app.register_blueprint(bp)
    login = getattr(app, "login_manager", None) or LoginManager(app)
    login.request_loader(lambda sent: db.session.get(Staff, sent.headers.get("X-Staff", "")))
    app.config["FORM_MIN_SECONDS"] = 0
    return app


@pytest.fixture
def client(street):
    """A browser without scripts."""
    return street.test_client()


@pytest.fixture
def outside(street):
    """A browser when the program is not under test: faults are shown as people see them."""
    street.testing = False
    yield street.test_client()
    street.testing = True


def token(client, path="/frame/form"):
    """Return the token of a form that this browser has opened."""
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def opened(client):
    """Return the signed moment at which this browser opened the form."""
    page = client.get("/frame/form").get_data(as_text=True)
    return page.split('name="opened" value="')[1].split('"')[0]
