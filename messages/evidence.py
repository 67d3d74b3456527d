"""*Add to a goal*: its dialog, and evidence as the history of a goal shows it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.evidence import AddEvidence, Evidence
from domain.goal_commands import PROSE_LIMIT
from domain.goals import GoalCard
from messages.blocks import context, section
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import ExternalSelect, LongText
from messages.reading import Reader
from messages.rich_text import paragraph, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View

ADD = Form(
    name="evidence_add",
    title=N_("Add to a goal"),
    submit=N_("Add"),
    model=AddEvidence,
    inputs=(
        ExternalSelect("goal", N_("Goal"), min_query=0),
        LongText("note", N_("What it shows"), max_length=PROSE_LIMIT),
    ),
)


def add_view(reader: Reader, channel: str, ts: str, sha256: str) -> View:
    """The dialog for the message that Slack names so."""
    words = reader.say(
        N_(
            "A link to the message is kept, and a fingerprint that shows whether it was changed; "
            "its text is not. Whoever can see the goal reads your note; it may count in an "
            "evaluation."
        )
    )
    state = FormState.new(ADD.name, refs={"channel": channel, "ts": ts, "sha256": sha256})
    return render_form(ADD, reader, state, intro=(context(words),))


def added_words(card: GoalCard, reader: Reader) -> Safe:
    return reader.say(
        N_("Added to %(reference)s %(title)s. *History* of the goal shows it."),
        reference=card.reference,
        title=card.content.title,
    )


def how_to_add(reader: Reader) -> Message:
    """What words can say of it: a shortcut needs a message."""
    words = reader.say(
        N_("To add a message to a goal, open the message's menu and choose *Add to a goal*.")
    )
    return Message(words, [section(words)])


def no_goals(reader: Reader) -> Message:
    words = reader.say(
        N_("You have no open goal to add this to. `/goal new` proposes one; it takes two minutes.")
    )
    return Message(words, [section(words)])


def evidence_blocks(evidence: Sequence[Evidence], reader: Reader) -> list[Block]:
    """Links with their notes, newest first; nothing where there is none."""
    blocks: list[Block] = []
    for one in evidence:
        link: Element = {
            "type": "link",
            "url": one.permalink,
            "text": reader.gettext(N_("Evidence")),
        }
        told = reader.write(N_(" from %(name)s, %(when)s"), name=one.by, when=reader.moment(one.at))
        note = f": {one.note}" if one.note else ""
        blocks.append(rich_text(paragraph(link, f"{told}{note}")))
    return blocks
