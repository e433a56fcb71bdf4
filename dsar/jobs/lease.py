"""Who of several schedulers does the work: the holder of one lease row."""

import logging
from dataclasses import dataclass, field
from secrets import token_hex

from dsar.services import leases

log = logging.getLogger(__name__)
LEASE = "scheduler"


@dataclass(frozen=True)
class Leadership:
    """One scheduler's claim to lead, renewed long before it ends."""

    seconds: int
    holder: str = field(default_factory=lambda: token_hex(8))

    @property
    def renew_seconds(self) -> float:
        """Return how often to renew: three times a lease."""
        return self.seconds / 3

    def leads(self) -> bool:
        """Take or renew the lease. A database that does not answer has no leader."""
        try:
            return leases.hold(LEASE, self.holder, self.seconds) is not None
        except Exception:
            log.exception("the lease cannot be renewed")
            return False

    def give_back(self) -> None:
        """Let another scheduler lead at once."""
        try:
            leases.give_back(LEASE, self.holder)
        except Exception:
            log.exception("the lease cannot be given back")
