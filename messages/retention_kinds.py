"""Retention by kind of record: what is over, what stays and why, and asking to purge it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.holds import MATTER_LIMIT
from domain.retention import AskKindPurge, KindPreview, RetentionPage
from domain.retention_rules import Fate, Kind, Rule, Taken
from messages.blocks import context, section
from messages.elements import Block, Element, button
from messages.form_state import FormState
from messages.forms import Form, render_form
from messages.i18n import N_
from messages.inputs import Choice, Select, Text
from messages.names import NAMES
from messages.presses import Press
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

PREVIEW = "retention:preview"
PURGE_KIND = Form(
    name="retention_kind",
    title=N_("Retention"),
    submit=N_("Continue"),
    model=AskKindPurge,
    inputs=(
        Select(
            "kind",
            N_("What to purge"),
            options=tuple(Choice(kind.value, NAMES[kind]) for kind in Kind if kind in NAMES),
        ),
        Text(
            "matter",
            N_("Where the purge was decided"),
            max_length=MATTER_LIMIT,
            hint=N_("A ticket's number, without names: it stays in the record."),
        ),
    ),
)
_FATES: Mapping[Fate, str] = {
    Fate.DUE: N_("to purge: *%(count)s*"),
    Fate.HELD: N_("kept by a legal hold: %(count)s"),
    Fate.CONFLICT: N_("kept by a law beyond our own term: %(count)s. Please ask counsel"),
    Fate.DISPUTED: N_("kept while a case about it is open: %(count)s"),
}


def preview_button(reader: Reader, *, primary: bool = False) -> Element:
    words = reader.gettext(N_("Preview"))
    return button(words, PREVIEW, Press(None).encode(), style="primary" if primary else None)


def due_line(kinds: Iterable[KindPreview], reader: Reader) -> Safe:
    """How much of what is over, in one line."""
    due = [one for one in kinds if one.due]
    if not due:
        return reader.say(N_("*Kinds of record:* nothing is to be purged."))
    each = [reader.write(N_("%(kind)s (%(count)s)"), kind=one.kind, count=one.due) for one in due]
    return reader.say(N_("*Kinds of record* to be purged: %(kinds)s."), kinds="; ".join(each))


def preview_view(page: RetentionPage, reader: Reader) -> View:
    """A part for each kind: numbers, rules, numbers of goals; and, for who may, the question."""
    intro = [section(_kind_words(one, reader)) for one in page.preview.kinds]
    if not intro:
        intro = [section(reader.say(N_("Policy has no rules for kinds of record yet.")))]
    notes: list[Block] = []
    if page.preview.to_archive:
        counted = reader.ngettext(
            "%(count)s goal leaves the lists next; its number still opens it.",
            "%(count)s goals leave the lists next; their numbers still open them.",
            page.preview.to_archive,
        )
        notes.append(context(counted % {"count": reader.number(page.preview.to_archive)}))
    due = [one.kind for one in page.preview.kinds if one.due]
    if not (due and page.can_ask):
        return View.modal(
            reader.gettext(PURGE_KIND.title),
            [*intro, *notes],
            close=reader.gettext(N_("Close")),
        )
    words = reader.say(
        N_(
            "Two people purge: you ask with a code, somebody else in HR or compliance approves. It "
            "can't be undone. What a hold, a law or an open case keeps by then stays."
        )
    )
    choices = [Choice(kind.value, NAMES[kind]) for kind in due]
    return render_form(
        PURGE_KIND,
        reader,
        FormState.new(PURGE_KIND.name),
        choices={"kind": choices},
        intro=tuple(intro),
        outro=(*notes, context(words)),
    )


def _kind_words(one: KindPreview, reader: Reader) -> Safe:
    fates = [
        reader.say(words, count=one.counts.get(fate, 0))
        for fate, words in _FATES.items()
        if fate is Fate.DUE or one.counts.get(fate)
    ]
    lines = [
        reader.say(N_("*%(kind)s*"), kind=one.kind),
        *fates,
        *(rule_words(rule, reader) for rule in one.rules),
    ]
    if one.examples:
        lines.insert(
            1 + len(fates), reader.say(N_("Such as %(some)s"), some=", ".join(one.examples))
        )
    return Safe("\n").join(lines)


def rule_words(rule: Rule, reader: Reader) -> Safe:
    """A rule of policy's, as it is applied."""
    place = rule.region or reader.gettext(N_("Everywhere"))
    said = []
    if rule.min_months:
        said.append(
            reader.ngettext(
                "%(place)s: kept for %(count)s month at least (%(law)s)",
                "%(place)s: kept for %(count)s months at least (%(law)s)",
                rule.min_months,
            )
        )
    if rule.max_months and rule.action is Taken.ARCHIVE:
        said.append(
            reader.ngettext(
                "%(place)s: out of the lists after %(count)s month (%(law)s)",
                "%(place)s: out of the lists after %(count)s months (%(law)s)",
                rule.max_months,
            )
        )
    elif rule.max_months:
        said.append(
            reader.ngettext(
                "%(place)s: purged after %(count)s month (%(law)s)",
                "%(place)s: purged after %(count)s months (%(law)s)",
                rule.max_months,
            )
        )
    counts = [one for one in (rule.min_months, rule.max_months) if one]
    return Safe("; ").join(
        Safe(words) % {"place": place, "count": reader.number(count), "law": rule.legal_ref}
        for words, count in zip(said, counts, strict=True)
    )
