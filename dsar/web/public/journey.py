"""The way through the form: what is typed lies in a sealed draft of this browser."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, request, session, url_for

from dsar.domain.rights import Right
from dsar.services.intake import drafts
from dsar.timesource import utcnow
from dsar.web.visit import Visit

#: The rights in the order in which their pages come: what is seen before it is deleted.
ORDER = tuple(Right)


@dataclass(frozen=True, slots=True)
class Journey:
    """One browser's draft for one organisation."""

    key: str
    token: str
    draft: drafts.OpenDraft | None

    @property
    def typed(self) -> dict[str, Any]:
        """Return what has been typed so far."""
        return self.draft.typed if self.draft else {}

    @property
    def rights(self) -> tuple[Right, ...]:
        """Return the rights chosen, in the order of their pages."""
        chosen = set(self.typed.get("rights", ()))
        return tuple(right for right in ORDER if right in chosen)

    def part(self, name: str) -> dict[str, Any]:
        """Return what was typed on one page."""
        found: dict[str, Any] = self.typed.get(name, {})
        return found

    @property
    def is_sent(self) -> bool:
        """Return whether the request has been sent; the receipt has taken its place."""
        return self.draft is not None and self.draft.slip is not None


def journey(key: str) -> Journey:
    """Return this browser's journey through the form of an organisation, new or old."""
    token = session.get("drafts", {}).get(key, "")
    return Journey(key, token, drafts.read_draft(token, utcnow()) if token else None)


def keep(way: Journey, pages: Mapping[str, Any]) -> Journey:
    """Keep what was typed on some pages, in a new draft where the old one is gone or sent."""
    now = utcnow()
    typed = ({} if way.is_sent else way.typed) | dict(pages)
    token = way.token
    if way.draft is None or way.is_sent or not drafts.save_draft(token, typed, now):
        hours = current_app.extensions["dsar.config"].portal.draft_hours
        token = drafts.start_draft(way.key, timedelta(hours=hours), now)
        drafts.save_draft(token, typed, now)
    session["drafts"] = session.get("drafts", {}) | {way.key: token}
    return Journey(way.key, token, drafts.read_draft(token, now))


def press(key: str, token: str, pages: Mapping[str, Any]) -> Journey:
    """Return the journey that one press of a button makes: pressed twice, it is the same."""
    now = utcnow()
    hours = current_app.extensions["dsar.config"].portal.draft_hours
    drafts.keep_press(drafts.NewDraft(key, token, pages, timedelta(hours=hours)), now)
    session["drafts"] = session.get("drafts", {}) | {key: token}
    return Journey(key, token, drafts.read_draft(token, now))


def start_after(key: str, case_id: str, rights: Iterable[str] = ()) -> Journey:
    """Start anew, for a wish that follows a case which this browser has open."""
    fresh = Journey(key, "", None)
    return keep(fresh, {"follows": {"case": case_id}, "rights": list(rights)})


def missing_page(way: Journey) -> str | None:
    """Return the address of the first page that still must be answered, or None."""
    if not way.rights:
        return url_for("public.ask", organisation=way.key)
    for right in way.rights:
        if f"right.{right}" not in way.typed:
            return url_for("public.detail", organisation=way.key, right=str(right))
    if "who" not in way.typed:
        return url_for("public.who", organisation=way.key)
    if way.part("who").get("about") == "other" and "represent" not in way.typed:
        return url_for("public.represent", organisation=way.key)
    return None


def next_page(way: Journey, after: str) -> str:
    """Return where "next" leads from a page; from a change, straight back to the check page."""
    check = url_for("public.check", organisation=way.key)
    if request.args.get("back") == "check":
        return missing_page(way) or check
    pages = pages_of(way)
    index = pages.index(after) if after in pages else len(pages) - 1
    return pages[index + 1] if index + 1 < len(pages) else check


def previous_page(way: Journey, before: str) -> str:
    """Return where "previous step" leads from a page."""
    if request.args.get("back") == "check":
        return url_for("public.check", organisation=way.key)
    pages = [url_for("public.start", organisation=way.key), *pages_of(way)]
    index = pages.index(before) if before in pages else len(pages)
    return pages[max(0, index - 1)]


def pages_of(way: Journey) -> list[str]:
    """Return the addresses of the question pages of this journey, in order."""
    pages = [url_for("public.ask", organisation=way.key)]
    pages += [
        url_for("public.detail", organisation=way.key, right=str(right)) for right in way.rights
    ]
    pages.append(url_for("public.who", organisation=way.key))
    if way.part("who").get("about") == "other":
        pages.append(url_for("public.represent", organisation=way.key))
    return pages


def promise_of(here: Visit) -> tuple[str, dict[str, object]]:
    """Return the organisation's promise as a message id with facts."""
    if here.facts.promise_days:
        return "promise.days", {"n": here.facts.promise_days}
    return "promise.month", {}
