"""Hands that do one thing at a time to a case with several rights, wisely or not.

Every action goes through the services. `pick` chooses among what there is; an action for
which there is nothing does nothing.
"""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from dsar.domain.assessments import ASSESSMENTS, Weighed
from dsar.domain.cases import State
from dsar.domain.deliveries import How, What
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.domain.findings import FindingBody
from dsar.domain.identity import Method, Verdict
from dsar.domain.links import LinkKind
from dsar.domain.measures import acts_for
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.reopening import Judgement, ReopenReason
from dsar.domain.rights import RULES, Work
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import (
    Case,
    DataSystem,
    Delivery,
    Finding,
    IdentityCheck,
    Measure,
    OutboxMessage,
    Package,
    RecipientNotice,
    RequestedRight,
    Task,
    db,
    new_id,
)
from dsar.services.answer import approval, closure, delivery, outcomes, packaging, reopening
from dsar.services.clock import withdrawal
from dsar.services.identity import verification
from dsar.services.intake import links
from dsar.services.mail import settling
from dsar.services.mail.settling import Claim, Result, Sending
from dsar.services.rights import (
    assessing,
    executing,
    holds,
    measures,
    recipients,
    refusing,
    suggesting,
    transferring,
)
from dsar.services.transaction import transaction
from dsar.services.work import assignment, collection, findings, review
from tests.factories.work import actor_of, make_texts

TEXTS = {
    "what": "Kontaktkort", "why": "Loven krever det.", "statute": "bokføringsloven § 13",
    "end": "Til 2031", "field": "Telefon", "before": "22 33 44 55", "after": "22 33 44 56",
    "statement": "Kari er uenig.", "enforcement": "Sperret", "purpose": "Nyhetsbrev",
}  # fmt: skip
WORDS = {
    "reply": "Et menneske har sett på saken.", "explained": "410 poeng; grensen er 450.",
    "reviewer": "Ida, kredittsjef",
    "heard": "Hun sier at lønnen er feil.", "balancing": "Hennes interesse veier tyngst.",
    "recipient": "Annen AS", "how": "Kryptert", "why": "Ingen felles måte.",
}  # fmt: skip


