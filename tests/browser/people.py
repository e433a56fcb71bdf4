"""The people of the journeys: what each does at a browser, in words of her own work.

A journey of a right: a test marked `browser` that asks for `house` (the worker's installation
with the five organisations, Ida who works and Per who approves), all in one language:

    kari, ida, per = house.people("meetings", "en")   # opens the form where it is closed
    kari.ask("meetings", rights=["erasure"], details={"erasure": {"scope": "all"}})
    kari.confirm()                                    # her address, by the code of the mail
    ida.open_case(kari.number)                        # then ida.at("/tasks"), any page of it
    ida.find({"Navn": "Kari"}); ida.settle_all("nothing_found"); ida.finish_tasks()
    ida.decide(); ida.complete_texts(); ida.build(); ida.ask_approval()
    per.open_case(kari.number); per.approve(); ida.accept_identity(); ida.send_answer()
    files = unzipped(kari.open_answer()); ida.close_case("fulfilled")

For more: `register_system` adds a system to the house; Walk has go, press, tick, fill (by words
of the page's language), fill_in (by names of fields), send (a form by its address's end), text.
Every page that is met is looked at: axe, and nothing wider than the screen (eyes.py).
"""

import io
import re
import zipfile

import pyotp

from tests.browser.live import Walk

PASSWORD = "hestehandel under fullmåne"
CODE = r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}"
NUMBER = r"\d{4}-\d{4}"
ITEMS = ("purposes", "categories", "recipients", "retention", "source", "transfer", "automated")
#: The least that the page of each right wants to know.
LEAST = {
    "rectification": {"wrong": "Kari Nordman", "right": "Kari Nordmann"},
    "restriction": {"reason": "a"},
    "objection": {"kind": "marketing"},
    "complaint": {"text": "Dere svarte ikke på e-posten min."},
    "information": {"text": "Hvor lenge lagrer dere skjemaet?"},
}


def unzipped(package):
    """Return what lies in a downloaded package: path without its folder -> bytes."""
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        return {name.split("/", 1)[1]: files.read(name) for name in files.namelist()}


class Person(Walk):
    """Somebody who asks about her own data; her name and address are hers alone."""

    name, email, key, number, access_code = "Kari Nordmann", "kari@example.org", "", "", ""

    def ask(self, key, rights=("access",), details=None, mistakes=False):
        """Ask from the start page on; keep what the receipt says.

        details: right -> {name of a field: its value}, over the least that each page needs.
        mistakes: also send each page empty first, to meet its error page.
        """
        self.key = key
        self.go(f"/o/{key}/?lang={self.lang}")
        self.press("p1.start.btn")
        if mistakes:
            self.press("g.next.btn")
        self.fill_in({"rights": list(rights)})
        self.press("g.next.btn")
        while right := re.search(r"/ask/(\w+)$", self.path):
            self.fill_in(LEAST.get(right[1], {}) | (details or {}).get(right[1], {}))
            self.press("g.next.btn")
            assert self.path != right.string, self.text
        if mistakes:
            self.press("g.next.btn")
        self.fill_in({"name": self.name, "email": self.email, "relation": "customer"})
        self.press("g.next.btn")
        self.press("p5.send.btn")
        self.number = re.search(NUMBER, self.text)[0]
        self.access_code = re.search(CODE, self.text)[0]

    def confirm(self):
        """Confirm the address with the code of the receipt's mail."""
        self.fill("p7.code.label", self.live.code(self.email))
        self.press("p7.confirm.btn")

    def at(self, page=""):
        """Open the case (its status page), or a page of it: "/messages", "/answer"."""
        self.go(f"/o/{self.key}/case{page}")

    def open_answer(self):
        """Open the answer with a mailed code and the access code; return the zip's bytes."""
        self.live.post()
        self.at("/answer")
        self.send("/answer/code")
        self.put("code", self.live.code(self.email))
        self.put("access", self.access_code)
        self.send("/case/answer")
        with self.page.expect_download() as download:
            self.page.locator("main form[action$='/package'] button").first.click()
        return download.value.path().read_bytes()

    def read_answer(self):
        """Return the whole page of the answer, read online once it is open."""
        self.at("/answer")
        self.send("/read")
        return self.page.content()


