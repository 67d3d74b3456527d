"""The dialogs of an announcement: writing it, looking at it before it goes, correcting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from domain.announcements import (
    MESSAGE_LIMIT,
    Announce,
    AnnouncementHead,
    AnnouncementPlan,
    AnnouncementScreen,
    CorrectAnnouncement,
    LeaveOut,
    Reach,
    Timing,
)
from domain.cycles import PhaseAct
from messages.announcement_words import preview_blocks, writing_language
from messages.blocks import context
from messages.cycle_words import REACHES, TIMINGS, phase_title
from messages.elements import Block
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import (
    Checkboxes,
    Choice,
    DateTime,
    ExternalSelect,
    Input,
    LongText,
    MultiSelect,
    Select,
)
from messages.reading import Reader
from messages.surfaces import View

LEAVE_OUT: Mapping[LeaveOut, str] = {
    LeaveOut.ANNOUNCED: N_("Who has this phase's announcement already"),
    LeaveOut.PROBATION: N_("In probation"),
    LeaveOut.NOTICE: N_("Leaving soon"),
    LeaveOut.LEAVE: N_("Away now"),
    LeaveOut.CONTRACTORS: N_("Contractors"),
}
TEXTS = (
    LongText("texts.en", N_("Message in English"), max_length=MESSAGE_LIMIT, optional=True),
    LongText("texts.de", N_("Message in German"), max_length=MESSAGE_LIMIT, optional=True),
)
"""One for each language that Accord speaks; the author's own is *Message*."""

MESSAGE = LongText("message", N_("Message"), max_length=MESSAGE_LIMIT)

ANNOUNCE = Form(
    name="cycle_announce",
    title=N_("Announcement"),
    submit=N_("Look at it"),
    model=Announce,
    inputs=(
        Select("phase", N_("Cycle")),
        Select(
            "audience",
            N_("Audience"),
            options=tuple(Choice(reach.value, REACHES[reach]) for reach in Reach),
            dispatch=True,
        ),
        ExternalSelect(
            "org_unit",
            N_("Unit"),
            hint=N_("With all units below it."),
            min_query=0,
            optional=True,
        ),
        Select("region", N_("Region"), hint=N_("Who works there gets it."), optional=True),
        MESSAGE,
        Select(
            "send_at",
            N_("Send at"),
            options=tuple(Choice(timing.value, TIMINGS[timing]) for timing in Timing),
            hint=N_(
                "Always within each person's own hours: who is off gets it as their day begins."
            ),
            dispatch=True,
        ),
        DateTime("at", N_("Time"), hint=N_("In your own time zone."), optional=True),
    ),
    details=(
        *TEXTS,
        Checkboxes(
            "leave_out",
            N_("Leave out"),
            options=tuple(Choice(reason.value, LEAVE_OUT[reason]) for reason in LeaveOut),
            hint=N_("Who is away gets it in short when they are back, unless you leave them out."),
            optional=True,
        ),
        MultiSelect("legal_entities", N_("Leave out these companies"), optional=True),
        MultiSelect("bargaining_units", N_("Leave out these bargaining units"), optional=True),
    ),
)

CORRECT = Form(
    name="cycle_correct",
    title=N_("Correct messages"),
    submit=N_("Correct"),
    model=CorrectAnnouncement,
    inputs=(MESSAGE, *TEXTS),
)

_NEEDED_WHEN_SHOWN = frozenset({"org_unit", "region", "at"})
UNSEEN: Mapping[str, object] = {"leave_out": [LeaveOut.ANNOUNCED]}
"""What holds while *More detail* is closed."""

CONFIRM = "cycle_confirm"
"""The preview has no input: sending it is all that it asks."""

FORMS: Mapping[str, Form[BaseModel]] = {form.name: form for form in (ANNOUNCE, CORRECT)}

SUGGESTED: Mapping[PhaseAct, str] = {
    PhaseAct.SET_GOALS: N_(
        "Please agree two to four goals with your manager by then. It takes about 20 minutes."
    ),
    PhaseAct.CHECK_IN: N_(
        "Please say by then how your goals stand. It takes a minute for each goal."
    ),
}


def choices_of(screen: AnnouncementScreen, reader: Reader) -> dict[str, list[Choice]]:
    """What the dialog offers beyond what stands in the form."""
    return {
        "phase": [Choice(str(phase.id), phase_title(phase, reader)) for phase in screen.phases],
        "region": [Choice(region, region) for region in screen.regions[:100]],
        "legal_entities": [Choice(one, one) for one in screen.legal_entities[:100]],
        "bargaining_units": [Choice(one, one) for one in screen.bargaining_units[:100]],
    }


