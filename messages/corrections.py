"""*Correct this*: messages that say a case is there, never what it says; lists and dialogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.corrections import (
    AnswerCorrection,
    AskCorrection,
    CorrectionAbout,
    CorrectionCard,
    CorrectionList,
    CorrectionNotice,
    CorrectionOutcome,
    CorrectionRead,
    CorrectionState,
    CorrectionSubject,
)
from domain.goal_commands import PROSE_LIMIT
from domain.goals import GoalOption
from domain.notices import NoticeKind
from messages.blocks import actions, context, divider, section
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, LongText, Radio, Select
from messages.my_data_presses import MyDataAction, my_data_button
from messages.reading import Reader
from messages.rich_text import quote, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

_WRONG = LongText(
    "wrong",
    N_("What is wrong?"),
    max_length=PROSE_LIMIT,
    hint=N_("What stands there, what would be right, and how one can tell."),
)
ASK = Form(
    name="my_correct",
    title=N_("Correct this"),
    submit=N_("Send"),
    model=AskCorrection,
    inputs=(_WRONG,),
)
ASK_ABOUT_GOALS = replace(
    ASK,
    name="my_correct_held",
    inputs=(
        Select(
            "goal",
            N_("Is it about a goal?"),
            hint=N_("Leave it empty where it is about something else."),
        ),
        _WRONG,
    ),
)
ANSWER = Form(
    name="my_answer",
    title=N_("Correction"),
    submit=N_("Answer"),
    model=AnswerCorrection,
    inputs=(
        Radio(
            "outcome",
            N_("Outcome"),
            options=(
                Choice(CorrectionOutcome.CORRECTED.value, N_("Corrected")),
                Choice(CorrectionOutcome.UNCHANGED.value, N_("Nothing had to change")),
                Choice(CorrectionOutcome.REFUSED.value, N_("Not corrected")),
            ),
        ),
        LongText(
            "explanation",
            N_("Explanation"),
            max_length=PROSE_LIMIT,
            hint=N_("What was changed, or why it stays as it is and whom they can turn to."),
        ),
    ),
)

_ABOUT: Mapping[CorrectionAbout, str] = {
    CorrectionAbout.DATA: N_("It is about what is kept about %(asker)s."),
    CorrectionAbout.GOAL: N_("It is about a goal."),
    CorrectionAbout.FEEDBACK: N_("It is about feedback about %(asker)s."),
}
_ABOUT_YOU: Mapping[CorrectionAbout, str] = {
    CorrectionAbout.DATA: N_("It is about what is kept about you."),
    CorrectionAbout.FEEDBACK: N_("It is about feedback about you."),
}
_ABOUT_THING: Mapping[CorrectionAbout, str] = {
    CorrectionAbout.GOAL: N_("It is about %(thing)s."),
    CorrectionAbout.FEEDBACK: N_("It is about feedback from %(thing)s."),
}
_OUTCOMES: Mapping[CorrectionState, str] = {
    CorrectionState.OPEN: N_("Nobody has answered yet; %(day)s is the last day."),
    CorrectionState.CORRECTED: N_("*Corrected*, says %(name)s"),
    CorrectionState.UNCHANGED: N_("*Nothing had to change*, says %(name)s"),
    CorrectionState.REFUSED: N_("*Not corrected*, says %(name)s"),
}


def correction_message(notice: CorrectionNotice, reader: Reader, templates: Templates) -> Message:
    """How a case stands, for one of its sides."""
    card = notice.card
    to_asker = notice.kind in (NoticeKind.CORRECTION_LATE, NoticeKind.CORRECTION_ANSWERED)
    shown = {
        "asker": card.asker.name,
        "answered_by": card.answered_by,
        "day": reader.day(card.answer_by.astimezone(reader.zone).date()),
    }
    if to_asker:
        told = templates.render("corrections/told", reader, **shown, names=_named(card, reader))
    else:
        told = templates.render(
            "corrections/asked",
            reader,
            **shown,
            about=_about(card.about, card.thing, card.asker.name, reader),
            reminded=notice.kind is NoticeKind.CORRECTION_DUE,
            escalated=card.escalated,
        )
    if not (card.can_answer or to_asker):
        return told.message()
    read = my_data_button(
        MyDataAction.READ, reader, card.id, style="primary", about=card.asker.name
    )
    return told.message(actions(read))


def _named(card: CorrectionCard, reader: Reader) -> Safe:
    return reader.listed_safe(card.answerers)


def _about(
    about: CorrectionAbout, thing: str | None, asker: str, reader: Reader, *, own: bool = False
) -> Safe:
    named = _ABOUT_THING.get(about)
    if thing is None or named is None:
        words = _ABOUT_YOU.get(about, _ABOUT[about]) if own else _ABOUT[about]
        return reader.say(words, asker=asker)
    return reader.say(named, thing=thing)


def ask_view(subject: CorrectionSubject, thing: UUID | None, asker: str, reader: Reader) -> View:
    """*Correct this*, with who will read it and by when they answer."""
    promise = reader.say(
        N_("Read by %(readers)s. They answer within 30 days, and you can see who looked."),
        readers=subject.readers,
    )
    ids = {} if thing is None else {"thing": thing}
    form = ASK_ABOUT_GOALS if subject.goals else ASK
    return render_form(
        form,
        reader,
        FormState.new(form.name, ids=ids, refs={"about": subject.about.value}),
        choices=goal_choices(subject.goals),
        intro=(section(_about(subject.about, subject.thing, asker, reader, own=True)),),
        outro=(context(promise),),
    )


def goal_choices(goals: Sequence[GoalOption]) -> dict[str, list[Choice]]:
    """The asker's goals to choose from, in the form and when it comes back."""
    return {"goal": [Choice(str(one.id), f"{one.reference} {one.title}") for one in goals]}


