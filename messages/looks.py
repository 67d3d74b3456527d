"""Who opened what is confidential about the reader, and when: never what it says."""

from __future__ import annotations

from collections.abc import Mapping

from domain.reads import Look, Looked, Looks
from messages.blocks import actions, context, section, sections
from messages.elements import Block
from messages.i18n import N_
from messages.my_data_presses import MyDataAction, my_data_button
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

# With the name of the thing or the day that it is from, where that is known.
_WHAT: Mapping[Looked, str] = {
    Looked.SUPPORT: N_("what you wrote for your manager with a check-in, and the replies"),
    Looked.FACILITATION: N_("your note to a facilitator"),
    Looked.FEEDBACK: N_("feedback about you"),
    Looked.OTHER_FEEDBACK: N_("feedback about you that its giver did not share with you"),
    Looked.ROUND: N_("your private answer in a round of feedback"),
    Looked.CORRECTION: N_("what you asked to have corrected"),
    Looked.METADATA: N_("who did what about you and when, without what it says"),
    Looked.HELD: N_("what a legal hold keeps of you"),
    Looked.OTHER: N_("something confidential about you"),
}
_NAMED: Mapping[Looked, str] = {
    Looked.SUPPORT: N_("what you wrote for your manager with the check-in of %(made)s"),
    Looked.FACILITATION: N_("your note to a facilitator about %(thing)s"),
    Looked.FEEDBACK: N_("feedback about you from %(thing)s, of %(made)s"),
    Looked.CORRECTION: N_("what you asked on %(made)s to have corrected"),
    Looked.ROUND: N_("your private answer in the round “%(thing)s”"),
}


def looks_view(looks: Looks, reader: Reader) -> View:
    """One page of who looked, newest first."""
    blocks: list[Block] = []
    for look in looks.looks:
        blocks += sections(_line(look, reader))
    if not blocks:
        nobody = N_("Nobody else has opened anything confidential of yours or about you.")
        blocks.append(section(reader.say(nobody)))
    blocks.append(
        context(
            reader.say(
                N_(
                    "Listed is every opening by somebody else: of what you wrote in confidence, "
                    "of feedback about you, and by compliance or legal in their roles. Who gives "
                    "feedback and opens it again themselves isn't listed. The number and the code "
                    "stand for the entry in the record, and all days and times are by its clock, "
                    "the server's own."
                )
            )
        )
    )
    if looks.more_before is not None:
        more = my_data_button(MyDataAction.MORE_LOOKS, reader, number=looks.more_before)
        blocks.append(actions(more))
    return View.modal(reader.gettext(N_("Who looked")), blocks, close=reader.gettext(N_("Close")))


def _line(look: Look, reader: Reader) -> Safe:
    return reader.say(
        N_("*%(name)s* opened %(what)s\n%(when)s · #%(seq)s · `%(hash)s`"),
        name=look.reader or reader.gettext(N_("An operator")),
        what=_what(look, reader),
        when=reader.moment(look.at),
        seq=str(look.receipt.seq),
        hash=look.receipt.short_hash,
    )


def _what(look: Look, reader: Reader) -> Safe:
    named = _NAMED.get(look.what)
    if named is None or (look.thing is None and look.made_at is None):
        return reader.say(_WHAT[look.what])
    made = reader.day(look.made_at.astimezone(reader.zone).date()) if look.made_at else ""
    return reader.say(named, thing=look.thing or "", made=made)
