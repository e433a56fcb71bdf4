"""The composition root: the only module that knows every other one."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from dsar import channels, vault, web
from dsar.config import Config
from dsar.models import db, engine
from dsar.resources import res
from dsar.vault.masterkey import derive
from dsar.web.accounts.account_routes import bp as account
from dsar.web.accounts.key_routes import bp as api_keys
from dsar.web.accounts.routes import bp as accounts
from dsar.web.admin import bp as admin
from dsar.web.api.open_routes import bp as open_api
from dsar.web.api.routes import bp as api
from dsar.web.calculator import bp as calculator
from dsar.web.health import bp as health
from dsar.web.portal import bp as portal
from dsar.web.public import bp as public
from dsar.web.staff import bp as staff
from dsar.web.staff.mail_routes import bp as mail

#: One program, two faces: each may run as a process of its own on a host of its own.
FACES: dict[str, tuple[Blueprint, ...]] = {
    "public": (public, portal),
    "staff": (accounts, account, api_keys, admin, staff, mail, api),
}

ONE_YEAR = 31_536_000
#: A request is read to its end up to this, its file kept or not; above, a page says so.
MOST_READ = 1_000_000_000


def create_app(config: Config, faces: Sequence[str] | None = None) -> Flask:
    """Build the application. A face left out has no routes here at all.

    Reads the master key once; touches no database, so a worker starts without one.
    """
    app = Flask("dsar", template_folder=str(res("templates")), static_folder=str(res("static")))
    master_key = vault.load_master_key(config.place(config.vault.master_key))
    app.config.update(_flask_settings(config, master_key))
    app.extensions["dsar.config"] = config
    app.extensions[vault.EXTENSION] = vault.open_vault(
        master_key, config.address(config.database.keys_url), config.place(config.vault.files)
    )
    app.extensions[channels.EXTENSION] = channels.load_all(config)
    db.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)
    chosen = config.server.faces if faces is None else faces
    web.init_app(app, faces=tuple(chosen))
    for face in chosen:
        for blueprint in FACES[face]:
            app.register_blueprint(blueprint)
    for everywhere in (calculator, open_api, health):
        app.register_blueprint(everywhere)
    _serve(app, config)
    return app


def _flask_settings(config: Config, master_key: bytes) -> dict[str, object]:
    url = config.address(config.database.url)
    https = config.server.base_url.startswith("https://")
    return {
        "SECRET_KEY": derive(master_key, "sessions").hex(),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine.options(url),
        "MAX_CONTENT_LENGTH": max(MOST_READ, 2 * config.limits.finding_bytes),
        "MAX_FORM_MEMORY_SIZE": config.limits.form_bytes,
        "MAX_FORM_PARTS": 500,
        "SESSION_COOKIE_NAME": "__Host-dsar" if https else "dsar",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if https else "http",
    }


def _serve(app: Flask, config: Config) -> None:
    static = Path(str(res("static")))
    wsgi = WhiteNoise(
        app.wsgi_app,
        root=static,
        prefix="static/",
        max_age=ONE_YEAR,
        allow_all_origins=False,
        add_headers_function=web.security.add_static_headers,
    )
    app.wsgi_app = wsgi  # type: ignore[method-assign]  # Flask's documented way to wrap
    if hops := config.server.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as above
