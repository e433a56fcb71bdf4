"""Grounds that rest on another law: whoever uses one names the provision."""

import re
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.profiles import Ground


class LawNotNamed(DomainError):
    """Where another law forbids or demands something, the reason names its provision."""

    message_id = "error.law_not_named"


#: The condition of a ground that rests on another law.
NAMES_LAW: Final = "duty_named"
#: How a provision looks: a number beside its sign or its word, whichever stands first.
_PROVISION: Final = re.compile(
    r"§+\s*\d|\d\s*[a-z]?\s*§|\d\s*kap"
    r"|\b(?:(?:art|kap|sch|sec|paragra|chap)\w*|ss?)\.?\s*(?:[a-z]\.?\s*)?\d",
    re.IGNORECASE,
)


def check_law_named(ground: Ground, reason: str) -> None:
    """Refuse a reason on a ground of another law that names no provision of it.

    Raises LawNotNamed.
    """
    if NAMES_LAW in ground.conditions and not _PROVISION.search(reason):
        raise LawNotNamed
