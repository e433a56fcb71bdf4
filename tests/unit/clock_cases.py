"""Make requests at random, the same ones each time: law, options, receipt and events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from dsar.domain.clock import ClockEvent, ClockEventKind, options_from
from tests.unit.clock_oracle import LAWS

KINDS = {
    "pause": ClockEventKind.ASKED,
    "resume": ClockEventKind.ANSWERED,
    "extend": ClockEventKind.EXTENDED,
}
REASONS = ("identity", "identity", "clarification", "clarification", "fee", "internal")
PARTS = {
    "UK": ("ENG", "WLS", "SCT", "NIR"),
    "DE": ("BY", "BE", "NW", "SN", "TH"),
    "CH": ("ZH", "GE", "TI", "BE"),
    "FR": ("57", "6AE", "974"),
}
FIRST = datetime(2018, 6, 1, tzinfo=UTC)
MINUTES = 21 * 365 * 24 * 60


@dataclass
class Case:
    """One request, as the oracle and as the engine want it."""

    profile: str
    options: dict
    received_at: datetime
    events: list = field(default_factory=list)

    def engine_options(self):
        raw = dict(self.options)
        if "pause_reasons" in raw:
            raw["pause_reasons"] = sorted(raw["pause_reasons"])
        return options_from(raw)

    def engine_events(self):
        return [
            ClockEvent(KINDS[kind], at, reason=reason, until=until)
            for kind, at, reason, until in self.events
        ]


def cases(count, seed, with_events=True):
    random = Random(seed)
    names = sorted(LAWS)
    for number in range(count):
        yield _case(random, names[number % len(names)], with_events)


def _case(random, profile, with_events):
    received_at = FIRST + timedelta(minutes=random.randrange(MINUTES))
    case = Case(profile, _options(random, profile), received_at)
    if with_events:
        case.events = [
            _event(random, received_at) for _ in range(random.choice((0, 1, 2, 3, 6)))
        ]
    return case


def _options(random, profile):
    choices = {
        "policy_days": lambda: random.choice((14, 28, 30, 60)),
        "roll": lambda: random.random() < 0.5,
        "se_eves": lambda: False,
        "fi_eves": lambda: True,
        "nl_good_friday": lambda: True,
        "nl_may5": lambda: False,
        "dk_extra": lambda: True,
        "pause_method": lambda: random.choice(
            ("toll_min", "add_days", "shift_start", "restart", "none")
        ),
        "pause_bounds": lambda: random.choice(("half_open", "inclusive")),
        "extension_base": lambda: random.choice(("receipt", "first_deadline")),
        "extension_notice_rule": lambda: random.choice(("suspended", "text")),
        "small_agent": lambda: True,
    }
    if LAWS[profile].get("pauses"):
        choices["pause_reasons"] = lambda: {"identity", "fee"}
    else:
        del choices["pause_method"]
    if LAWS[profile]["unit"] == "days":
        choices["count_receipt_day"] = lambda: True
    if profile in PARTS:
        choices["subdiv"] = lambda: random.choice(PARTS[profile])
    if profile == "US-CA":
        choices["deadline"] = lambda: random.choice(("ack", "opt_out"))
        choices["bd_holidays"] = lambda: True
    names = random.sample(sorted(choices), random.choice((0, 0, 1, 2, 3)))
    return {name: choices[name]() for name in names}


def _event(random, received_at):
    kind = random.choice(("pause", "pause", "resume", "resume", "extend"))
    at = received_at + timedelta(minutes=random.randrange(-1_000, 80_000))
    until = None
    if kind == "extend":
        if random.random() < 0.5:
            until = (received_at + timedelta(days=random.randrange(20, 120))).date()
        return kind, at, None, until
    return kind, at, random.choice(REASONS), until
