"""What may not be recorded is refused by name, before anything is written."""

from datetime import date

import pytest

from dsar import profiles
from dsar.domain.clock import (
    BadClockEvent,
    BadClockOption,
    BeforeReceipt,
    ClarificationNotLarge,
    ClockEvent,
    ClockEventKind,
    ClockOptions,
    ClockStopped,
    ExtensionLate,
    ExtensionNotTold,
    ExtensionReasonRefused,
    ExtensionTaken,
    ExtensionWithoutDate,
    ExtensionWithoutReasons,
    NoExtensionInLaw,
    NoPauseInLaw,
    NothingAsked,
    PauseAfterDeadline,
    PauseAlreadyOpen,
    PauseDelayUnexplained,
    PauseNotSent,
    PauseReasonRefused,
    RefusalLate,
    UnknownClock,
    check,
    event_from,
    moment_from,
    option_from,
    options_from,
    replay,
)

K = ClockEventKind
RECEIVED = moment_from("2026-09-01T10:00+02:00")


def event(kind, day, **more):
    return ClockEvent(kind, moment_from(f"2026-{day}T10:00+02:00"), **more)


def asked(day, **more):
    return event(K.ASKED, day, **{"reason": "identity", **more})


def extended(day, **more):
    return event(K.EXTENDED, day, **{"reasons": ("complexity",), **more})


PAST = {
    "nothing": (),
    "asked": (asked("09-02"),),
    "extended": (extended("09-10"),),
    "withdrawn": (event(K.WITHDRAWN, "09-03"),),
}

REFUSED = [
    ("NO", "nothing", asked("09-02", notified=False), PauseNotSent),
    ("NO", "nothing", asked("09-02", reason="internal"), PauseReasonRefused),
    ("NO", "nothing", asked("09-02", reason="fee"), PauseReasonRefused),
    ("NO", "nothing", asked("09-02", reason=None), PauseReasonRefused),
    ("NO", "nothing", asked("10-02"), PauseAfterDeadline),
    ("NO", "nothing", asked("09-12"), PauseDelayUnexplained),
    ("NO", "nothing", asked("09-02", reason="clarification"), ClarificationNotLarge),
    ("NO", "asked", asked("09-05"), PauseAlreadyOpen),
    ("NO", "nothing", asked("08-30"), BeforeReceipt),
    ("NO", "nothing", event(K.ANSWERED, "09-05", reason="identity"), NothingAsked),
    ("NO", "withdrawn", asked("09-05"), ClockStopped),
    ("NO", "nothing", extended("09-10", reasons=()), ExtensionWithoutReasons),
    ("NO", "nothing", extended("09-10", reasons=("staffing",)), ExtensionReasonRefused),
    ("NO", "nothing", extended("09-10", reasons=("whim",)), ExtensionReasonRefused),
    ("NO", "nothing", extended("09-10", notified=False), ExtensionNotTold),
    ("NO", "nothing", extended("10-02"), ExtensionLate),
    ("NO", "extended", extended("09-20"), ExtensionTaken),
    ("NO", "extended", event(K.REFUSED, "10-05"), RefusalLate),
    ("CH", "nothing", extended("09-10"), ExtensionWithoutDate),
    ("CH", "nothing", asked("09-02"), NoPauseInLaw),
    ("US-CA", "nothing", asked("09-02"), NoPauseInLaw),
    ("CA-QC", "nothing", extended("09-10"), NoExtensionInLaw),
]

ALLOWED = [
    ("NO", "nothing", asked("09-02")),
    ("NO", "nothing", asked("09-12", delay_explained=True)),
    ("NO", "nothing", asked("09-02", reason="clarification", large_quantity=True)),
    ("NO", "asked", event(K.ANSWERED, "09-05", reason="identity")),
    ("NO", "asked", asked("09-05", reason="clarification", large_quantity=True)),
    ("NO", "nothing", extended("10-01")),
    ("NO", "extended", event(K.REFUSED, "10-01")),
    ("NO", "withdrawn", event(K.REOPENED, "09-20")),
    ("NO", "nothing", event(K.WIDENED, "09-20")),
    ("NO", "nothing", event(K.INFORMED, "11-20")),
    ("CH", "nothing", extended("09-10", until=date(2026, 12, 1))),
    ("UK", "nothing", event(K.FEE_ASKED, "09-02")),
    ("US-VA", "nothing", extended("09-10")),
]


class TestWhatMayNotBeRecorded:
    @pytest.mark.parametrize(("profile", "past", "new", "error"), REFUSED)
    def test_is_refused_by_name(self, profile, past, new, error):
        with pytest.raises(error):
            check(profiles.get(profile), ClockOptions(), RECEIVED, PAST[past], new)

    @pytest.mark.parametrize(("profile", "past", "new", "error"), REFUSED)
    def test_never_makes_replay_raise(self, profile, past, new, error):
        events = [*PAST[past], new]
        assert replay(profiles.get(profile), ClockOptions(), RECEIVED, events).flags

    @pytest.mark.parametrize(("profile", "past", "new"), ALLOWED)
    def test_does_not_hold_back_what_the_law_allows(self, profile, past, new):
        check(profiles.get(profile), ClockOptions(), RECEIVED, PAST[past], new)


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        "raw",
        [
            "pause",
            {},
            {"type": "pause"},
            {"type": "nap", "at": "2026-01-01T10:00Z"},
            {"type": "pause", "at": "2026-01-01T10:00"},
            {"type": "pause", "at": "yesterday"},
            {"type": "pause", "at": "2026-01-01T10:00Z", "reason": 4},
            {"type": "extend", "at": "2026-01-01T10:00Z", "until": "soon"},
            {"type": "extend", "at": "2026-01-01T10:00Z", "reasons": "many"},
            {"type": "pause", "at": "2026-01-01T10:00Z", "notified": "yes"},
            {"type": "pause", "at": "2026-01-01T10:00Z", "colour": "red"},
        ],
    )
    def test_is_no_event(self, raw):
        with pytest.raises(BadClockEvent):
            event_from(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            [],
            {"colour": "red"},
            {"policy_days": 0},
            {"policy_days": "many"},
            {"policy_days": True},
            {"se_eves": "perhaps"},
            {"pause_method": "nap"},
            {"pause_bounds": "open"},
            {"pause_reasons": 3},
            {"extension_base": "today"},
            {"receipt_override": "soon"},
            {"receipt_reason": "holiday"},
            {"tz": "Mars/Olympus"},
            {"subdiv": 4},
        ],
    )
    def test_is_no_option(self, raw):
        with pytest.raises(BadClockOption):
            options_from(raw)

    def test_is_no_option_without_a_value(self):
        with pytest.raises(BadClockOption):
            option_from("se_eves")

    def test_is_no_clock_of_this_law(self):
        with pytest.raises(UnknownClock):
            replay(profiles.get("NO"), ClockOptions(deadline="ack"), RECEIVED)

    def test_is_no_moment_without_a_zone(self):
        with pytest.raises(BadClockEvent):
            replay(profiles.get("NO"), ClockOptions(), RECEIVED.replace(tzinfo=None))

    def test_is_read_from_words_and_from_json_alike(self):
        from_words = options_from(
            {**option_from("policy_days=30"), **option_from("roll=false")}
        )
        assert from_words == options_from({"policy_days": 30, "roll": False})
        assert options_from({"promise_days": None}) == ClockOptions()
