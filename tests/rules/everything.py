"""A company of which the directory was imported, with one thing of every kind on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine, update

from domain.adoption import LeaveGoal, OfferGoal
from domain.alignment import AlignGoal
from domain.approvals import ToConfirm
from domain.corrections import AskCorrection, CorrectionAbout
from domain.erasure import AskErasure, ErasureScope
from domain.evidence import AddEvidence, EvidenceSource
from domain.feedback import FeedbackKind, GiveFeedback, SaveFeedback
from domain.feedback import MessageSource as SavedMessage
from domain.goal_corrections import CorrectGoal, CorrectValue
from domain.goal_sharing import ShareGoal
from domain.goal_status import Move, MoveGoal
from domain.goals import Audience, GoalCard
from domain.holds import HoldScope, PlaceHold
from domain.measures import Measure
from domain.notices import NoticeKind
from domain.origin import Origin, Via
from domain.people import Role
from domain.policy import Policy
from domain.retention import AskKindPurge
from domain.retention_rules import Kind as RecordKind
from domain.rounds import ApproveSummary, OpenRound, RoundPlace
from storage.tables.feedback import FeedbackAsked
from storage.tables.outbox import Post
from tests.company import PEOPLE, slack_id
from tests.directory.files import a_file, a_row
from tests.rules.office import Office
from tests.rules.rulebook import next_minutes, object_to
from tests.rules.test_agreements import confirm, register
from tests.rules.test_announcements import confirmed
from tests.rules.test_approvals import Phones, wanted
from usecases import approvals, rounds
from usecases.access_reviews import start_review
from usecases.adoption import leave_goal, offer_goal
from usecases.alignment import align_goal
from usecases.announcement_steering import say_not_for_me
from usecases.announcement_sweep import send_announcements
from usecases.corrections import ask_correction
from usecases.cover import set_acting_manager, set_delegation, set_leave
from usecases.directory import import_people
from usecases.erasures import person_to_erase, plan_erasure
from usecases.evidence import add_evidence
from usecases.feedback import ask_for_feedback, give_feedback, save_feedback
from usecases.goal_changes import approve_change
from usecases.goal_corrections import correct_goal, correct_value, goal_to_correct
from usecases.goal_status import move_goal
from usecases.holds import place_hold
from usecases.policy import adopt_first_policy
from usecases.policy_changes import plan_document
from usecases.purges import plan_kind_purge, run_purges
from usecases.role_grants import plan_grant
from usecases.sharing import share_goal

ROLES = {
    "Ines": "hr",
    "Nora": "compliance",
    "Mara": "legal",
    "Omar": "administrator",
    "Mira": "facilitator",
    "Emil": "representative",
}
GONE = "gone@x.example"


def everything(engine: Engine, folder: Path) -> tuple[Office, Phones]:
    """The company, and the phones of those in HR, compliance and administration."""
    office = Office(engine)
    store = office.store
    store.anchoring = replace(store.anchoring, ledger=folder / "erasures")
    adopt_first_policy(store, office.operator(), Policy())
    _take_in(office)
    _negotiate(office)
    _stand_in(office)
    _announce(office)
    _ask_round(office)
    _speak(office)
    phones = _guard(office)
    _end_goals(office)
    _purge(office, phones)
    return office, phones


def token() -> str:
    return uuid4().hex


def address(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@x.example"


def rows(**managers: str) -> list[dict[str, str]]:
    listed = []
    for one in PEOPLE:
        first = one.name.split(maxsplit=1)[0]
        manager = managers.get(first, one.manager)
        listed.append(
            a_row(
                address(first),
                name=one.name,
                level="executive" if one.manager is None else "manager",
                unit=one.unit,
                timezone=one.zone,
                slack_user_id=slack_id(one.name),
                manager_email=address(manager) if manager else "",
                matrix_manager_emails=address("Nora") if first == "Emil" else "",
                roles=ROLES.get(first, ""),
                employment="contractor" if first == "Gustav" else "regular",
            )
        )
    return listed


def _take_in(office: Office) -> None:
    gone = a_row(GONE, name="Gerda Weg", slack_user_id="U0GERDA", manager_email=address("Jonas"))
    import_people(office.store, office.operator(), a_file(*rows(), gone))
    office.wait(timedelta(days=3))
    again = [*rows(Tarik="Jonas"), gone | {"leaving_on": "2027-03-02"}]
    import_people(office.store, office.operator(), a_file(*again))


def _negotiate(office: Office) -> None:
    store = office.store
    agreed = office.accept("Jonas", office.propose("Lena", audience=Audience.NAMED))
    office.update("Lena", agreed, 7)
    share_goal(
        store, office.by("Lena"), ShareGoal(goal=agreed.id, people=[slack_id("Emil")]), token()
    )
    source = EvidenceSource("https://slack.example/p1", "a" * 64)
    add_evidence(
        store, office.by("Lena"), AddEvidence(goal=agreed.id, note="Seen."), source, token()
    )
    _correct(office, agreed.id)
    change = office.ask_change("Lena", office.show("Lena", agreed), 8)
    agreed_to = office.answer_change("Lena", office.counter_change("Jonas", change, 7))
    office.answer_change("Mara", agreed_to, approve_change)
    proposed = office.propose("Emil")
    serving = AlignGoal(
        goal=proposed.id, aligned_to=agreed.id, contribution=Measure(value=40.0, text="40")
    )
    align_goal(store, office.by("Emil"), serving, token())
    offered = OfferGoal(goal=agreed.id, note="It concerns all of us.")
    offer_goal(store, office.by("Lena"), offered, token())
    leave_goal(store, office.by("Jonas"), LeaveGoal(goal=agreed.id, reason="Next year."), token())
    offer_goal(store, office.by("Lena"), offered, token())
    office.counter("Jonas", proposed, 6)
    office.ask_for_help("Emil", office.show("Emil", proposed))


def _correct(office: Office, goal: UUID) -> None:
    store, ines = office.store, office.by("Ines")
    wrong = AskCorrection(wrong="The target is another one.")
    case = ask_correction(store, office.by("Lena"), wrong, CorrectionAbout.GOAL, goal, token())
    found = goal_to_correct(store, ines, case.id, goal)
    content = found.card.content
    ids = {"correction": case.id, "goal": goal, "reason": "As agreed."}
    right = CorrectGoal(
        **ids,
        version=found.card.version,
        title=content.title,
        metric=content.metric,
        due_date=content.due_date,
        target=Measure(value=4.0, text="4"),
    )
    correct_goal(store, ines, right, token())
    found = goal_to_correct(store, ines, case.id, goal)
    value = CorrectValue(
        **ids,
        revision=found.card.revision,
        which=found.values[0].id,
        value=Measure(value=6.5, text="6.5"),
    )
    correct_value(store, ines, value, token())


def _end_goals(office: Office) -> None:
    """One goal rests, one was taken up again, one has made room for another."""
    resting, revived, replaced = (office.accept("Jonas", office.propose("Lena")) for _ in range(3))

    def move(by: str, goal: GoalCard, command: MoveGoal) -> None:
        move_goal(office.store, office.by(by), goal.id, command, token())

    until = office.watch.now.date() + timedelta(days=60)
    move("Lena", resting, MoveGoal(move=Move.PAUSE, reason="A break.", until=until))
    move("Lena", revived, MoveGoal(move=Move.PAUSE, reason="A break.", until=until))
    move("Lena", revived, MoveGoal(move=Move.RESUME))
    move("Jonas", revived, MoveGoal(move=Move.DEPRECATE, reason="Not wanted."))
    move("Lena", revived, MoveGoal(move=Move.REOPEN, reason="Wanted after all."))
    instead = MoveGoal(move=Move.SUPERSEDE, successor=revived.id, reason="One for both.")
    move("Jonas", replaced, instead)


def _stand_in(office: Office) -> None:
    store, operator = office.store, office.operator()
    first, last = date(2027, 3, 20), date(2027, 3, 27)
    set_delegation(store, operator, address("Jonas"), address("Omar"), first, last)
    set_acting_manager(store, operator, address("Omar"), address("Nora"), first, last)
    set_leave(store, operator, address("Omar"), first, last)


def _announce(office: Office) -> None:
    sent = confirmed(office)
    send_announcements(office.store, office.by("Ines"))
    say_not_for_me(office.store, office.by("Lena"), sent)


def _ask_round(office: Office) -> None:
    store = office.store
    place = RoundPlace("C0RELEASE", "release", [slack_id(one.name) for one in PEOPLE], True)
    asked = OpenRound(topic="Release", question="What to keep?", closes_on=date(2027, 3, 12))
    found = rounds.open_round(store, office.by("Mira"), asked, place, token())
    with store.write(office.operator()) as work:
        posted = update(Post).where(Post.kind == NoticeKind.ROUND_QUESTION)
        work.connection.execute(posted.values(ts="1803800000.000001", channel="C0RELEASE"))
    rounds.close_round(store, office.by("Mira"), found.id)
    rounds.finish_round(store, Origin(Via.CLOCK, office.watch.now, "r-clock"), found.id)
    summary = ApproveSummary(summary="We keep the checklist.")
    rounds.approve_summary(store, office.by("Mira"), found.id, summary, token())


def _speak(office: Office) -> None:
    store, lena = office.store, slack_id("Lena")
    support = GiveFeedback(about=lena, feedback="You listen.", kind=FeedbackKind.SUPPORT)
    give_feedback(store, office.by("Jonas"), support, token())
    kept = SaveFeedback(about=lena, feedback=None, kind=FeedbackKind.EVALUATION)
    message = SavedMessage(author=slack_id("Emil"), permalink="https://slack.example/p2")
    save_feedback(store, office.by("Jonas"), kept, message, token())
    ask_for_feedback(store, office.by("Lena"), slack_id("Emil"))
    wrong = AskCorrection(wrong="The date is another one.")
    ask_correction(store, office.by("Emil"), wrong, CorrectionAbout.DATA, None, token())


def _guard(office: Office) -> Phones:
    store = office.store
    hold = PlaceHold(
        who=slack_id("Lena"), scope=HoldScope.EVERYTHING, matter="1/27", reason="A claim."
    )
    place_hold(store, office.by("Mara"), uuid4(), hold)
    phones = Phones(office, "Omar", "Ines", "Nora")
    omar = office.by("Omar")
    asked = plan_grant(store, omar, wanted("Tarik Can", Role.FACILITATOR))
    approvals.ask(store, omar, asked.card.id, asked.challenge, phones.code("Omar"))
    start_review(store, office.by("Ines"))
    _plan_policy(office, phones)
    _erase(office, phones)
    return phones


def _plan_policy(office: Office, phones: Phones) -> None:
    store, ines = office.store, office.by("Ines")
    asked = plan_document(store, ines, next_minutes(office), None, "Later in the morning.")
    together(office, phones, asked)
    with store.read(ines) as work:
        object_to(office, "Emil", work.policy.number + 1)
    confirm(office, "Emil", register(office, "Ines").id)


def _erase(office: Office, phones: Phones) -> None:
    store, ines = office.store, office.by("Ines")
    gone = person_to_erase(store, ines, GONE).id
    command = AskErasure(scope=ErasureScope.EVERYTHING, matter="Ticket 77")
    asked = plan_erasure(store, ines, gone, command)
    assert isinstance(asked, ToConfirm)
    together(office, phones, asked)


def _purge(office: Office, phones: Phones) -> None:
    """What was asked for long ago goes with its kind, but for what a hold or a case keeps."""
    store, operator = office.store, office.operator()
    ask_for_feedback(store, office.by("Nora"), slack_id("Mara"))
    with store.write(operator) as work:
        long_ago = work.now - timedelta(days=5 * 366)
        work.connection.execute(update(FeedbackAsked).values(at=long_ago))
    command = AskKindPurge(kind=RecordKind.FEEDBACK, matter="Ticket 79")
    together(office, phones, plan_kind_purge(store, office.by("Ines"), command))
    assert run_purges(store, operator) == 1


def together(office: Office, phones: Phones, asked: ToConfirm, asker: str = "Ines") -> None:
    """One asks for it and Nora approves, each with a code."""
    store, by, nora = office.store, office.by(asker), office.by("Nora")
    approvals.ask(store, by, asked.card.id, asked.challenge, phones.code(asker))
    challenge = approvals.look(store, nora, asked.card.id).challenge
    approvals.approve(store, nora, asked.card.id, challenge, phones.code("Nora"))
