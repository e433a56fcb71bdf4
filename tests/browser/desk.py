"""A desk with one case on it: what the pages of staff are looked at with."""

from datetime import UTC, datetime

from dsar.domain.verdicts import ReviewVerdict
from dsar.models import new_id
from dsar.services.work import staged
from dsar.services.work.review import Judgement, decide
from tests import factories
from tests.factories.work import actor_of, make_finding, tasks_of

TABLE = (
    "Dato;Emne;Svar\n2026-01-02;Spørsmål om kurs;Ja, det er ledig plass\n2026-02-03;Faktura;"
)


ROLES = ("handler", "approver", "admin", "data_protection_officer")


class Desk:
    """One case and two members of staff in a running installation."""

    def __init__(self, language="nb", key="meetings"):
        self.now, self.key = datetime.now(UTC), key
        self.house = factories.make_organisation(key, now=self.now)
        self.staff = factories.make_staff(
            self.house, roles=ROLES, now=self.now, language=language
        )
        self.other = factories.make_staff(self.house, now=self.now)
        self.case = factories.make_case(self.house, now=self.now)
        self.path = f"/staff/{key}/cases/{self.case.number}"

    def held(self):
        """Withhold one thing, so that every part of the page is there."""
        task = tasks_of(self.case)[0]
        finding = make_finding(task, self.staff, self.now, category="Brev", text="Om en annen")
        why = frozenset({"hiding_is_not_enough"})
        judgement = Judgement(ReviewVerdict.WITHHOLD, "gdpr_15_4", "Gjelder en annen", why)
        decide(finding, judgement, actor_of(self.staff), self.now)
        return finding

    def pasted(self):
        number = new_id()
        staged.stage_paste(self.case.id, number, TABLE, self.now)
        return number
