"""Goals from a file: looked at row by row, then proposed, all of them or none.

Each row is judged as if it had been typed: by the same rules, for oneself or for a direct report.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from domain.errors import AccordError, InvalidInput
from domain.goal_commands import ProposeGoal
from domain.goal_file import BadGoals, GoalRow, OfferedGoal, RowTrouble
from domain.origin import Origin
from domain.people import Member
from domain.references import ReferenceKind, parse_reference
from storage import goal_lists, goals, people, requests
from storage.unit_of_work import Reading, Store
from storage.visibility import may_read_title
from usecases.access import require_member
from usecases.negotiation import Judged, judge_proposal, make_proposal


def offer_goals(store: Store, origin: Origin, rows: Sequence[GoalRow]) -> tuple[OfferedGoal, ...]:
    """What the file would propose. Changes nothing. Raises BadGoals with each row at fault."""
    with store.read(origin) as work:
        judged = _judged(work, require_member(work), rows)
        return tuple(OfferedGoal(row.line, one.content, one.owner) for row, one in judged)


def propose_goals(store: Store, origin: Origin, rows: Sequence[GoalRow], token: str) -> int:
    """Propose all of them, or none; returns how many. Sent once more, nothing is proposed again.

    Raises BadGoals where a row cannot be proposed any more.
    """
    with store.write(origin) as work:
        actor = require_member(work)
        if requests.consume_token(work.connection, token, actor.id, None, work.at) is not None:
            return len(rows)
        judged = _judged(work, actor, rows)
        for _, one in judged:
            make_proposal(work, actor, one, uuid4())
        return len(judged)


def _judged(work: Reading, actor: Member, rows: Sequence[GoalRow]) -> list[tuple[GoalRow, Judged]]:
    found: list[tuple[GoalRow, Judged]] = []
    troubles: list[RowTrouble] = []
    for row in rows:
        try:
            found.append((row, judge_proposal(work, actor, _command(work, actor, row))))
        except AccordError as error:
            troubles.append(RowTrouble(row.line, error))
    troubles += _twice(work, found)
    if troubles:
        raise BadGoals(sorted(troubles, key=lambda it: it.line))
    return found


def _command(work: Reading, actor: Member, row: GoalRow) -> ProposeGoal:
    """The row with the people and goals that it names."""
    named: dict[str, object] = {}
    if row.owner is not None:
        owner = people.active_by_email(work.connection, row.owner)
        if owner is None or owner.slack_user is None:
            # One answer, whether nobody has that address or they report to somebody else.
            raise InvalidInput("only_for_reports", field="owner")
        named["owner"] = owner.slack_user
    if row.aligned_to is not None:
        number = parse_reference(row.aligned_to, ReferenceKind.GOAL)
        known = may_read_title(actor, actor.today(work.now))
        head = number and goals.head_by_number(work.connection, number, known)
        if not head:
            raise InvalidInput("aligned_not_shared", field="aligned_to")
        named["aligned_to"] = head.id
    return row.command.model_copy(update=named)


def _twice(work: Reading, found: Sequence[tuple[GoalRow, Judged]]) -> list[RowTrouble]:
    """Rows whose owner has an open goal of that title already, in the record or further up."""
    owners = {judged.owner.id for _, judged in found}
    known = goal_lists.open_titles(work.connection, owners)
    troubles = []
    for row, judged in found:
        one = (judged.owner.id, goals.folded(judged.content.title))
        if one in known:
            troubles.append(RowTrouble(row.line, InvalidInput("goal_twice", field="title")))
        known.add(one)
    return troubles
