"""From what was typed to what the services are told."""

from datetime import datetime

from dsar.i18n import page_language
from dsar.services.intake.opening import OpenCase, PersonFacts, Wish
from dsar.web.public.journey import Journey
from dsar.web.visit import Visit


def to_command(here: Visit, way: Journey, now: datetime) -> OpenCase:
    """Return the case that a finished journey asks for."""
    who, other = way.part("who"), way.part("represent")
    is_represented = who["about"] == "other"
    return OpenCase(
        organisation_key=here.key,
        language=page_language(),
        channel="web",
        wishes=wishes_of(way),
        requester=PersonFacts(
            name=who["name"],
            email=who["email"],
            phone=who["phone"],
            postal_address=who["address"],
            identifiers=who["identifiers"],
            company=who["company"],
        ),
        subject=PersonFacts(name=other["name"]) if is_represented else None,
        representation=other["role"] if is_represented else None,
        relation=who["relation"],
        reply_format=way.part("right.access").get("reply_format") or "web",
        is_guarded=bool(who["guarded"]),
        site=here.host or None,
        received_at=now,
        registered_at=now,
        follows=way.part("follows").get("case"),
        submission_key=way.draft.id if way.draft else None,
    )


def wishes_of(way: Journey) -> tuple[Wish, ...]:
    """Return the rights used, each with its answers."""
    return tuple(
        Wish(right, way.part(f"right.{right}") or {"scope": "all"}) for right in way.rights
    )
