"""A message that asks for something stops asking once it is done elsewhere: kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from domain.notices import NoticeKind
from domain.people import Role
from tests.scenes.announcements import announce, announced, go_to_morning, set_up_cycle
from tests.scenes.checkins import asked as asked_to_check_in
from tests.scenes.conftest import Company
from tests.scenes.goals import propose
from tests.scenes.offices import Offices, name_to_role, settle_offices
from tests.scenes.patience import dialog_with
from tests.scenes.phones import MachineTime
from tests.scenes.rounds import close_round, open_round
from tests.scenes.test_access_reviews import begin as begin_review
from tests.scenes.test_agreements import register
from tests.scenes.test_corrections import asked as asked_to_correct
from tests.scenes.test_dead_letters import (
    cases,
    lose_the_question_to_jonas,
    next_monday_morning,
)
from tests.scenes.test_objections import change_minutes, change_told
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
)


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
