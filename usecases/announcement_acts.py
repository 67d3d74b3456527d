"""Who has done what a phase asks for is not asked any more by the announcement that they have."""

from __future__ import annotations

from domain.cycles import PhaseAct
from domain.people import Member
from storage import announcement_recipients
from storage.unit_of_work import Work


def note_act(work: Work, owner: Member, act: PhaseAct) -> None:
    """What has told the owner of a phase with this act says anew whether it is done."""
    today = owner.today(work.now)
    work.touch_listed(
        announcement_recipients.asked_to(work.connection, owner.id, act, today),
    )
