"""Accounts that can sign in, and browsers that are signed in already."""

import pyotp
from flask import current_app

from dsar.models import Staff, db
from dsar.services.staff import sessions
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests.browser_client import Browser

PASSWORD = "hestehandel under fullmåne"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_credentials(staff):
    """Let a made member of staff sign in with PASSWORD and the authenticator of SECRET."""
    with transaction() as session:
        row = session.get_one(Staff, staff.id)
        row.password_hash = sessions.password_hash(PASSWORD)
        place = sessions.totp_place(row.id)
        row.totp_secret = current_vault().seal_installation(place, SECRET)
    return db.session.get_one(Staff, staff.id)


def code_at(moment, secret=SECRET):
    """Return what the authenticator shows at a moment."""
    return pyotp.TOTP(secret).at(moment)


def sign_in(client, staff, now):
    """Sign a member of staff in at a test client, past password and second factor."""
    with transaction() as session:
        token = sessions.begin(session, staff.id, now, now)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    client.set_cookie("__Host-dsar-staff" if secure else "dsar-staff", token, secure=secure)
    return token


def signed_in(app, staff, now):
    """Return a browser in which a member of staff is signed in."""
    client = app.test_client()
    sign_in(client, staff, now)
    return Browser(client)
