"""Versions of the policy: adopted once, never overwritten, cheap to look up."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from domain.policy import Policy, PolicyInForce
from storage.statements import Statement
from storage.tables.policy import PolicyVersion

_LATEST = Statement(select(func.max(PolicyVersion.number)))


def _latest(connection: Connection) -> int | None:
    number: int | None = _LATEST.only(connection, {})[0]
    return number


class PolicyShelf:
    """The policy in force; documents are parsed once per process, the number is asked each time."""

    def __init__(self, initial: Policy) -> None:
        self._initial = initial
        self._parsed: dict[int, Policy] = {}

    def in_force(self, connection: Connection) -> PolicyInForce:
        """The latest version; number 0 is the built-in document before the first adoption."""
        number = _latest(connection)
        if number is None:
            return PolicyInForce(0, self._initial)
        document = self._parsed.get(number)
        if document is None:
            text = connection.execute(
                select(PolicyVersion.document).where(PolicyVersion.number == number)
            ).scalar_one()
            document = self._parsed[number] = Policy.model_validate_json(text)
        return PolicyInForce(number, document)


def adopt(connection: Connection, document: Policy, at: datetime) -> int:
    """Store `document` as the next version and return its number."""
    text = document.model_dump_json()
    number = (_latest(connection) or 0) + 1
    connection.execute(
        insert(PolicyVersion).values(
            number=number,
            document=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            adopted_at=at,
        )
    )
    return number
