"""A message that asks for something stops asking once it is done elsewhere: kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from domain.notices import NoticeKind
from domain.people import Employment, Role
from storage.tables.people import Person as PersonRow
from tests.company import person_id
from tests.scenes.announcements import announce, announced, go_to_morning, set_up_cycle
from tests.scenes.checkins import asked as asked_to_check_in
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.patience import dialog_with
from tests.scenes.phones import MachineTime
from tests.scenes.rounds import close_round, open_round
from tests.scenes.test_access_reviews import TUESDAY, share_a_goal
from tests.scenes.test_access_reviews import begin as begin_review
from tests.scenes.test_agreements import register
from tests.scenes.test_corrections import asked as asked_to_correct
from tests.scenes.test_dead_letters import (
    cases,
    lose_the_question_to_jonas,
    next_monday_morning,
)
from tests.scenes.test_ended_rights import change
from tests.scenes.test_objections import change_minutes, change_told
from tests.scenes.test_roles import press_at
from tests.scenes.test_silence import MONDAY
from tests.slack import Message

Settle = Callable[[Offices], Message]


@pytest.fixture
def offices(company: Company, machine_time: MachineTime) -> Offices:
    return settle_offices(company, machine_time)


def a_goal_accepted_from_the_command(offices: Offices) -> Message:
    lena, jonas = (offices.company.person(name) for name in ("Lena", "Jonas"))
    propose(lena, offices.company)
    question = jonas.wait_for("proposes a goal")
    jonas.command("/goal show G-1")
    jonas.last_message().press("Accept")
    return question


def a_proposal_taken_back(offices: Offices) -> Message:
    lena, jonas = (offices.company.person(name) for name in ("Lena", "Jonas"))
    propose(lena, offices.company)
    question = jonas.wait_for("proposes a goal")
    lena.wait_for("You proposed G-1").press("Undo")
    return question


def a_proposal_answered_at_home(offices: Offices) -> Message:
    lena, jonas = (offices.company.person(name) for name in ("Lena", "Jonas"))
    propose(lena, offices.company)
    question = jonas.wait_for("proposes a goal")
    jonas.home().press("Answer")
    dialog_with(jonas, "First reply").press("Accept")
    return question


def a_check_in_by_command(offices: Offices) -> Message:
    lena, _, question = asked_to_check_in(offices.company)
    lena.command("/checkin")
    lena.dialog.fill({lena.dialog.labels[0]: "7.1"}).submit()
    return question


def a_check_in_at_home(offices: Offices) -> Message:
    lena, _, question = asked_to_check_in(offices.company)
    lena.home().press("Nothing changed")
    return question


def feedback_by_command(offices: Offices) -> Message:
    lena, omar = (offices.company.person(name) for name in ("Lena", "Omar"))
    lena.command("/feedback ask @Omar")
    question = omar.wait_for("asks you for feedback")
    omar.command("/feedback @Lena")
    omar.dialog.fill({"Feedback": "Clear mails.", "Kind": "Support"}).submit()
    return question


def an_approval_from_the_list(offices: Offices) -> Message:
    offices.ask()
    question = offices.wanted("Ines")
    offices.hr.command("/accord approvals")
    offices.hr.last_message().press("Approve")
    listed = offices.hr.wait_for("You have opened it")
    assert listed.buttons == []
    offices.hr.dialog.fill({"Code": offices.code("Ines")}).submit()
    return question


def an_approval_by_somebody_else(offices: Offices) -> Message:
    offices.ask()
    question = offices.wanted("Nora")
    offices.approve("Ines")
    return question


def a_case_from_the_list(offices: Offices) -> Message:
    _, ines, question = asked_to_correct(offices.company)
    ines.command("/accord cases")
    ines.last_message().press("Read")
    outcome = {"Outcome": "Nothing had to change", "Explanation": "It was right."}
    ines.dialog.fill(outcome).submit()
    return question


def an_agreement_confirmed_from_the_list(offices: Offices) -> Message:
    tarik = offices.company.person("Tarik")
    name_to_role(offices.company, "Tarik", Role.REPRESENTATIVE)
    register(offices, offices.hr)
    question = tarik.wait_for("please confirm it")
    tarik.command("/accord agreements A-1")
    tarik.dialog.press("Confirm")
    return question


def an_objection_from_the_list(offices: Offices) -> Message:
    tarik = offices.company.person("Tarik")
    name_to_role(offices.company, "Tarik", Role.REPRESENTATIVE)
    change_minutes(offices)
    question = change_told(tarik)
    tarik.command("/accord objections")
    tarik.last_message().press("Object")
    tarik.dialog.fill({"Reason": "Mornings are busy."}).submit()
    return question


def a_round_closed_by_its_facilitator(offices: Offices) -> Message:
    question = open_round(offices.company)
    close_round(offices.company)
    return question


def an_announced_phase_acted_on(offices: Offices) -> Message:
    company = offices.company
    set_up_cycle(company)
    go_to_morning(company)
    announce(company)
    lena = company.person("Lena")
    question = announced(lena)
    propose(lena, company)
    return question


def undelivered_messages_dismissed(offices: Offices) -> Message:
    company = offices.company
    lose_the_question_to_jonas(company)
    company.move_to(next_monday_morning(company))
    news = offices.admin.wait_for("1 message could not be delivered")
    cases(company).press("Dismiss")
    offices.admin.dialog.fill({"Reason": "Known."}).submit()
    return news


def a_review_looked_through_from_the_command(offices: Offices) -> Message:
    company, ines = offices.company, offices.hr
    company.move_to(next_monday_morning(company))
    begin_review(ines)
    company.pass_days(1)
    question = ines.wait_for("Access review: ")
    while True:
        ines.command("/accord access-review").message.press("Look through")
        ines.dialog.press("Confirm")
        if "Confirm" not in ines.dialog.buttons:
            return question


def a_review_that_another_answers_now(offices: Offices) -> Message:
    """Lena's contract has changed meanwhile, so that Jonas is asked about her goal."""
    company = offices.company
    company.move_to(MONDAY)
    share_a_goal(company, "Nora")
    begin_review(offices.hr)
    company.move_to(TUESDAY)
    question = company.person("Lena").wait_for("Access review: ")
    lena = PersonRow.id == person_id("Lena Novak")
    change(company, update(PersonRow).where(lena).values(employment=Employment.CONTRACTOR))
    company.pass_days(1)
    return question


