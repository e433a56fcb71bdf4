"""Two laws for one request: the earlier date binds (decision 6)."""

from datetime import UTC, date, datetime

import pytest

from dsar import profiles
from dsar.domain.clock import (
    ClockEvent,
    ClockEventKind,
    ClockOptions,
    earlier_of,
    replay,
)
from dsar.i18n import LANGUAGES, translate

RECEIVED = datetime(2026, 1, 30, 9, 0, tzinfo=UTC)
ASKED = ClockEvent(ClockEventKind.ASKED, datetime(2026, 2, 2, 9, 0, tzinfo=UTC), "identity")


def counted(*laws, events=()):
    own, site = (replay(profiles.get(law), ClockOptions(), RECEIVED, events) for law in laws)
    return own, site, earlier_of(own, site, profiles.get(laws[1]))


class TestTwoLaws:
    @pytest.mark.parametrize("laws", [("NO", "BR"), ("BR", "NO"), ("NO", "US-CA")])
    def test_the_earlier_date_binds(self, laws):
        own, site, found = counted(*laws)
        assert found.binding_on == min(own.binding_on, site.binding_on)
        assert found.earliest_on == min(own.earliest_on, site.earliest_on)
        assert "two_laws" in found.flags

    def test_a_clock_that_stands_still_does_not_stop_the_other(self):
        own, site, found = counted("NO", "BR", events=[ASKED])
        assert own.is_suspended
        assert found.binding_on == site.binding_on == date(2026, 2, 14)
        assert not found.is_suspended

    def test_two_that_stand_still_have_no_date(self):
        _, _, found = counted("NO", "SE", events=[ASKED])
        assert found.binding_on is None
        assert found.is_suspended

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_tells_both(self, language):
        for events in ((), (ASKED,)):
            _, _, found = counted("BR", "NO", events=events)
            said = [translate(language, s.message_id, **s.facts) for s in found.steps]
            assert any("Norge" in one for one in said)
            assert translate(language, "clock.flag.two_laws")
