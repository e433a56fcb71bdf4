"""The program as people meet it: real server, real mail, a browser without scripts."""

import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from dsar.app import create_app
from dsar.config import Config
from dsar.jobs import look_ups, outbox_delivery
from dsar.models import db
from dsar.vault import create_master_key, current_vault
from tests.mail_server import Inbox, running

#: All browsers of a run come from one address, and ask more than a person would.
GENEROUS = {"submissions_per_hour": 1000, "sign_ins_per_quarter": 1000}


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, *_):
        pass


class Live:
    """A running installation: its address, its mail, and the hand that moves the outbox."""

    def __init__(self, app, url, inbox):
        self.app, self.url, self.inbox = app, url, inbox

    def post(self):
        """Let everything that waits leave the house, as the scheduler does."""
        with self.app.app_context():
            assert outbox_delivery.run(datetime.now(UTC)) == 0

    def look_up(self):
        """Answer those who asked for the way back into their case, as the scheduler does."""
        with self.app.app_context():
            assert look_ups.run(datetime.now(UTC)) == 0

    def newest_mail(self, to):
        """Return the text of the newest mail to an address."""
        self.post()
        mails = [mail for mail in self.inbox.mails if mail["To"] == to]
        assert mails, f"no mail to {to}"
        return mails[-1].get_content()

    def code(self, to):
        """Return the six digits of the newest mail to an address."""
        return re.search(r"\b(\d{6})\b", self.newest_mail(to))[1]


@contextmanager
def installation(urls, folder):
    """Run the whole program on its own port, with a mail server beside it."""
    inbox = Inbox()
    create_master_key(folder / "master.key")
    with running(inbox) as mail:
        server_config = {"base_url": "http://127.0.0.1:1"}
        settings = {
            "database": {"url": urls.main, "keys_url": urls.keys},
            "mail": {"host": "127.0.0.1", "port": mail.port, "security": "none"},
            "server": server_config,
            "limits": GENEROUS,
            "erasure": {"undo_hours": 0},  # no journey lasts a day
        }
        server = make_server(
            "127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet
        )
        server_config["base_url"] = f"http://127.0.0.1:{server.port}"
        app = create_app(Config.build(folder, settings))
        app.config |= {"FORM_MIN_SECONDS": 0, "EMAIL_TEST_DOMAINS": True}
        server.app = app
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Live(app, server_config["base_url"], inbox)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()
                current_vault().ring.store.dispose()


class Walk:
    """One person at a browser without scripts, who reads labels and presses buttons."""

    def __init__(self, chromium, live, eyes, lang):
        self.live, self.eyes, self.lang = live, eyes, lang
        self.context = chromium.new_context(
            java_script_enabled=False, viewport={"width": 1280, "height": 900}
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)

    def go(self, path):
        response = self.page.goto(self.live.url + path if path.startswith("/") else path)
        assert response.status == 200, f"{path}: {response.status}"
        self.eyes.look(self.page, self.live.app)

    def see(self, desk, path):
        """Open a page of the case on the desk."""
        self.go(f"{desk.path}/{path}{'' if self.lang == 'nb' else '?lang=' + self.lang}")

    def say(self, words_id, **facts):
        """Return the words as this page's reader sees them."""
        from dsar.i18n import translate

        return translate(self.lang, words_id, **facts)

    def tick(self, words_id, **facts):
        self.page.get_by_label(self.say(words_id, **facts), exact=True).first.check(force=True)

    def fill(self, words_id, text, **facts):
        self.page.get_by_label(self.say(words_id, **facts)).first.fill(text)

    def press(self, words_id, **facts):
        """Press the button or follow the link of these words."""
        words = self.say(words_id, **facts)
        button = self.page.get_by_role("button", name=words, exact=True)
        link = self.page.get_by_role("link", name=words, exact=True)
        (button if button.count() else link).first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page, self.live.app)

    def fill_in(self, fields):
        """Fill in fields by name: a text, a choice, several choices, or True for a box."""
        for name, value in fields.items():
            kind = self.page.locator(f"main [name='{name}']").first.evaluate("one => one.type")
            if kind in {"radio", "checkbox", "select-one"}:
                for one in value if isinstance(value, list) else [value]:
                    self.choose(name, "y" if one is True else one)
            else:
                self.put(name, value)

    def put(self, name, text):
        """Fill in the field of this name: what a label would find, where words vary."""
        self.page.locator(f"main [name='{name}']").first.fill(text)

    def choose(self, name, value):
        """Choose a radio, a box or an entry of a list by name and value."""
        field = self.page.locator(f"main [name='{name}']").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)

    def send(self, action):
        """Press the button of the form that leads to an address ending so."""
        self.page.locator(f"main form[action$='{action}'] button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page, self.live.app)

    def save(self):
        """Press the first button of the page's own form."""
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page, self.live.app)

    def follow(self, ending):
        """Follow the first link whose address ends so."""
        self.page.locator(f"main a[href$='{ending}']").first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page, self.live.app)

    @property
    def path(self):
        """Return the path of the page's address."""
        return urlsplit(self.page.url).path

    @property
    def text(self):
        return self.page.locator("main").inner_text()

    def close(self):
        self.context.close()