def asked_words(card: CorrectionCard, reader: Reader) -> Safe:
    """What the dialog says once it was sent."""
    return reader.say(
        N_("Sent to %(names)s. You get an answer by %(day)s at the latest, or hear who is late."),
        names=_named(card, reader),
        day=reader.day(card.answer_by.astimezone(reader.zone).date()),
    )


def answer_view(read: CorrectionRead, reader: Reader, *, stacked: bool = False) -> View:
    """What somebody asks to have corrected, to whoever can answer it.

    `stacked`: it stands on the list of what can be corrected, and closing it leads back there.
    """
    card = read.card
    words = reader.say(N_("%(asker)s reads what you write."), asker=card.asker.name)
    intro: list[Block] = [
        section(reader.say(N_("*%(asker)s writes*"), asker=card.asker.name)),
        section(_about(card.about, card.thing, card.asker.name, reader)),
        rich_text(quote(read.words)),
        context(_so_far(read, reader)),
    ]
    if read.can_correct and not stacked:
        choose = my_data_button(MyDataAction.CHOOSE_GOAL, reader, card.id, about=card.asker.name)
        intro.append(actions(choose))
    return render_form(
        ANSWER,
        reader,
        FormState.new(ANSWER.name, ids={"correction": card.id}),
        intro=intro,
        outro=(context(words),),
    )


def _so_far(read: CorrectionRead, reader: Reader) -> Safe:
    """Whether anything has been corrected yet, and where it can be."""
    if read.changed:
        changed = reader.say(
            N_("Changed since this was asked: %(entries)s of the record."),
            entries=tuple(f"#{number}" for number in read.changed),
        )
    else:
        changed = reader.say(
            N_(
                "Nothing has changed since this was asked. *Corrected* can be chosen once "
                "something has."
            )
        )
    if read.card.about is CorrectionAbout.FEEDBACK:
        words = N_(
            "Feedback is its giver's own words: nobody changes them for somebody else, HR neither. "
            "Who gave it can take it back shortly after, or give other feedback."
        )
        return changed + Safe(" ") + reader.say(words)
    where = (
        N_("What the directory says is corrected with `/accord people`.")
        if read.can_correct
        else N_(
            "You can't correct goals here: that takes HR who is neither the owner nor leads them, "
            "nor is led by them. What the directory says is corrected with `/accord people`."
        )
    )
    return changed + Safe(" ") + reader.say(where)


def answered_view(card: CorrectionCard, reader: Reader) -> View:
    """What the dialog says once it was answered; closing it closes those below, which are done."""
    words = reader.say(N_("Answered. %(asker)s is told."), asker=card.asker.name)
    return View.modal(
        reader.gettext(N_("Correction")),
        [section(words)],
        close=reader.gettext(N_("Close")),
        clear_on_close=True,
    )


def own_view(read: CorrectionRead, reader: Reader) -> View:
    """One's own case: what one asked, and what was answered."""
    card = read.card
    blocks: list[Block] = [
        section(_about(card.about, card.thing, card.asker.name, reader, own=True)),
        rich_text(quote(read.words)),
        section(_outcome(card, reader)),
    ]
    if read.answer is not None:
        blocks.append(rich_text(quote(read.answer)))
    if card.state is CorrectionState.OPEN:
        words = N_("Until it is answered, what it is about is neither erased nor purged.")
        blocks.append(context(reader.say(words)))
    if card.state in (CorrectionState.REFUSED, CorrectionState.UNCHANGED):
        blocks.append(
            context(
                reader.say(
                    N_("You can ask again and say more, or ask a person you trust for help.")
                )
            )
        )
    return View.modal(reader.gettext(N_("Correction")), blocks, close=reader.gettext(N_("Close")))


def _outcome(card: CorrectionCard, reader: Reader) -> Safe:
    return reader.say(
        _OUTCOMES[card.state],
        name=card.answered_by or "",
        day=reader.day(card.answer_by.astimezone(reader.zone).date()),
    )


def cases_message(
    listed: CorrectionList, reader: Reader, undelivered: Message | None = None
) -> Message:
    """Open cases, without their words; each opens in a dialog. Administrators see below what could
    not be delivered."""
    told = _corrections(listed, reader)
    if undelivered is None:
        return told
    text = Safe("\n").join([Safe(told.text), Safe(undelivered.text)])
    return Message(text, [*told.blocks, divider(), *undelivered.blocks])


def _corrections(listed: CorrectionList, reader: Reader) -> Message:
    if not (listed.own or listed.to_answer):
        words = reader.say(N_("No correction is open, neither asked by you nor of you."))
        return Message(words, [section(words)])
    blocks: list[Block] = []
    lines: list[Safe] = []
    for heading, cards in (
        (N_("*You are asked to correct*"), listed.to_answer),
        (N_("*You asked to have corrected*"), listed.own),
    ):
        if cards:
            lines.append(reader.say(heading))
            blocks.append(section(lines[-1]))
        for card in cards:
            lines.append(_row(card, reader, own=card.asker.id == listed.viewer.id))
            button = my_data_button(MyDataAction.READ, reader, card.id, about=card.asker.name)
            blocks.append(section(lines[-1], accessory=button))
    return Message(Safe("\n").join(lines), blocks)


def _row(card: CorrectionCard, reader: Reader, *, own: bool) -> Safe:
    line = reader.say(
        N_("%(asker)s · asked %(asked)s · to be answered by %(day)s"),
        asker=card.asker.name,
        asked=reader.day(card.asked_at.astimezone(reader.zone).date()),
        day=reader.day(card.answer_by.astimezone(reader.zone).date()),
    )
    about = _about(card.about, card.thing, card.asker.name, reader, own=own)
    return line + Safe("\n") + about