def a_representative_whose_role_has_ended(offices: Offices) -> Message:
    tarik = offices.company.person("Tarik")
    name_to_role(offices.company, "Tarik", Role.REPRESENTATIVE)
    change_minutes(offices)
    question = change_told(tarik)
    assert "Object" in question.buttons
    press_at(offices, "Tarik")
    dialog = offices.admin.dialog
    dialog.fill({"Reason": "The term is over.", "Code": offices.code("Omar")}).submit()
    return question


@dataclass(frozen=True)
class Case:
    kind: NoticeKind
    settle: Settle
    asked_for: frozenset[str]
    """The buttons that are to go, each of which it had."""
    says: str = ""


CASES = (
    Case(
        NoticeKind.GOAL_TO_DECIDE,
        a_goal_accepted_from_the_command,
        frozenset({"Accept", "Counter", "Decline"}),
    ),
    Case(NoticeKind.GOAL_TO_DECIDE, a_proposal_taken_back, frozenset({"Accept", "Decline"})),
    Case(NoticeKind.GOAL_TO_DECIDE, a_proposal_answered_at_home, frozenset({"Accept"})),
    Case(NoticeKind.CHECK_IN_PROMPT, a_check_in_by_command, frozenset({"Check in", "Snooze"})),
    Case(NoticeKind.CHECK_IN_PROMPT, a_check_in_at_home, frozenset({"Check in", "Snooze"})),
    Case(NoticeKind.FEEDBACK_ASKED, feedback_by_command, frozenset({"Give feedback"})),
    Case(NoticeKind.APPROVAL_WANTED, an_approval_from_the_list, frozenset({"Approve", "Refuse"})),
    Case(NoticeKind.APPROVAL_WANTED, an_approval_by_somebody_else, frozenset({"Approve"})),
    Case(NoticeKind.CORRECTION_ASKED, a_case_from_the_list, frozenset({"Read"})),
    Case(NoticeKind.AGREEMENT_WANTED, an_agreement_confirmed_from_the_list, frozenset({"Confirm"})),
    Case(NoticeKind.POLICY_CHANGE, an_objection_from_the_list, frozenset({"Object"})),
    Case(
        NoticeKind.ROUND_QUESTION,
        a_round_closed_by_its_facilitator,
        frozenset({"Answer privately", "Answer anonymously"}),
    ),
    Case(NoticeKind.ANNOUNCEMENT, an_announced_phase_acted_on, frozenset({"This isn't for me"})),
    Case(NoticeKind.DEAD_LETTERS, undelivered_messages_dismissed, frozenset({"Look at them"})),
    Case(
        NoticeKind.ACCESS_REVIEW,
        a_review_looked_through_from_the_command,
        # What one has answered can be looked at again.
        frozenset(),
        "nothing waits for you any more",
    ),
    Case(
        NoticeKind.ACCESS_REVIEW,
        a_review_that_another_answers_now,
        frozenset(),
        "nothing waits for you any more",
    ),
    Case(
        NoticeKind.POLICY_CHANGE,
        a_representative_whose_role_has_ended,
        frozenset({"Object"}),
    ),
)

