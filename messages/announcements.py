"""Messages about announcements: to each person, to the author, and their status for HR."""

from __future__ import annotations

from dataclasses import replace

from domain.announcements import (
    AnnouncementDeskNotice,
    AnnouncementHead,
    AnnouncementMessage,
    AnnouncementNotice,
    AnnouncementState,
    AnnouncementStatus,
    Corrected,
    PeopleList,
    StatusPeople,
)
from domain.cycles import PhaseAct
from messages.announcement_words import (
    NOTHING,
    confirmed_when,
    failure_words,
    language_name,
    language_of,
    status_words,
)
from messages.blocks import actions, context, divider, section, sections
from messages.checkin_presses import CheckInAction, checkin_button
from messages.cycle_presses import LABELS, LISTS, CycleAction, cycle_button
from messages.cycle_words import phase_title
from messages.cycles import change_buttons
from messages.elements import Block, Element, confirm
from messages.i18n import N_
from messages.presses import GoalAction, Style, goal_button
from messages.reading import Reader
from messages.rich_text import paragraph, rich_text
from messages.safe import Safe, escape
from messages.surfaces import Message, View
from messages.templates import Templates

SET_MY_GOALS = N_("Set my goals")


def announcement_message(
    notice: AnnouncementMessage, reader: Reader, templates: Templates
) -> Message:
    """The message of its kind, as things stand."""
    match notice:
        case AnnouncementNotice():
            return announced_message(notice, reader, templates)
        case AnnouncementDeskNotice():
            return status_message(notice.status, reader, desk=True)


def announced_message(notice: AnnouncementNotice, reader: Reader, templates: Templates) -> Message:
    """What one person gets. It is complete by itself, and may stand in a morning's message.

    A test looks in every word as it will to those who read its language.
    """
    if notice.test and language_of(reader.locale) != notice.language:
        reader = replace(reader, locale=notice.language)
    language = _language_for(notice, reader)
    corrected = notice.corrected.get(language)
    whole = _whole(notice)
    rendered = templates.render(
        "announcements/announced",
        reader,
        headline=phase_title(notice.phase, reader),
        state=_state(notice),
        why=notice.phase.withdrawn,
        words=notice.texts[language],
        short=notice.short,
        corrected=reader.token(corrected) if corrected else None,
        asks=notice.asks,
        own=notice.own and not notice.test,
        test=language_name(language, reader) if notice.test else None,
    )
    blocks: list[Block] = []
    if whole:
        blocks.append(rich_text(paragraph(text_for(notice, reader))))
    buttons = _buttons(notice, reader)
    if buttons:
        blocks.append(actions(*buttons))
    return rendered.message(*blocks)


def _state(notice: AnnouncementNotice) -> str:
    """What there is to say first; the most lasting comes first."""
    if notice.phase.withdrawn is not None:
        return "withdrawn"
    if notice.not_for_me:
        return "not_for_me"
    return "over" if notice.over else "done" if notice.acted and not notice.test else "open"


def _whole(notice: AnnouncementNotice) -> bool:
    return _state(notice) in ("open", "done") and not notice.short


def _language_for(notice: AnnouncementNotice, reader: Reader) -> str:
    """The reader's language if there is a text in it, else that of the one written first."""
    language = language_of(reader.locale)
    return language if notice.texts.get(language) else notice.language


def text_for(notice: AnnouncementNotice, reader: Reader) -> str:
    """The text that this reader gets."""
    return notice.texts[_language_for(notice, reader)]


def _buttons(notice: AnnouncementNotice, reader: Reader) -> list[Element]:
    about = notice.phase.cycle_name
    if notice.over or notice.phase.withdrawn is not None:
        return []
    if _state(notice) == "done":
        return [_act_button(notice, reader)]
    if notice.not_for_me:
        return [cycle_button(CycleAction.FOR_ME, reader, notice.id, about=about)]
    buttons = [_act_button(notice, reader)]
    if notice.short:
        buttons.append(cycle_button(CycleAction.READ_ALL, reader, notice.id, about=about))
    buttons.append(cycle_button(CycleAction.NOT_FOR_ME, reader, notice.id, about=about))
    return buttons


def _act_button(notice: AnnouncementNotice, reader: Reader) -> Element:
    """What the phase asks for; it stands out until it is done."""
    style: Style | None = None if notice.acted else "primary"
    match notice.phase.act:
        case PhaseAct.SET_GOALS:
            return goal_button(GoalAction.NEW, reader, label=SET_MY_GOALS, style=style)
        case PhaseAct.CHECK_IN:
            return checkin_button(CheckInAction.OPEN, reader, style=style)


def whole_view(notice: AnnouncementNotice, reader: Reader) -> View:
    """The full text of one that came in short."""
    blocks = [
        section(reader.say(N_("*%(title)s*"), title=phase_title(notice.phase, reader))),
        rich_text(paragraph(text_for(notice, reader))),
        context(
            reader.say(N_("Questions come to you."))
            if notice.own
            else reader.say(N_("Questions: %(name)s."), name=notice.asks)
        ),
    ]
    return View.modal(reader.gettext(N_("Announcement")), blocks, close=reader.gettext(N_("Close")))


def noted_message(reader: Reader) -> Message:
    """What stands where *This isn't for me* was pressed, until the message itself says so."""
    words = reader.say(N_("Noted."))
    return Message(words, [section(words)])