class Handler(Walk):
    """Somebody who works for the organisations, signed in with two factors."""

    key = number = ""

    def open_account(self, path, **typed):
        """Make an account through a one-time link, with authenticator and recovery codes."""
        self.go(f"{path}?lang={self.lang}")
        self.fill_in(typed | {"password": PASSWORD})
        key = self.page.locator("main .code").first.inner_text().replace(" ", "")
        self.put("code", pyotp.TOTP(key).now())
        self.save()
        assert len(set(re.findall(r"(?:[0-9A-Z]{4} ){5}[0-9A-Z]{4}", self.text))) == 10
        self.save()

    def speak(self, lang):
        """Read and write the pages in this language from now on."""
        self.lang = lang
        self.go(f"/staff/today?lang={lang}")

    def invite(self, key, name, email, roles):
        """Invite a colleague; the path of the link, or None for who has an account already."""
        self.go(f"/staff/{key}/settings/people/invite")
        self.fill_in({"name": name, "email": email})
        for box in self.page.locator("main [name='roles']").all():
            box.set_checked(box.get_attribute("value") in roles, force=True)
        self.save()
        link = re.search(r"/staff/invite/[\w-]+", self.text)
        return link[0] if link else None

    def publish(self, key):
        """Open the form of an organisation; gaps of its notice are filled in, marked."""
        settings = f"/staff/{key}/settings/"
        self.go(settings)
        if not self.page.locator("main form[action$='/publish']").count():
            return  # it is open
        for page, field, sample in (
            ("names", "legal_name", "EKSEMPEL Virksomhet AS"),
            ("contact", "privacy_email", "eksempel@example.org"),
        ):
            if self.page.locator(f"main .notice--warn a[href$='/{page}']").count():
                self.go(settings + page)
                self.put(field, sample)
                self.save()
                self.go(settings)
        self.press("s0.open.btn")

    def register_system(self, key, name, **fields):
        """Add a system to an organisation's register; fields as in admin/system.html."""
        self.go(f"/staff/{key}/settings/systems/new")
        self.fill_in({"name": name} | fields)
        self.press("g.save.btn")

    def open_case(self, number, key=""):
        """Take up a case: `at` and all the work below is about it."""
        self.number, self.key = number, key or self.key
        self.at()

    def at(self, page=""):
        """Open the case, or a page of it: "/tasks", "/findings", "/deadline"."""
        self.go(f"/staff/{self.key}/cases/{self.number}{page}")

    def links(self, part):
        """Return the addresses of the page that contain this, each once."""
        found = self.page.locator(f"main a[href*='{part}']").all()
        return list(dict.fromkeys(link.get_attribute("href") for link in found))

    def tasks(self):
        """Return the addresses of the tasks of the case."""
        self.at("/tasks")
        return self.links("/tasks/")

    def find(self, lines, task=None, **about):
        """Add to a task (the first) something found: {label: value}, and what is said of it."""
        self.go(task or self.tasks()[0])
        self.press("s9.add.btn")
        form = self.page.locator("main form[action$='/fields']")
        form.locator("[name=lines]").fill("\n".join(f"{k}: {v}" for k, v in lines.items()))
        form.locator("[name=provenance][value=provided]").check(force=True)
        said = {"category": "Kontaktopplysninger", "source": "Personen selv"} | about
        for name, text in said.items():
            form.locator(f"[name={name}]").fill(text)
        self.send("/fields")

    def settle(self, task, answer="nothing_found", how="Søkte på e-postadresse"):
        """Say what one system answered, and how it was searched."""
        self.go(task)
        self.fill_in({"answer": answer, "how": how})
        self.press("s8b.send.btn")

    def settle_all(self, answer="nothing_found", first="found"):
        """Settle every task: the first one, where things were found, on its own."""
        for number, task in enumerate(self.tasks()):
            self.settle(task, answer if number else first)

    def finish_tasks(self):
        """Go on to deciding, for every right whose systems have all answered."""
        self.at("/tasks")
        while self.page.locator("main form[action$='/finish']").count():
            self.send("/finish")
            self.at("/tasks")

    def decide(self, verdict="release", withhold=None):
        """Decide every finding; withhold what holds certain words: {words: explanation}."""
        self.at("/findings")
        for address in self.links("/decision"):
            self.go(address)
            why = [why for words, why in (withhold or {}).items() if words in self.text]
            self.choose("verdict", "withhold" if why else verdict)
            if why:
                self.fill_in({"ground": "gdpr_15_4", "explanation": why[0]})
            self.save()
            if conditions := self.page.locator("main [name=conditions]").all():
                for condition in conditions:
                    condition.check(force=True)
                self.save()

    def complete_texts(self, text="EKSEMPEL: Slik er det hos oss."):
        """Fill in what is missing of Art. 15(1)(a)-(h); nothing can be built before.

        Another journey in this house may have written the texts of this language.
        """
        self.at("/answer")
        gaps = self.page.locator("main td .tag--bad").count()
        assert (self.page.locator("main form[action$='/build']").count() == 0) == (gaps > 0)
        for address in self.links("/answer/"):
            if address.rsplit("/", 1)[1] in ITEMS:
                self.go(address)
                self.put("text", text)
                self.save()

    def build(self):
        """Build the package."""
        self.at("/answer")
        self.send("/build")

    def ask_approval(self):
        """Ask for the second pair of eyes."""
        self.at("/package")
        self.send("/ask")

    def approve(self):
        """Approve what a colleague has built."""
        self.at("/approval")
        self.choose("looked", "y")
        self.send("/approve")

    def accept_identity(self):
        """Decide that we know who asks: her confirmed address is one of a system."""
        self.at("/identity")
        self.choose("enough", "yes")
        self.save()
        if self.page.locator("main [name=method]").count():
            self.choose("method", "confirmed_address")
            seen = self.page.locator("main [name=seen_in]").first
            if seen.evaluate("one => one.tagName") == "SELECT":
                seen.select_option(index=1)
            else:
                seen.check(force=True)
            self.save()

    def send_answer(self, how="portal"):
        """Send the approved package."""
        self.at("/sending")
        self.choose("how", how)
        self.send("/send")

    def close_case(self, *outcomes):
        """End the case with an outcome for each open right, in the order of the page."""
        self.at("/closure")
        names = self.page.locator("main [name$='outcome']").evaluate_all(
            "all => [...new Set(all.map(one => one.name))]"
        )
        for name, outcome in zip(names, outcomes, strict=True):
            self.choose(name, outcome)
        self.save()
