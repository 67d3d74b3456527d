"""A person's own one-time codes: setting them up."""

from __future__ import annotations

import secrets

from domain.audit import Action
from domain.errors import InvalidInput, Refused
from domain.one_time_codes import (
    SECRET_BYTES,
    TypedCode,
    matching_step,
    otpauth_address,
    secret_text,
)
from domain.origin import Origin
from domain.people import Member
from domain.step_up import Codes, CodesInUse, CodesOffered
from storage import step_up
from storage.unit_of_work import Store, Work
from usecases.access import require_member
from usecases.step_up import codes_event, locked_minutes


def my_codes(store: Store, origin: Origin) -> Codes:
    """How one's codes stand; to somebody without any, a new secret, which waits for its first code.

    Each opening makes another secret, so that one seen over a shoulder earlier opens nothing.
    """
    with store.write(origin) as work:
        person = require_member(work)
        in_use = _in_use(work, person)
        if in_use is not None:
            return in_use
        secret = secrets.token_bytes(SECRET_BYTES)
        version = step_up.offer(work.connection, work.sealer, person.id, secret)
        if version is None:
            raise Refused("codes_set_up_already")
        address = otpauth_address(secret, person.name)
        return CodesOffered(person, secret_text(secret), address, version)


def set_up_codes(store: Store, origin: Origin, typed: TypedCode, version: int) -> CodesInUse:
    """Use the offered secret from now on, since a first code of it was typed.

    Raises InvalidInput at `code` for a wrong one, Refused where another secret was offered since.
    """
    with store.write(origin) as work:
        person = require_member(work)
        codes = step_up.locked(work.connection, person.id)
        if codes is None or codes.version != version:
            raise Refused("codes_offered_anew")
        if codes.enrolled_at is not None:
            # The dialog was sent twice.
            return CodesInUse(person, codes.enrolled_at, locked_minutes(codes, work))
        step = matching_step(codes.secret(work.sealer), typed.code, work.at)
        if step is None:
            raise InvalidInput("first_code_wrong", field="code")
        step_up.enrol(work.connection, person.id, step, work.at)
        work.record(codes_event(Action.CODES_SET_UP, person, person))
        return CodesInUse(person, work.at, None)


def _in_use(work: Work, person: Member) -> CodesInUse | None:
    codes = step_up.locked(work.connection, person.id)
    if codes is None or codes.enrolled_at is None:
        return None
    return CodesInUse(person, codes.enrolled_at, locked_minutes(codes, work))
