"""The people of the journeys: what each does at a browser, in words of her own work."""

import re

import pyotp

from tests.browser.live import Walk

PASSWORD = "hestehandel under fullmåne"
KARI = "kari@example.org"
CODE = r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}"
ITEMS = ("purposes", "categories", "recipients", "retention", "source", "transfer", "automated")


class Person(Walk):
    """Somebody who asks about her own data."""

    def ask(self, key):
        """Ask for access, with the mistakes people make; keep what the receipt says."""
        self.go(f"/o/{key}/?lang={self.lang}")
        self.press("p1.start.btn")
        self.press("g.next.btn")  # nothing chosen yet
        self.tick("p2.access.label")
        self.press("g.next.btn")
        self.press("g.next.btn")
        self.press("g.next.btn")  # nothing filled in yet
        self.fill("p4.name.label", "Kari Nordmann")
        self.fill("p4.email.label", KARI)
        self.tick("p4.rel.customer.label")
        self.press("g.next.btn")
        self.press("p5.send.btn")
        self.number = re.search(r"\d{4}-\d{4}", self.text)[0]
        self.access_code = re.search(CODE, self.text)[0]

    def confirm(self):
        """Confirm the address with the code of the receipt's mail."""
        self.fill("p7.code.label", self.live.code(KARI))
        self.press("p7.confirm.btn")


class Handler(Walk):
    """Somebody who works for the organisations, signed in with two factors."""

    def open_account(self, path, **typed):
        """Make an account through a one-time link; keep the key of the authenticator."""
        self.go(path)
        for name, text in typed.items():
            self.put(name, text)
        self.put("password", PASSWORD)
        key = self.page.locator("main .code").first.inner_text().replace(" ", "")
        self.put("code", pyotp.TOTP(key).now())
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page)
        self.recovery_codes = re.findall(r"(?:[0-9A-Z]{4} ){5}[0-9A-Z]{4}", self.text)
        assert len(self.recovery_codes) == 10
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def invite(self, key, name, email, roles):
        """Invite a colleague; return the path of the link."""
        self.go(f"/staff/{key}/settings/people/invite")
        self.put("name", name)
        self.put("email", email)
        for role in ("handler", "approver", "data_protection_officer", "admin"):
            box = self.page.locator(f"main [name='roles'][value='{role}']")
            box.set_checked(role in roles, force=True)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.eyes.look(self.page)
        return re.search(r"/staff/invite/[\w-]+", self.text)[0]

    def publish(self, key):
        """Open the form of an organisation; where the notice has gaps, fill them in, marked."""
        settings = f"/staff/{key}/settings/"
        self.go(settings)
        missing = self.page.locator("main a[href$='/names'], main a[href$='/contact']")
        links = {link.get_attribute("href").rsplit("/", 1)[1] for link in missing.all()}
        warned = self.page.locator("main .notice--warn").count()
        if warned and "names" in links:
            self.go(settings + "names")
            if not self.page.locator("[name=legal_name]").input_value():
                self.put("legal_name", "EKSEMPEL Virksomhet AS")
            self.press("g.save.btn")
        if warned and "contact" in links:
            self.go(settings + "contact")
            if not self.page.locator("[name=privacy_email]").input_value():
                self.put("privacy_email", "eksempel@example.org")
            self.press("g.save.btn")
        self.go(settings)
        self.press("s0.open.btn")

    def case(self, key, number, page=""):
        """Open a page of a case."""
        self.go(f"/staff/{key}/cases/{number}{page}")

    def tasks(self):
        """Return the addresses of the tasks of the page."""
        links = self.page.locator("main a[href*='/tasks/']").all()
        return list(dict.fromkeys(link.get_attribute("href") for link in links))
