"""Confirming one exact act with a one-time code. Never a session: each act asks for its own code.

A use case that needs it works in three steps:

1. it shows what will happen, and calls `ask` with it: the dialog that shows it carries the
   challenge;
2. the dialog comes back with a code: `answer` judges it, in a transaction of its own;
3. the act's own transaction calls `require` with what it is about to do.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from uuid import UUID

from domain.audit import Action, Actor, ActorKind, AuditEvent
from domain.errors import AccordError, InvalidInput, Refused
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.one_time_codes import (
    CONFIRM_WITHIN,
    LOCKED_FOR,
    MOST_FAILURES,
    matching_step,
    step_at,
)
from domain.origin import Origin
from domain.people import Member
from domain.sensitivity import Sensitivity
from domain.step_up import Act
from storage import step_up
from storage.step_up import StoredCodes
from storage.unit_of_work import Reading, Store, Work
from usecases.access import require_member

NOT_SET_UP = "codes_not_set_up"


def ask(work: Work, person: Member, act: Act) -> UUID:
    """A challenge for exactly this act, good for one use within five minutes (machine time).

    Raises Refused (`codes_not_set_up`) for somebody who has no codes yet.
    """
    require_codes(work, person)
    step_up.forget_expired(work.connection, person.id, work.at)
    return step_up.ask(work.connection, person.id, act, work.at + CONFIRM_WITHIN)


def require_codes(work: Reading, person: Member) -> None:
    """Raises Refused for somebody without codes, before they fill in a dialog in vain."""
    if not step_up.enrolled(work.connection, person.id):
        raise Refused(NOT_SET_UP)


def ask_at_once(store: Store, origin: Origin, act: Act, code: str) -> UUID:
    """For a dialog that asks for the code beside what it is about: `ask` and `answer` in one."""
    with store.write(origin) as work:
        challenge = ask(work, require_member(work), act)
    answer(store, origin, challenge, code)
    return challenge


def answer(store: Store, origin: Origin, challenge: UUID, code: str) -> None:
    """Judge a code and remember the verdict, whatever becomes of the act.

    A transaction of its own: an act that is refused must not undo that somebody guessed. Raises
    InvalidInput at `code` for one that is wrong or was used before, and for everything during the
    fifteen minutes after five wrong ones; Refused for a challenge that is over or another's.
    """
    with store.write(origin) as work:
        person = require_member(work)
        refusal = _judged(work, person, challenge, code)
    if refusal is not None:
        raise refusal


def require(work: Work, person: Member, act: Act, challenge: UUID) -> None:
    """Use the answered challenge up, in the transaction that carries out the act.

    Raises Refused unless this person answered it for exactly this act, and has not used it.
    """
    if not step_up.use(work.connection, person.id, act, challenge, work.at):
        raise Refused("confirmation_over")


def _judged(work: Work, person: Member, challenge: UUID, code: str) -> AccordError | None:
    """Why the code does not count; None if it does."""
    codes = step_up.locked(work.connection, person.id)
    if codes is None or codes.enrolled_at is None:
        return Refused(NOT_SET_UP)
    asked = step_up.challenge_of(work.connection, person.id, challenge)
    if asked is None or asked.used_at is not None or asked.expires_at <= work.at:
        return Refused("confirmation_over")
    minutes = locked_minutes(codes, work)
    if minutes is not None:
        return InvalidInput("codes_locked", field="code", minutes=minutes)
    step = matching_step(codes.secret(work.sealer), code, work.at)
    if step is None:
        return _failed(work, person, codes)
    # The same code for the same challenge: the act failed after it, and is tried again.
    if step != asked.answered_step and not step_up.use_step(work.connection, person.id, step):
        return InvalidInput("code_used", field="code")
    step_up.set_failures(work.connection, person.id, 0, None)
    step_up.set_answered(work.connection, challenge, step)
    return None


def locked_minutes(codes: StoredCodes, work: Work) -> int | None:
    """For how many more minutes no code is taken; None if codes are."""
    if codes.locked_until is None or codes.locked_until <= work.at:
        return None
    return ceil((codes.locked_until - work.at) / timedelta(minutes=1))


def _failed(work: Work, person: Member, codes: StoredCodes) -> AccordError:
    failures = codes.failures + 1
    if failures < MOST_FAILURES:
        step_up.set_failures(work.connection, person.id, failures, None)
        return InvalidInput("code_wrong", field="code", left=MOST_FAILURES - failures)
    step_up.set_failures(work.connection, person.id, 0, work.at + LOCKED_FOR)
    work.record(codes_event(Action.CODES_LOCK, person, person))
    # Whoever typed them may not be who they seem to be.
    work.notify(
        NewNotice(
            kind=NoticeKind.CODES_LOCKED,
            dedup_key=f"codes-locked:{person.id}:{step_at(work.at)}",
            person=person.id,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.CODES,
            subject=person.id,
            due_at=work.now,
        )
    )
    minutes = LOCKED_FOR // timedelta(minutes=1)
    return InvalidInput("codes_locked", field="code", minutes=minutes)


def codes_event(action: Action, actor: Member, owner: Member) -> AuditEvent:
    """That something happened to a person's codes."""
    return AuditEvent(
        action,
        Actor(ActorKind.PERSON, actor.id),
        SubjectType.CODES,
        owner.id,
        subject=owner.id,
        sensitivity=Sensitivity.CONFIDENTIAL,
    )
