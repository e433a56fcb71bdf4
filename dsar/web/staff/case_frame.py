"""The frame around every page of a case: who, what, by when, what next, and the tabs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import NotFound, access_case, permissions_in
from dsar.domain.assessments import ASSESSMENTS
from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.next_step import NextStep, Place
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, OneCase, Organisation, RequestedRight, one_case
from dsar.services.answer.answer_reading import right_in_view
from dsar.services.clock import deadlines
from dsar.services.rights.erasing import undo_at
from dsar.services.rights.erasing_reading import ErasureView, erasure_in
from dsar.services.work.case_reading import (
    PersonView,
    RightView,
    leading,
    people_of,
    record_view,
    rights_read,
)
from dsar.timesource import utcnow
from dsar.web.clock_drawing import DueView, ended_view, reckoned_view
from dsar.web.pages import Shown, show_organisation
from dsar.web.staff.clock_views import Clock, clocks_of
from dsar.web.staff.routes import myself
from dsar.web.staff.said import said

#: Pages of the work on the answer: one tab holds them all.
ANSWER = (
    Place.WEIGHING,
    Place.MEASURES,
    Place.RECIPIENTS,
    Place.TEXTS,
    Place.PACKAGE,
    Place.APPROVAL,
    Place.TRANSFER,
    Place.SENDING,
    Place.CLOSURE,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the case: a link, and a count where there is something to count."""

    words: str
    href: str
    current: bool
    count: str | int | None = None


@dataclass(frozen=True, slots=True)
class CaseFrame:
    """What stands around the content of a case page."""

    seen: OneCase
    people: tuple[PersonView, ...]
    rights: tuple[RightView, ...]
    today: date
    section: str
    permissions: frozenset[Permission]

    def may(self, permission: str) -> bool:
        """Return whether the reader holds a permission here: for what the page offers."""
        return permission in self.permissions

    def may_change(self, state: str) -> bool:
        """Return whether the reader may change the answer to a right in this state."""
        return self.may(Permission.WORK_CASES) and State(state) in CLOCK_RUNS

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.seen.case

    @property
    def organisation(self) -> Organisation:
        """Return whose case it is."""
        return self.seen.organisation

    @property
    def url(self) -> dict[str, str]:
        """Return what the addresses of this case are made of, for url_for()."""
        return {"organisation": self.organisation.key, "number": self.case.number}

    def of(self, right: str | None) -> dict[str, str]:
        """Return what an address names of a right: nothing where the case has but one."""
        return {"right": str(right)} if right and len(self.rights) > 1 else {}

    def to(self, right: str | None) -> dict[str, str]:
        """Return what the address of a page about one right is made of, for url_for()."""
        return self.url | self.of(right)

    def said(self, right: str) -> list[tuple[str, str]]:
        """Return what the person answered about a right: question and answer."""
        return next((said(each) for each in self.rights if each.right == right), [])

    def steps(self, right: str) -> list[str]:
        """Return the pages on the way of an answer, in order: a right has those it needs."""
        rules, kind = RULES[Right(right)], Right(right)
        wanted = {
            Place.WEIGHING: kind in ASSESSMENTS,
            Place.MEASURES: rules.work is Work.MEASURES,
            Place.RECIPIENTS: rules.tells_recipients,
            Place.TRANSFER: kind is Right.PORTABILITY,
        }
        return [str(place) for place in ANSWER if wanted.get(place, True)]

    @property
    def erasing(self) -> ErasureView | None:
        """Return how far the erasure has come, and what stops it."""
        return erasure_in(self.case)

    @property
    def who(self) -> str:
        """Return the name of the person the data is about."""
        return (self.people[0].name if self.people else "") or t("s5.name_gone")

    @property
    def has_address(self) -> bool:
        """Return whether mail can tell the person that something waits."""
        return any("email" in person.facts for person in self.people)

    @property
    def first(self) -> RightView:
        """Return the right whose date binds the case."""
        return leading(list(self.rights))

    @property
    def clocks(self) -> list[Clock]:
        """Return the clocks of the case; rights that are counted alike share one."""
        return clocks_of(self.rights, self.today)

    @property
    def due(self) -> DueView:
        """Return the deadline in words, with its bar."""
        if self._ended_unanswered:
            return ended_view(self.case.state)
        return reckoned_view(self.first.reckoning, self.today)

    @property
    def due_on(self) -> date | None:
        """Return the date that binds, if the clock is neither paused nor at its end."""
        return None if self._ended_unanswered else self.first.reckoning.binding_on

    @property
    def _ended_unanswered(self) -> bool:
        return not self.first.runs and self.first.reckoning.informed_on is None

    @property
    def is_late(self) -> bool:
        """Return whether the date has passed while the clock runs."""
        return self.first.runs and self.first.reckoning.is_late(self.today)

    @property
    def status(self) -> str:
        """Return the state in words for staff."""
        return state_words(self.case.state)

    @property
    def is_open(self) -> bool:
        """Return whether there is still an answer to give."""
        return State(self.case.state) in CLOCK_RUNS

    @property
    def step(self) -> NextStep:
        """Return the one thing to do next."""
        return self.seen.step(undo_at(utcnow()))

    @property
    def step_words(self) -> str:
        """Return the next step as a sentence; of which right, where there are several."""
        return step_words(self.step, len(self.rights))

    @property
    def step_href(self) -> str:
        """Return where it is done; nothing where there is no page for it, or this is it."""
        if self.step.place == self.section:
            return ""
        return place_href(self.step.place, **self.to(self.step.right))

    @property
    def tabs(self) -> list[Tab]:
        """Return the parts of the case that this process serves."""
        seen = self.seen
        rows: list[tuple[str, str, tuple[str, ...], str | int | None]] = [
            ("overview", "staff.case", (Place.OVERVIEW,), None),
            ("tasks", "staff.tasks", (Place.TASKS,), f"{seen.settled_tasks}/{seen.tasks}"),
            ("findings", "staff.findings", (Place.FINDINGS,), seen.findings),
            ("messages", "staff.messages", ("messages",), seen.unread or None),
            ("identity", "staff.identity", (Place.IDENTITY,), None),
            ("answer", "staff.texts", ANSWER, None),
            ("letters", "mail.case_letters", ("letters",), None),
            ("log", "staff.log", ("log",), None),
        ]
        return [
            Tab(t(f"s5.tab.{key}"), href, self.section in places, count)
            for key, endpoint, places, count in rows
            if (href := href_of(endpoint, **self.url))
        ]


