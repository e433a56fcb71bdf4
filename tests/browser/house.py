"""An installation set up through its own pages: first account, examples, a colleague."""

from contextlib import contextmanager
from itertools import count

from dsar.services.staff import accounts
from dsar.timesource import utcnow
from tests.browser.live import installation
from tests.browser.people import Handler, Person

FIVE = ("meetings", "inmeta", "glasoterapi", "expectit", "memini")
ROLES = ("handler", "approver", "admin")


class House:
    """The installation of a worker, Ida who works in it, and Per who approves."""

    def __init__(self, chromium, live, eyes):
        self.chromium, self.live, self.eyes = chromium, live, eyes
        self.ida, self.per = (Handler(chromium, live, eyes, "nb") for _ in range(2))
        self.persons, self.numbers = [], count(1)

    def set_up(self):
        """Open the first account, load the five examples, invite Per to each of them."""
        with self.live.app.app_context():
            link = "/staff/setup/" + accounts.make_setup_link(utcnow())
        self.ida.open_account(link, name="Ida Ruud", email="ida@example.org")
        self.ida.go("/staff/admin/installation?lang=nb")
        self.ida.press("admin.first.examples.btn")
        for key in FIVE:
            if link := self.ida.invite(key, "Per Moe", "per@example.org", ROLES):
                self.per.open_account(link)

    def people(self, key, lang):
        """Return a person, Ida and Per, all in this language; the form of the house is open."""
        kari = Person(self.chromium, self.live, self.eyes, lang)
        kari.email = f"kari{next(self.numbers)}@example.org"
        self.persons.append(kari)
        for one in (self.ida, self.per):
            one.key = key
            one.speak(lang)
        self.ida.publish(key)
        return kari, self.ida, self.per

    def see_off(self):
        """Close the browsers of the persons of a test."""
        while self.persons:
            self.persons.pop().close()


@contextmanager
def opened(chromium, urls, folder, eyes):
    """Run a house; everybody leaves it at the end."""
    with installation(urls, folder) as live:
        house = House(chromium, live, eyes)
        house.set_up()
        yield house
        house.see_off()
        house.ida.close()
        house.per.close()
