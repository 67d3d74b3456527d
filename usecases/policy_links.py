"""The policy that holds, as a file: by a link that works once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.my_data import ExportKind, OpenLink
from domain.origin import Origin
from domain.people import Member
from domain.policy_text import policy_text
from storage import exports, people
from storage.unit_of_work import Store
from usecases.access import require_member

OPEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The whole document as YAML, as it stood when it was fetched."""

    owner: Member
    made_at: datetime
    text: str


def ask_for_policy(store: Store, origin: Origin) -> OpenLink:
    """Make a link to the document: it opens once, within ten minutes of machine time.

    For everybody in the directory, as the rules themselves. An earlier link that was not opened
    leads nowhere any more.
    """
    with store.write(origin) as work:
        viewer = require_member(work)
        token = secrets.token_urlsafe(32)
        exports.add_link(
            work.connection,
            work.sealer,
            token=token,
            person=viewer.id,
            kind=ExportKind.POLICY,
            passphrase=None,
            made_at=work.at,
            expires_at=work.at + OPEN_FOR,
        )
        return OpenLink(viewer, token, OPEN_FOR)


def fetch_policy(store: Store, origin: Origin, token: str) -> PolicyFile | None:
    """What the link leads to, once; None where it leads nowhere: unknown, used or too old."""
    with store.write(origin) as work:
        taken = exports.take_link(work.connection, work.sealer, token, ExportKind.POLICY, work.at)
        if taken is None or not people.can_act(work.connection, taken.person):
            return None
        owner = people.member(work.connection, taken.person)
        return PolicyFile(owner, work.at, policy_text(work.policy.document))