_TELLS = "tells what has happened, and asks for nothing"
_ONES_OWN = "is what one has done oneself, and shows as what it stands now"
_SAME = "is about the same as a message above, and is touched with it"
_READS = "offers to read or to look, which stays possible"
NOT_ASKED_FOR: Mapping[NoticeKind, str] = {
    NoticeKind.GOAL_TO_OWNER: _ONES_OWN,
    NoticeKind.GOAL_ANSWERED: _TELLS,
    NoticeKind.GOAL_REMINDER: _SAME,
    NoticeKind.GOAL_UNANSWERED: _SAME,
    NoticeKind.GOAL_HELP_ASKED: "scenes of facilitators end it in place",
    NoticeKind.GOAL_SHARED: "scenes of sharing end it in place",
    NoticeKind.GOAL_CORRECTED: _TELLS,
    NoticeKind.GOAL_MOVED: _TELLS,
    NoticeKind.CHECK_IN_ANSWERED: _READS,
    NoticeKind.SUPPORT_ANSWERED: _READS,
    NoticeKind.SUPPORT_KEPT: "its Undo ends with its minutes",
    NoticeKind.TYPED_ANSWER: "its Undo ends with its minutes",
    NoticeKind.FEEDBACK_THERE: _READS,
    NoticeKind.FEEDBACK_SAVED: _ONES_OWN,
    NoticeKind.ROUND_DESK: "is the facilitator's own, and changes with each answer",
    NoticeKind.ROUND_ADRIFT: "scenes of troubled rounds end it in place",
    NoticeKind.ROUND_RETURNED: _TELLS,
    NoticeKind.ROUND_RESULT: _READS,
    NoticeKind.ROUND_SUMMARY: _TELLS,
    NoticeKind.ANNOUNCEMENT_TEST: "is its author's own copy, of which nothing follows",
    NoticeKind.ANNOUNCEMENT_DESK: _ONES_OWN,
    NoticeKind.AUDIT_CHECKPOINT: _TELLS,
    NoticeKind.DEPUTY_NAMED: "scenes of deputies end it in place",
    NoticeKind.DEPARTURE: _TELLS,
    NoticeKind.DELEGATION_ENDED: _TELLS,
    NoticeKind.APPROVAL_ASKED: _ONES_OWN,
    NoticeKind.APPROVAL_ANSWERED: _TELLS,
    NoticeKind.CODES_RESET: _TELLS,
    NoticeKind.ERASURE_CERTIFICATE: _TELLS,
    NoticeKind.EXPORT_READY: "scenes of exports see its file fetched once",
    NoticeKind.EXPORT_MADE: _TELLS,
    NoticeKind.RETENTION_DUE: _READS,
    NoticeKind.PURGE_DONE: _TELLS,
    NoticeKind.CODES_LOCKED: _TELLS,
    NoticeKind.ROLE_GIVEN: _TELLS,
    NoticeKind.ROLE_ENDED: _TELLS,
    NoticeKind.ROLE_OVER: _TELLS,
    NoticeKind.ROLES_PENDING: "scenes of imported roles end it in place",
    NoticeKind.ROLE_RESCUE: "scenes of rescued roles end it in place",
    NoticeKind.ACCESS_REVIEW_REMINDER: _SAME,
    NoticeKind.ACCESS_REVIEW_LAST_REMINDER: _SAME,
    NoticeKind.ACCESS_REVIEW_CLOSED: _TELLS,
    NoticeKind.CORRECTION_DUE: _SAME,
    NoticeKind.CORRECTION_LATE: _TELLS,
    NoticeKind.CORRECTION_ANSWERED: _READS,
    NoticeKind.OBJECTION_RAISED: _TELLS,
    NoticeKind.OBJECTION_SETTLED: _TELLS,
    NoticeKind.AGREEMENT_ANSWERED: _TELLS,
    NoticeKind.AGREEMENT_ENDS: _READS,
    NoticeKind.CONVERSATION_REPLY: _TELLS,
    NoticeKind.GOAL_HELP_ANSWERED: _READS,
    NoticeKind.GOAL_OFFERED: "scenes of the cascade settle it in place",
    NoticeKind.GOAL_OFFER_ANSWERED: _TELLS,
    NoticeKind.GOAL_ABOVE_ENDED: _TELLS,
    NoticeKind.GOAL_ABOVE_MOVED: _TELLS,
    NoticeKind.CHANGE_ASKED: "scenes of changes see its buttons go",
    NoticeKind.CHANGE_TO_DECIDE: "scenes of changes see its buttons go",
    NoticeKind.CHANGE_ANSWERED: _TELLS,
    NoticeKind.CHANGE_REMINDER: _SAME,
    NoticeKind.CHANGE_UNANSWERED: _SAME,
    NoticeKind.CHANGE_TOUCHES: _TELLS,
    NoticeKind.NOT_LISTED: _TELLS,
}
"""Why a kind has no case: whoever adds one that asks for something adds a case."""


def test_each_kind_of_message_has_a_case_or_a_reason() -> None:
    with_case = {case.kind for case in CASES}
    assert with_case | set(NOT_ASKED_FOR) == set(NoticeKind)
    assert not with_case & set(NOT_ASKED_FOR)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.settle.__name__)
def test_what_was_done_elsewhere_is_not_asked_for_any_more(offices: Offices, case: Case) -> None:
    question = case.settle(offices)
    assert case.asked_for <= set(question.buttons), question.buttons
    reader = question.person
    reader.wait_for(
        lambda message: (
            message.ts == question.ts
            and not case.asked_for & set(message.buttons)
            and case.says in message.text
        ),
        question.channel,
    )
