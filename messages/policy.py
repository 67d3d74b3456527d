"""The rules on screen: in force, of a day, each version; and the dialogs that change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import BaseModel, JsonValue

from domain.my_data import OpenLink
from domain.policy import Policy
from domain.policy_local import LOCAL, Came, Path, leaves
from domain.policy_text import policy_text
from domain.policy_versions import (
    AskPast,
    ChangeAsked,
    PlannedChange,
    PolicyPage,
    ProposeDocument,
    ProposeSettings,
    VersionsPage,
    WithdrawVersion,
)
from domain.roles import REASON_LIMIT
from messages import limits
from messages.blocks import actions, context, divider, section, sections
from messages.elements import Block, Element
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Date, File, LongText, Select, Verbatim, WholeNumber
from messages.policy_presses import PolicyAction, policy_button
from messages.policy_settings import (
    SECTIONS,
    TERMS,
    VARIATIONS,
    WEEKDAYS,
    place_and_name,
    setting_name,
    source_name,
    value_shown,
)
from messages.policy_words import LINES, change_lines, decided_lines, version_line
from messages.reading import Reader
from messages.rich_text import paragraph, rich_text
from messages.safe import Safe
from messages.surfaces import Message, View

_FROM_HINT = N_("Empty: as soon as it can be. What is co-determined needs notice.")
SETTINGS = Form(
    name="policy_settings",
    title=N_("Change settings"),
    submit=N_("Continue"),
    model=ProposeSettings,
    inputs=(
        WholeNumber(
            "negotiation.answer_within_working_days",
            N_("Time to answer a proposal"),
            hint=N_("Working days, 1 to 30."),
        ),
        WholeNumber(
            "negotiation.remind_working_days_before",
            N_("Reminder before that"),
            hint=N_("Working days, 0 to 10."),
        ),
        WholeNumber(
            "check_ins.minutes_into_day",
            N_("When check-ins come, after the start of the day"),
            hint=N_("Minutes, 0 to 240."),
        ),
        WholeNumber(
            "check_ins.snooze_days_at_most", N_("Longest snooze"), hint=N_("Days, 1 to 60.")
        ),
        Select(
            "check_ins.digest_weekday",
            N_("Day of the managers' list"),
            options=tuple(Choice(str(day), name) for day, name in WEEKDAYS.items()),
        ),
        WholeNumber(
            "access_reviews.every_months",
            N_("Time between two access reviews"),
            hint=N_("Months, 0 to 24; 0: only when somebody starts one."),
        ),
        WholeNumber(
            "access_reviews.days_to_answer",
            N_("Time to answer an access review"),
            hint=N_("Working days, 1 to 90."),
        ),
        Date("valid_from", N_("From"), hint=_FROM_HINT),
        LongText("reason", N_("Reason"), max_length=REASON_LIMIT),
    ),
)
DOCUMENT = Form(
    name="policy_document",
    title=N_("Change as YAML"),
    submit=N_("Continue"),
    model=ProposeDocument,
    inputs=(
        Verbatim("text", N_("The whole policy, as YAML")),
        File(
            "file",
            N_("Or a file with it"),
            hint=N_("A YAML file; the text above then stays as it is."),
            filetypes=("yaml", "yml", "txt"),
            optional=True,
        ),
        Date("valid_from", N_("From"), hint=_FROM_HINT),
        LongText("reason", N_("Reason"), max_length=REASON_LIMIT),
    ),
)
WITHDRAW = Form(
    name="policy_withdraw",
    title=N_("Withdraw a version"),
    submit=N_("Withdraw"),
    model=WithdrawVersion,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)
DAY = Form(
    name="policy_day",
    title=N_("On another day"),
    submit=N_("Show"),
    model=AskPast,
    inputs=(Date("day", N_("Which rules held on")),),
)
FORMS: Mapping[str, Form[BaseModel]] = {
    form.name: form for form in (SETTINGS, DOCUMENT, WITHDRAW, DAY)
}


# What holds


def policy_view(page: PolicyPage, reader: Reader) -> View:
    """The rules that hold for the reader, by section, each with where it comes from."""
    blocks: list[Block] = [section(_headline(page, reader))]
    if page.planned is not None:
        blocks += planned_blocks(page.planned, reader, can_withdraw=page.can_withdraw)
    if page.asked is not None:
        blocks.append(section(_asked_words(page.asked, reader)))
    tree = page.effective.document.model_dump(mode="json", exclude_none=True)
    for name, title in SECTIONS.items():
        lines = [Safe("*%s*") % reader.gettext(title)]
        for path, value in leaves({name: tree[name]}):
            lines += _lines(page, path, value, reader)
        blocks += sections(Safe("\n").join(lines))
    blocks += _elsewhere(tree, reader)
    if any(one.kind is Came.BUILT_IN for one in page.effective.sources.values()):
        words = N_("Where nothing else is said, a setting is as built in: nobody has changed it.")
        blocks.append(context(reader.say(words)))
    blocks.append(actions(*_buttons(page, reader)))
    return View.modal(reader.gettext(N_("Rules")), blocks, close=reader.gettext(N_("Close")))


def _asked_words(asked: ChangeAsked, reader: Reader) -> Safe:
    """Nothing else is proposed meanwhile; who can answer, and until when."""
    if not asked.approvers:
        words = N_("*%(asker)s has asked for a change.* It waits until %(until)s.")
    else:
        words = N_(
            "*%(asker)s has asked for a change.* %(names)s can approve or refuse it under "
            "`/accord approvals`, until %(until)s."
        )
    names = [one.name for one in asked.approvers]
    return reader.say(words, asker=asked.asker.name, names=names, until=asked.until)


_HELD_ON = N_("What held on %(day)s:")


def _headline(page: PolicyPage, reader: Reader) -> Safe:
    lines = []
    if page.day is not None:
        to_come = page.day > reader.today
        words = N_("What holds on %(day)s, as decided so far:") if to_come else _HELD_ON
        lines.append(reader.say(words, day=page.day))
    lines += [version_line(page.head, reader), *decided_lines(page.head, reader)]
    where = [one for one in (page.viewer.region, page.unit_path) if one]
    if where and page.effective.document.varies:
        lines.append(reader.say(N_("For where you are: %(where)s."), where="; ".join(where)))
    return Safe("\n").join(lines)


def planned_blocks(planned: PlannedChange, reader: Reader, *, can_withdraw: bool) -> list[Block]:
    """A version that waits for its day, with what it changes."""
    lines = [version_line(planned.head, reader), *change_lines(planned.changes, reader)]
    blocks: list[Block] = [divider(), *sections(Safe("\n").join(lines))]
    if can_withdraw:
        withdraw = policy_button(PolicyAction.WITHDRAW, reader, planned.head.number)
        blocks.append(actions(withdraw))
    return [*blocks, divider()]


def _lines(page: PolicyPage, path: Path, value: JsonValue, reader: Reader) -> list[Safe]:
    """A setting; each term of retention on a line of its own, and no kind of term without any."""
    if path in TERMS and isinstance(value, list):
        return [_line(page, path, [one], reader) for one in value]
    return [_line(page, path, value, reader)]


def _line(page: PolicyPage, path: Path, value: JsonValue, reader: Reader) -> Safe:
    source = page.effective.sources.get(path)
    name, shown = setting_name(".".join(path), reader), value_shown(path, value, reader)
    if source is None or source.kind is Came.BUILT_IN:
        return reader.say("• %(name)s: *%(value)s*", name=name, value=shown)
    return reader.say(
        N_("• %(name)s: *%(value)s* · %(source)s"),
        name=name,
        value=shown,
        source=source_name(source, reader),
    )


def _elsewhere(tree: Mapping[str, JsonValue], reader: Reader) -> list[Block]:
    """What may vary, and where something does."""
    bounds = tree.get(VARIATIONS)
    found: list[tuple[Path, JsonValue]] = [
        ((VARIATIONS, path), value)
        for path, value in (bounds.items() if isinstance(bounds, dict) else ())
    ]
    for name in LOCAL:
        found += [one for one in leaves({name: tree.get(name) or {}}) if len(one[0]) > 1]
    if not found:
        return []
    lines = [reader.say(N_("*Standard and local*"))]
    for path, value in found[:LINES]:
        name, shown = place_and_name(path, reader), value_shown(path, value, reader)
        lines.append(reader.say("• %(name)s: *%(value)s*", name=name, value=shown))
    if len(found) > LINES:
        rest = len(found) - LINES
        words = reader.ngettext("and %(count)s more", "and %(count)s more", rest)
        lines.append(Safe(words) % {"count": reader.number(rest)})
    return sections(Safe("\n").join(lines))


def _buttons(page: PolicyPage, reader: Reader) -> list[Element]:
    found = [
        policy_button(PolicyAction.VERSIONS, reader),
        policy_button(PolicyAction.DAY, reader),
    ]
    if page.day is None:
        found.append(policy_button(PolicyAction.GET, reader))
    if page.can_propose and page.day is None and page.planned is None and page.asked is None:
        found.append(policy_button(PolicyAction.SETTINGS, reader))
        found.append(policy_button(PolicyAction.DOCUMENT, reader))
    return found


def versions_view(page: VersionsPage, reader: Reader) -> View:
    """Versions, newest first, each with what it changed."""
    blocks: list[Block] = []
    for one in page.versions:
        lines = [version_line(one.head, reader), *decided_lines(one.head, reader)]
        blocks += sections(Safe("\n").join([*lines, *change_lines(one.changes, reader)]))
    if not blocks:
        blocks.append(section(reader.say(N_("There are no versions yet: the rules are built in."))))
    if page.more_before is not None:
        more = policy_button(PolicyAction.MORE_VERSIONS, reader, page.more_before)
        blocks.append(actions(more))
    return View.modal(reader.gettext(N_("Versions")), blocks, close=reader.gettext(N_("Close")))


# Changing it


def settings_view(policy: Policy, reader: Reader) -> View:
    """Everyday settings, filled with the standard as it stands."""
    values = {
        one.name: getattr(getattr(policy, one.name.partition(".")[0]), one.name.partition(".")[2])
        for one in SETTINGS.inputs
        if "." in one.name
    }
    return render_form(
        SETTINGS,
        reader,
        FormState.new(SETTINGS.name),
        values=values,
        outro=(_promise(reader),),
    )


def document_view(policy: Policy, reader: Reader) -> View:
    """The whole document, to be changed as text; what is too long for an input is left empty.

    It can be had as a file in any case, and a file can be uploaded instead of the text.
    """
    text = policy_text(policy)
    fits = len(text) <= limits.INPUT_TEXT
    intro = [actions(policy_button(PolicyAction.GET, reader))]
    if not fits:
        words = N_(
            "The policy is too long for the field below. Get it as a file, change that, and upload "
            "it here."
        )
        intro.insert(0, section(reader.say(words)))
    return render_form(
        DOCUMENT,
        reader,
        FormState.new(DOCUMENT.name),
        values={"text": text} if fits else {},
        intro=intro,
        outro=(
            context(
                reader.say(
                    N_(
                        "What you leave out is as built in. `accord policy check FILE` checks a "
                        "file in the same way."
                    )
                )
            ),
            _promise(reader),
        ),
    )


def policy_link_view(link: OpenLink, url: str, reader: Reader) -> View:
    """The link to the document that holds, as a file."""
    address: Element = {"type": "link", "url": url}
    words = N_(
        "It works for %(minutes)s minutes from now. The file can be changed in any text editor and "
        "uploaded under “Change as YAML”."
    )
    blocks = [
        section(reader.say(N_("Open this link. It works once:"))),
        rich_text(paragraph(address)),
        context(reader.say(words, minutes=link.open_for // timedelta(minutes=1))),
    ]
    return View.modal(reader.gettext(N_("Rules")), blocks, close=reader.gettext(N_("Close")))


def _promise(reader: Reader) -> Block:
    return context(
        reader.say(
            N_(
                "Next you see what it changes for how many people. Nothing holds before somebody "
                "else has approved it."
            )
        )
    )


def withdraw_view(planned: PlannedChange, reader: Reader) -> View:
    state = FormState.new(WITHDRAW.name, refs={"number": str(planned.head.number)})
    lines = [version_line(planned.head, reader), *change_lines(planned.changes, reader)]
    return render_form(WITHDRAW, reader, state, intro=sections(Safe("\n").join(lines)))


def withdrawn_words(number: int, reader: Reader) -> Safe:
    return reader.say(
        N_("Version %(number)s is withdrawn; the rules stay as they are."), number=str(number)
    )


def day_view(reader: Reader) -> View:
    return render_form(DAY, reader, FormState.new(DAY.name), values={"day": reader.today})


def day_needed(typed: str, reader: Reader) -> Message:
    """Words behind `/accord policy` that are no date."""
    words = reader.say(
        N_("I don't know the day `%(typed)s`. Please write it as in `/accord policy %(day)s`."),
        typed=typed[:40].replace("`", "'"),
        day=_example(reader).isoformat(),
    )
    return Message(words, [section(words)])


def _example(reader: Reader) -> date:
    return reader.today
