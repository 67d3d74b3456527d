"""Every act that takes two people, by the name under which requests for it are stored.

To add one: a `GuardedAct` in the use cases of its feature, what is asked for as a `Matter`
(`domain/approvals.py`) with its words (`messages/approval_words.py`), and its line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from usecases.code_resets import RESET_CODES
from usecases.erasures import ERASE_PERSON
from usecases.exports import EXPORT
from usecases.guarded import GuardedAct
from usecases.holds import RELEASE_HOLD
from usecases.policy_changes import CHANGE_POLICY
from usecases.purges import PURGE_KIND
from usecases.retention import PURGE_LEAVERS
from usecases.role_grants import GRANT_ROLE
from usecases.waiting_imports import IMPORT_PEOPLE

GUARDED: Mapping[str, GuardedAct] = {
    act.name: act
    for act in (
        GRANT_ROLE,
        RESET_CODES,
        RELEASE_HOLD,
        ERASE_PERSON,
        PURGE_LEAVERS,
        CHANGE_POLICY,
        EXPORT,
        PURGE_KIND,
        IMPORT_PEOPLE,
    )
}
