"""Importing the directory: see every change first, then make them all, or none."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from domain.directory import BadDirectory, DirectoryFile, DirectoryNow
from domain.directory_checks import problems_between
from domain.directory_plan import Plan, make_plan
from domain.directory_record import events_of
from domain.directory_roll import call_roll
from domain.directory_rows import read_directory as read_file
from domain.errors import Changed
from domain.origin import Origin
from domain.people import GrantState
from domain.roles import earliest_date
from storage import directory
from storage.unit_of_work import Store
from usecases.leavers import take_everything
from usecases.operator import require_operator
from usecases.readdress import readdress_proposals
from usecases.role_grants import tell_of_pending


def preview_import(store: Store, origin: Origin, data: bytes) -> Plan:
    """What importing the file would change. Changes nothing.

    Raises BadDirectory with every fault of the file, NotAllowed for anybody but the operator.
    """
    require_operator(origin)
    file = read_file(data)
    with store.read(origin) as reading:
        today = earliest_date(origin.now)
        return _plan(file, directory.read_directory(reading.connection, today), today)


def import_people(store: Store, origin: Origin, data: bytes, *, shown: Plan | None = None) -> Plan:
    """Import the file and record it: as a whole, every person, every role. All or nothing.

    Open proposals of people with a new manager go to whoever answers for them now. Whoever has left
    loses everything that they were given.
    The same file again changes nothing and records nothing. `shown` is the plan that somebody
    agreed to: raises Changed where the directory has moved on and another one would be carried
    out. Raises BadDirectory and NotAllowed as `preview_import`.
    """
    actor = require_operator(origin)
    file = read_file(data)
    try:
        with store.write(origin) as work:
            directory.lock_directory(work.connection)
            today = earliest_date(work.now)
            now = directory.read_directory(work.connection, today)
            plan = _plan(file, now, today)
            if shown is not None and plan != shown:
                raise Changed("directory_changed")
            directory.apply_plan(work.connection, plan, now.units)
            if not plan.is_empty:
                number = uuid4()
                work.record_each(events_of(plan, actor, number, sha256(data).hexdigest()))
                if any(grant.state is GrantState.PENDING for grant in plan.grants):
                    tell_of_pending(work, str(number))
            for person in sorted(plan.left):
                take_everything(work, actor, person)
            readdress_proposals(work, actor, plan.moved)
            return plan
    except IntegrityError as error:
        raise Changed("directory_changed") from error


def _plan(file: DirectoryFile, now: DirectoryNow, today: date) -> Plan:
    roll = call_roll(file, now, uuid4)
    problems = [*file.problems, *problems_between(file, roll)]
    if problems:
        raise BadDirectory(problems)
    return make_plan(file, roll, today, uuid4)