def open_door(organisation: str, number: str, permission: Permission) -> Case:
    """Return the case of the address, if the signed-in person may; raises NotFound."""
    return access_case(current_user, organisation, number, permission)


def chosen_right(case: Case) -> RequestedRight:
    """Return the right that the address names, or the next to be worked on; or NotFound."""
    right = right_in_view(case, request.args.get("right", ""))
    if right is None:
        raise NotFound
    return right


def to_answer(endpoint: str, right: RequestedRight) -> ResponseReturnValue:
    """Return the way to a page of the answer to a right, in the case of this address."""
    asked = request.view_args or {}
    values: dict[str, Any] = {name: asked[name] for name in ("organisation", "number")}
    return redirect(url_for(endpoint, **values, right=right.right), 303)


def case_frame(case: Case, section: str) -> CaseFrame:
    """Return the frame of a case page, and make the page its organisation's."""
    now = utcnow()
    seen = one_case(case)
    show_house(seen.organisation)
    return CaseFrame(
        seen=seen,
        people=tuple(people_of(case)),
        rights=tuple(rights_read(case)),
        today=deadlines.local_today(case.profile, now),
        section=section,
        permissions=permissions_in(current_user, seen.organisation),
    )


def case_page(template: str, case: Case, section: str, **facts: object) -> str:
    """Return a page inside the shell of its case; that it was read is recorded once a day."""
    record_view(case.id, myself(), utcnow())
    frame = case_frame(case, section)
    return render_template(template, frame=frame, case=case, **facts)


def show_house(organisation: Organisation) -> None:
    """Name the organisation in the frame; the language stays that of the reader."""
    name = organisation.display_name
    show_organisation(Shown(organisation.key, name, str(current_user.language)))


def state_words(state: str) -> str:
    """Return a state of a right or a case in words for staff."""
    return t(f"state.{state}")


def step_words(step: NextStep, rights: int) -> str:
    """Return a step as a sentence; it names its right in a case that has several."""
    words = t(step.words_id, n=step.n, at=step.until)
    if step.right is None or rights < 2:
        return words
    return t("step.of", right=t(f"right.{step.right}"), step=words)


def place_href(place: Place, **values: str) -> str:
    """Return the address of the page on which a step is done."""
    return "" if place is Place.OVERVIEW else href_of(f"staff.{place}", **values)


def href_of(endpoint: str, **values: str) -> str:
    """Return the address of a page, or nothing where this process does not serve it."""
    values_of: dict[str, Any] = dict(values)
    return url_for(endpoint, **values_of) if endpoint in current_app.view_functions else ""