class Hands:
    """Two members of staff and a person, with one case between them."""

    def __init__(self, make, rights, now):
        organisation = make.organisation("memini", now=now)
        self.make, self.organisation, self.other = make, organisation, ""
        self.case_id = make.case(organisation, rights=rights, now=now).id
        self.staff = [make.staff(organisation), make.staff(organisation)]
        self.now = now
        with transaction() as session:
            for system in session.scalars(select(DataSystem)):
                texts = {"nb": {"recipients": "Regnskap AS"}}
                system.document = system.document | {"texts": texts}

    @property
    def case(self):
        """The case as it stands."""
        return db.session.get_one(Case, self.case_id)

    def who(self, pick=0):
        """One of the two."""
        return actor_of(self.staff[pick % 2])

    def rows(self, table, **where):
        """Rows of the case, oldest first where that is known."""
        db.session.expire_all()
        query = select(table).where(table.case_id == self.case_id).filter_by(**where)
        for name in ("position", "decided_at", "built_at", "sent_at", "created_at", "found_at"):
            if hasattr(table, name):
                query = query.order_by(getattr(table, name))
                break
        return list(db.session.scalars(query.order_by(table.id)))

    def rights(self):
        """The rights of the case, in their order."""
        return self.rows(RequestedRight)

    def right(self, pick):
        """One of the rights."""
        rights = self.rights()
        return rights[pick % len(rights)]

    def tasks(self, right):
        """The tasks of a right."""
        return [task for task, _ in review.tasks_of(db.session, right.id)]

    def fold(self, right):
        """Leave out all systems of a right but two, so that a walk is short."""
        with transaction() as session:
            query = select(Task).join(DataSystem).where(Task.right_id == right.id)
            for task in session.scalars(query.order_by(DataSystem.position)).all()[2:]:
                session.delete(task)

    # the work on a right

    def answer_task(self, task, answer=None):
        """Settle a task: as what was found or decided says, or as somebody claims."""
        held = collection.has_findings(db.session, task.id)
        held = held or collection.has_measures(db.session, task.id)
        said = answer or (TaskAnswer.FOUND if held else TaskAnswer.NOTHING_FOUND)
        command = collection.SettleTask(task.id, said, "Søkte på e-post")
        collection.settle_task(command, self.who(), self.now)

    def find(self, right, pick):
        """Add something found, of her own address."""
        tasks = self.tasks(right)
        if tasks and RULES[right.right].work is Work.FINDINGS:
            command = findings.NewFinding(
                id=new_id(), task_id=tasks[pick % len(tasks)].id,
                body=FindingBody(category="Kontakt", fields={"E-post": "kari@example.org"}),
                provenance=Provenance.PROVIDED, basis="consent",
            )  # fmt: skip
            findings.add_finding(command, self.who(pick), self.now)

    def unfind(self, pick):
        """Take a finding away."""
        if rows := self.rows(Finding, removed_at=None):
            findings.remove_finding(rows[pick % len(rows)].id, self.who(pick), self.now)

    def judge(self, pick, verdict):
        """Decide about a finding."""
        if rows := self.rows(Finding, removed_at=None):
            said = review.Judgement(
                verdict, "gdpr_15_4", "Gjelder en annen person.",
                frozenset({"hiding_is_not_enough"}),
            )  # fmt: skip
            release = review.Judgement(ReviewVerdict.RELEASE)
            chosen = release if verdict is ReviewVerdict.RELEASE else said
            review.decide(rows[pick % len(rows)].id, chosen, self.who(pick), self.now)

    def measure(self, right, pick, act=None):
        """Decide what is done in one system."""
        tasks, acts = self.tasks(right), acts_for(right.right)
        if tasks and acts:
            grounds = review.grounds_for(self.case.profile, right.right)
            ground = next(g for g in grounds if g.rights) if grounds else None
            command = measures.NewMeasure(
                id=new_id(), task_id=tasks[pick % len(tasks)].id,
                act=act or acts[pick % len(acts)], texts=TEXTS,
                ground=ground.key if ground else "",
                conditions=frozenset(ground.conditions if ground else ()),
            )  # fmt: skip
            measures.decide_measure(command, self.who(pick), self.now)

    def unmeasure(self, pick):
        """Take a measure back."""
        if rows := self.rows(Measure):
            measures.remove_measure(rows[pick % len(rows)].id, self.who(pick), self.now)

    def weigh(self, right, pick):
        """Weigh what the right asks, on one of its grounds with one of its results."""
        rules = ASSESSMENTS.get(right.right)
        if rules:
            ground = rules.grounds[pick % len(rules.grounds)] if rules.grounds else ""
            result = rules.results[pick % len(rules.results)] if rules.results else ""
            texts = {name: WORDS[name] for name in rules.all_texts}
            command = Weighed(ground, result, texts)
            assessing.assess(right.id, command, self.who(pick), self.now)

    def refuse(self, right):
        """Refuse a right as a whole."""
        command = refusing.Refuse(
            right_id=right.id, ground="gdpr_12_5",
            explanation="Hun spurte om det samme for en uke siden, og fikk alt da.",
            conditions=frozenset({"facts_documented", "fee_considered"}),
        )  # fmt: skip
        refusing.refuse(command, self.who(), self.now)

    def add_recipient(self, right):
        """Note somebody who received the data."""
        command = recipients.NewRecipient(id=new_id(), right_id=right.id, name="Lykke AS")
        recipients.add_recipient(command, self.who(), self.now)

    def tell_recipient(self, pick, state=recipients.Told.TOLD):
        """Settle a recipient."""
        if rows := self.rows(RecipientNotice):
            day = self.now.date() if state is recipients.Told.TOLD else None
            command = recipients.SettleRecipient(
                notice_id=rows[pick % len(rows)].id, state=state, proof="E-post", told_on=day
            )
            recipients.settle_recipient(command, self.who(pick), self.now)

    def carry_out(self, pick):
        """Carry a measure out, whichever."""
        if rows := self.rows(Measure):
            command = executing.CarryOut(rows[pick % len(rows)].id, "Sperret og søkt på nytt")
            executing.carry_out(command, self.who(pick), self.now)

    def hold(self, is_system):
        """Let nothing be erased: in the case, or in its first system."""
        tasks = self.rows(Task)
        if is_system and not tasks:
            return
        what = {"system_id": tasks[0].system_id} if is_system else {"case_id": self.case_id}
        command = holds.NewHold(id=new_id(), reason="court", **what)
        holds.set_hold(command, self.who(), self.now)

    def holds(self, system_id=None):
        """The holds that stand on the case, or on it and one system."""
        found = holds.holds_on_case(db.session, self.case)
        return found + (holds.holds_on_system(db.session, system_id) if system_id else [])

    def lift_holds(self, *_):
        """End every hold on the case and its systems."""
        for system_id in {None, *(task.system_id for task in self.rows(Task))}:
            for row in self.holds(system_id):
                holds.lift_hold(row.id, self.who(), self.now)

    # the answer

    def package(self, pick):
        """One of the packages ever built, or None."""
        rows = self.rows(Package)
        return rows[-1 - pick % len(rows)].id if rows else None

    def ask(self, package_id):
        """Ask for approval."""
        approval.ask_approval(package_id, self.who(), self.now)

    def approve(self, package_id, pick):
        """Approve, as either of the two."""
        approval.approve(package_id, True, self.who(pick), self.now)

    def send(self, package_id, how=How.PORTAL):
        """Send what was built."""
        day = None if how is How.PORTAL else self.now.date()
        delivery.send(delivery.SendAnswer(package_id, how, day), self.who(), self.now)

    def open(self, pick):
        """Open and download what was sent, as the person."""
        if rows := self.rows(Delivery):
            row = rows[pick % len(rows)]
            delivery.open_answer(row.id, self.now)
            delivery.download(row.id, What.ZIP, self.now)

    def let_leave(self):
        """Let every letter that waits leave the house, one after the other."""
        for letter in self.rows(OutboxMessage, state="waiting"):
            with transaction() as session:
                session.get_one(OutboxMessage, letter.id).claimed_by = "me"
            settling.settle(Claim(letter.id, "me", self.now), Result(Sending.SENT))

    def close(self, right, outcome):
        """End a right."""
        closure.close_right(right.id, outcome, self.who(), self.now)

    # the person

    def confirm_address(self):
        """She confirms her address."""
        with transaction() as session:
            case = session.get_one(Case, self.case_id)
            case.address_confirmed_at = case.address_confirmed_at or self.now

    def accept_identity(self, pick, method):
        """Decide that it is she."""
        command = verification.AcceptIdentity(self.case_id, method, "Ny adresse for oss")
        verification.accept(command, self.who(pick), self.now)

    def ask_identity(self):
        """Ask her something."""
        words = ("Adressen er ny for oss", "Når ble du kunde?")
        command = verification.AskIdentity(new_id(), self.case_id, Method.QUESTION, *words)
        verification.ask(command, self.who(), self.now)

    def answer_identity(self, pick, verdict):
        """She answers, and somebody decides."""
        if rows := self.rows(IdentityCheck):
            row = rows[pick % len(rows)]
            with suppress(DomainError):
                verification.answer_identity(row.id, "I mai 2021", PERSON, self.now)
            verification.decide_identity(row.id, verdict, self.who(), self.now)

    def withdraw(self, rights):
        """She takes some of it back."""
        withdrawal.withdraw(self.case_id, [right.right for right in rights], PERSON, self.now)

    def undo(self):
        """She changes her mind."""
        withdrawal.undo(self.case_id, PERSON, self.now)

    def open_again(self, right, by_her):
        """Something was missing in an answer: she says so, or staff do."""
        rights, once = frozenset({right.right}), new_id()
        if by_her:
            said = reopening.Judge(self.case_id, Judgement.PART, rights, "Mer", once)
            reopening.judge(said, PERSON, self.now)
        else:
            found = reopening.Reopen(self.case_id, rights, ReopenReason.FOUND_MORE, once)
            reopening.reopen(found, self.who(), self.now)

    def link(self):
        """The same person asked twice: the cases are linked, and neither is closed by it."""
        self.other = self.other or self.make.case(self.organisation, now=self.now).id
        pair = links.LinkCases(self.case_id, self.other, LinkKind.DUPLICATE)
        links.link(pair, self.who(), self.now)

    def unlink(self):
        """They are not."""
        if self.other:
            pair = links.LinkCases(self.other, self.case_id, LinkKind.DUPLICATE)
            links.unlink(pair, self.who(), self.now)

    def assign(self, pick):
        """Give the case, with its twin, to one of the two, in bulk."""
        cases = [each for each in (self.case_id, self.other) if each]
        assignment.assign_many(cases, self.staff[pick % 2].id, self.who(), self.now)

    def wait(self, hours):
        """Time passes."""
        self.now += timedelta(hours=hours)

    def write_texts(self):
        """Complete the register."""
        if any(right.right == "access" for right in self.rights()):
            make_texts(self.case, self.staff[0], self.now)

    # the right way

    def onward(self, right, pick=0):
        """Do what the page says comes next for a right; return the step's word."""
        from dsar.domain.next_step import next_step
        from dsar.queries.progress import progress_of

        db.session.expire_all()
        number = [row.id for row in self.rights()].index(right.id)
        step = next_step(progress_of([self.case_id])[self.case_id][number])
        name = step.words_id.removeprefix("step.")
        doing = getattr(self, f"_{name}", None)
        assert doing or name == "none", f"nobody knows how to do {name}"
        if doing:
            doing(right, pick)
        return name

    def _tasks(self, right, pick):
        for number, task in enumerate(self.tasks(right)):
            if task.answer is None:
                if number == 0 and not self.has(task):
                    self.measure(right, 0) if acts_for(right.right) else self.find(right, 0)
                self.answer_task(task)

    def has(self, task):
        """Say whether something stands found or decided for a task."""
        return collection.has_findings(db.session, task.id) or collection.has_measures(
            db.session, task.id
        )

    def _transfer(self, right, _):
        command = transferring.RecordTransfer(right.id, self.now.date(), "Kryptert e-post")
        transferring.record_transfer(command, self.who(), self.now)

    def _finish(self, right, _):
        collection.finish_collection(right.id, self.who(), self.now)

    def _decide(self, right, _):
        for task in self.tasks(right):
            release = review.Judgement(ReviewVerdict.RELEASE)
            review.decide_system(task.id, release, self.who(), self.now)

    def _weigh(self, right, pick):
        self.weigh(right, pick)

    _reply = _weigh

    def _build(self, right, _):
        if State(right.state) in (State.RECEIVED, State.COLLECTING):
            collection.finish_collection(right.id, self.who(), self.now)
        self.write_texts()
        for number, task in enumerate(self.tasks(right)):
            if task.answer in ("found", "withheld") and not self.has(task):
                self.measure(right, number)  # what the page of the answer says is missing
        suggesting.note_suggested(right.id, self.who(), self.now)
        packaging.build(right.id, self.who(), self.now)

    def _current(self, right):
        return self.rows(Package, right_id=right.id, replaced_at=None)[-1]

    def _ask_approval(self, right, _):
        self.ask(self._current(right).id)

    def _approve(self, right, _):
        package = self._current(right)
        other = self.staff[0] if package.built_by == self.staff[1].id else self.staff[1]
        approval.approve(package.id, True, actor_of(other), self.now)

    def _identify(self, *_):
        self.confirm_address()
        self.accept_identity(0, Method.CALL_BACK)

    def _wait_identity(self, *_):
        self.answer_identity(0, Verdict.SUFFICIENT)

    def _carry_out(self, right, _):
        for row in self.rows(Measure, right_id=right.id, removed_at=None, executed_at=None):
            with suppress(executing.NothingToCarryOut):
                command = executing.CarryOut(row.id, "Gjort og søkt på nytt")
                executing.carry_out(command, self.who(), self.now)

    def _tell_recipients(self, right, _):
        for row in self.rows(RecipientNotice, right_id=right.id, state="open"):
            command = recipients.SettleRecipient(
                notice_id=row.id, state=recipients.Told.TOLD, proof="E-post",
                told_on=self.now.date(),
            )  # fmt: skip
            recipients.settle_recipient(command, self.who(), self.now)

    def _send(self, right, _):
        self.send(self._current(right).id)

    def _wait_mail(self, *_):
        self.let_leave()

    def _close(self, right, _):
        self.close(right, next(iter(outcomes.true_outcomes(db.session, right))))