def corrected_words(done: Corrected, reader: Reader) -> Safe:
    """What the dialog says once a correction is on its way, and which texts are as they were."""
    if not done.kept:
        return reader.say(
            N_("The messages change one after another; who still waits gets the new text.")
        )
    return reader.say(
        N_(
            "The messages in %(changed)s change one after another; who still waits gets the new "
            "text. What is there in %(kept)s stays as it was, and isn't marked as corrected. If it "
            "needs the same correction, press *Correct sent messages* again."
        ),
        changed=[language_name(one, reader) for one in done.changed],
        kept=[language_name(one, reader) for one in done.kept],
    )


def status_message(status: AnnouncementStatus, reader: Reader, *, desk: bool = False) -> Message:
    """How one announcement goes, with what can be done about it."""
    words = status_words(status, reader)
    blocks: list[Block] = [section(words)]
    lists = _list_buttons(status, reader)
    if lists and status.head.phase.withdrawn is None:
        blocks.append(actions(*lists))
    steer = _steer_buttons(status, reader)
    if not desk:
        if status.may_change_cycle:
            steer += change_buttons(status.head.phase.cycle, status.head.phase.cycle_name, reader)
        steer.append(cycle_button(CycleAction.REFRESH, reader, status.head.id))
    if steer:
        blocks.append(actions(*steer))
    if status.others:
        blocks += [
            divider(),
            section(reader.say(N_("Other announcements:"))),
            *_others(status, reader),
        ]
    return Message(words, blocks)


def _list_buttons(status: AnnouncementStatus, reader: Reader) -> list[Element]:
    progress = status.progress
    counts = {
        PeopleList.NOT_YET: progress.not_yet,
        PeopleList.ACTED: progress.acted,
        PeopleList.WAITING: progress.waiting,
        PeopleList.FAILED: progress.failures,
        PeopleList.NOT_FOR_ME: progress.not_for_me,
        PeopleList.NOT_ASKED: progress.not_asked,
        PeopleList.STOPPED: progress.stopped,
    }
    return [
        cycle_button(
            action,
            reader,
            status.head.id,
            label=reader.write(
                N_("%(list)s (%(count)s)"), list=reader.gettext(LABELS[action]), count=counts[which]
            ),
        )
        for action, which in LISTS.items()
        if counts[which]
    ]


def _steer_buttons(status: AnnouncementStatus, reader: Reader) -> list[Element]:
    head, buttons = status.head, []
    if head.state.under_way:
        question = confirm(
            reader.gettext(N_("Stop the rest?")),
            reader.gettext(
                N_("Whoever doesn't have it yet won't get it, unless you send the rest later.")
            ),
            reader.gettext(N_("Stop the rest")),
            reader.gettext(N_("Go on sending")),
            danger=True,
        )
        stop = cycle_button(CycleAction.STOP, reader, head.id, style="danger", confirm=question)
        buttons.append(stop)
    holds = head.phase.withdrawn is None
    if holds and head.state is AnnouncementState.STOPPED and head.phase.ends >= reader.today:
        question = confirm(
            reader.gettext(N_("Send the rest?")),
            reader.gettext(
                N_("Whoever doesn't have it yet gets it after all, within their own hours.")
            ),
            reader.gettext(N_("Send the rest")),
            reader.gettext(N_("Not now")),
        )
        buttons.append(cycle_button(CycleAction.RESUME, reader, head.id, confirm=question))
    if holds and (status.progress.sent or status.progress.waiting):
        buttons.append(cycle_button(CycleAction.CORRECT, reader, head.id))
    return buttons


def _others(status: AnnouncementStatus, reader: Reader) -> list[Block]:
    return [
        section(
            _other_line(head, reader),
            accessory=cycle_button(
                CycleAction.STATUS, reader, head.id, about=head.phase.cycle_name
            ),
        )
        for head in status.others
    ]


def _other_line(head: AnnouncementHead, reader: Reader) -> Safe:
    title = phase_title(head.phase, reader)
    return reader.say(N_("%(title)s · %(when)s"), title=title, when=confirmed_when(head, reader))


def _lister(which: PeopleList) -> CycleAction:
    """The button that lists these names."""
    return next(action for action, listed in LISTS.items() if listed is which)


def people_view(found: StatusPeople, reader: Reader) -> View:
    """A page of names, with unit and manager; for failures, why."""
    title = reader.say(
        N_("*%(title)s*\n%(list)s"),
        title=phase_title(found.head.phase, reader),
        list=reader.gettext(LABELS[_lister(found.which)]),
    )
    lines = [
        _person_line(one.person.name, one.org_unit, one.manager, reader) for one in found.people
    ]
    if found.which is PeopleList.FAILED:
        lines = [
            line + Safe(" · ") + escape(failure_words(one.code, reader))
            for line, one in zip(lines, found.people, strict=True)
        ]
    names = Safe("\n").join(lines) if lines else reader.say(N_("Nobody right now."))
    blocks: list[Block] = [section(title), *sections(names)]
    if found.more:
        action = _lister(found.which)
        start = found.start + len(found.people)
        more = cycle_button(action, reader, found.head.id, start, label=reader.gettext(N_("More")))
        blocks.append(actions(more))
    return View.modal(reader.gettext(N_("Announcement")), blocks, close=reader.gettext(N_("Close")))


def _person_line(name: str, org_unit: str | None, manager: str | None, reader: Reader) -> Safe:
    if manager is None:
        return reader.say(N_("*%(name)s* · %(unit)s"), name=name, unit=org_unit or NOTHING)
    return reader.say(
        N_("*%(name)s* · %(unit)s · reports to %(manager)s"),
        name=name,
        unit=org_unit or NOTHING,
        manager=manager,
    )