def announce_view(
    screen: AnnouncementScreen,
    reader: Reader,
    state: FormState | None = None,
    typed: Mapping[str, object] | None = None,
) -> View:
    """The dialog as what was chosen so far has it; at first an earlier draft, or the usual."""
    intro: list[Block] = []
    if typed is None:
        typed = _first_values(screen, reader)
        if screen.draft is not None:
            intro.append(context(reader.say(N_("This is what you wrote last and did not send."))))
    if state is None:
        ids = {"draft": screen.draft.head.id} if screen.draft is not None else {}
        state = FormState.new(ANNOUNCE.name, ids=ids)
        if any(typed.get(one.name) != UNSEEN.get(one.name) for one in ANNOUNCE.details):
            state = state.expand()
    offered = choices_of(screen, reader)
    form = _form_for(typed, offered, reader)
    return render_form(form, reader, state, values=typed, choices=offered, intro=intro)


def _first_values(screen: AnnouncementScreen, reader: Reader) -> dict[str, object]:
    if screen.draft is not None:
        return draft_values(screen.draft)
    return {
        "phase": str(screen.phases[0].id),
        "audience": Reach.EVERYONE,
        "send_at": Timing.START_OF_DAY,
        "message": reader.gettext(SUGGESTED[screen.phases[0].act]),
        **UNSEEN,
    }


def draft_values(plan: AnnouncementPlan) -> dict[str, object]:
    """What a draft holds, by input."""
    head, rule = plan.head, plan.head.rule
    values: dict[str, object] = {
        "phase": str(head.phase.id),
        "audience": rule.reach,
        "region": rule.region,
        "message": plan.texts.get(head.language, ""),
        "send_at": head.send_at,
        "at": head.at,
        "leave_out": list(rule.leave_out),
        "legal_entities": list(rule.legal_entities),
        "bargaining_units": list(rule.bargaining_units),
    }
    if rule.org_unit is not None and plan.place is not None:
        values["org_unit"] = Choice(str(rule.org_unit), plan.place)
    values |= {
        f"texts.{language}": words
        for language, words in plan.texts.items()
        if language != head.language
    }
    return {name: value for name, value in values.items() if value not in (None, [], "")}


def _form_for(
    typed: Mapping[str, object], offered: Mapping[str, Sequence[Choice]], reader: Reader
) -> Form[BaseModel]:
    """The form with the inputs that make sense with what was chosen."""
    reach, timing = _word(typed.get("audience")), _word(typed.get("send_at"))
    own = f"texts.{writing_language(reader)}"

    def wanted(one: Input) -> bool:
        match one.name:
            case "org_unit":
                return reach == Reach.UNIT
            case "region":
                return reach == Reach.REGION and bool(offered["region"])
            case "at":
                return timing == Timing.AT
            case "legal_entities" | "bargaining_units":
                return bool(offered[one.name])
            case name:
                return name != own

    return replace(
        ANNOUNCE,
        inputs=tuple(
            replace(one, optional=False) if one.name in _NEEDED_WHEN_SHOWN else one
            for one in ANNOUNCE.inputs
            if wanted(one)
        ),
        details=tuple(one for one in ANNOUNCE.details if wanted(one)),
    )


def _word(value: object) -> str:
    return value.value if isinstance(value, Choice) else str(value or "")


def confirm_view(plan: AnnouncementPlan, reader: Reader, *, tested: int = 0) -> View:
    """What it says and whom it reaches, before anybody gets it; `tested` texts were sent to try."""
    state = FormState.new(CONFIRM, ids={"announcement": plan.head.id})
    return View.modal(
        reader.gettext(N_("Announcement")),
        preview_blocks(plan, reader, tested=tested),
        submit=reader.gettext(N_("Send")),
        close=reader.gettext(N_("Not now")),
        callback_id=CONFIRM,
        private_metadata=state.encode(),
    )


def correct_view(head: AnnouncementHead, texts: Mapping[str, str], reader: Reader) -> View:
    """The texts as they stand, to be corrected."""
    words = reader.say(
        N_(
            "Messages that were sent change in place; Slack notifies nobody of that. Whoever still "
            "waits gets the new text."
        )
    )
    notes = [words]
    if len(texts) > 1:
        notes.append(
            reader.say(
                N_(
                    "Each language has its own text here. One that you don't change stays as it "
                    "is, and whoever reads it sees no correction."
                )
            )
        )
    state = FormState.new(CORRECT.name, ids={"announcement": head.id})
    values = {"message": texts.get(head.language, "")} | {
        f"texts.{language}": text for language, text in texts.items() if language != head.language
    }
    form = replace(
        CORRECT,
        inputs=tuple(one for one in CORRECT.inputs if one.name != f"texts.{head.language}"),
    )
    return render_form(form, reader, state, values=values, intro=[context(*notes)])
