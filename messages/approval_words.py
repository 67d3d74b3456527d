"""Words for what is asked of a second person, alike in messages and dialogs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.approvals import (
    ApprovalCard,
    ApprovalState,
    CodesResetAsked,
    ErasureAsked,
    HoldReleaseAsked,
    ImportAsked,
    KindPurgeAsked,
    Matter,
    PolicyAsked,
    PurgeAsked,
    RoleAsked,
    VoidReason,
)
from domain.erasure import ERASED_NAME, Kept, KeptBecause
from domain.exports import ExportAsked
from domain.retention_rules import Part
from domain.roles import RolePlace
from messages.directory import counts_told
from messages.directory_presses import PeopleAction, changes_button
from messages.elements import Element
from messages.i18n import N_, babel_locale
from messages.policy_words import policy_asked_words
from messages.reading import Reader
from messages.safe import Safe, person_name

VOID: Mapping[VoidReason, str] = {
    VoidReason.ALTERED: N_("What is stored isn't what was asked for. Please tell compliance."),
    VoidReason.ASKER_MAY_NOT: N_("%(asker)s may no longer ask for it."),
    VoidReason.OVERTAKEN: N_("It no longer fits how things stand. Please ask again."),
}


def matter_line(matter: Matter, reader: Reader) -> Safe:
    """What will happen once it is approved, in a sentence or two."""
    match matter:
        case RoleAsked():
            return _role_line(matter, reader)
        case CodesResetAsked():
            return reader.say(
                N_(
                    "*%(name)s's one-time codes end.* They can then set up new ones, with nothing "
                    "but their Slack account."
                ),
                name=matter.person.name,
            )
        case PurgeAsked() | KindPurgeAsked():
            return _purge_line(matter, reader)
        case ErasureAsked():
            return _erasure_line(matter, reader)
        case PolicyAsked():
            return policy_asked_words(matter, reader)
        case ExportAsked():
            return export_line(matter, reader)
        case ImportAsked():
            return _import_line(matter, reader)
        case HoldReleaseAsked():
            return reader.say(
                N_(
                    "*The legal hold on %(name)s ends* (%(scope)s, since %(when)s). What it kept "
                    "can then be erased or purged."
                ),
                name=matter.person.name,
                scope=matter.scope,
                when=matter.placed_at,
            )


def is_confidential(matter: Matter) -> bool:
    """Whether what it is about may stand in a dialog alone: holds, and what is erased of people."""
    match matter:
        case HoldReleaseAsked() | ErasureAsked() | PurgeAsked():
            return True
        case ExportAsked():
            return matter.person is not None
        case _:
            return False


def short_words(matter: Matter, reader: Reader) -> str:
    """What it is in a few words, without whom it is about where that is confidential."""
    match matter:
        case RoleAsked():
            return reader.write(
                N_("the role %(role)s for %(name)s"), role=matter.role, name=matter.person.name
            )
        case CodesResetAsked():
            return reader.write(N_("new one-time codes for %(name)s"), name=matter.person.name)
        case PurgeAsked() | ErasureAsked():
            return reader.gettext(N_("an erasure"))
        case KindPurgeAsked():
            return reader.write(N_("a purge: %(kind)s"), kind=matter.kind)
        case PolicyAsked():
            return reader.gettext(N_("a change of the rules"))
        case ExportAsked():
            return reader.gettext(N_("an export"))
        case ImportAsked():
            return reader.gettext(N_("an import of people"))
        case HoldReleaseAsked():
            return reader.gettext(N_("a request about a legal hold"))


def message_line(matter: Matter, reader: Reader) -> Safe:
    """The same where others may look over a shoulder: messages, notifications, lists and Home."""
    if not is_confidential(matter):
        return matter_line(matter, reader)
    return reader.say(
        N_("*It is %(what)s.* The dialog alone says whom it is about."),
        what=short_words(matter, reader),
    )


def _purge_line(matter: PurgeAsked | KindPurgeAsked, reader: Reader) -> Safe:
    if isinstance(matter, PurgeAsked):
        counted = reader.ngettext(
            "*What is held on %(count)s person who has left is erased, for good*: %(names)s.",
            "*What is held on %(count)s people who have left is erased, for good*, among them: "
            "%(names)s.",
            matter.count,
        )
        names = reader.listed_safe([person_name(one) for one in matter.names])
        return Safe(counted) % {"count": reader.number(matter.count), "names": names}
    return reader.say(
        N_(
            "*What was over on %(day)s is purged, for good*: %(kind)s, %(count)s. What a "
            "legal hold, a law or an open case keeps stays."
        ),
        day=matter.day,
        kind=matter.kind,
        count=matter.count,
    )


def _import_line(matter: ImportAsked, reader: Reader) -> Safe:
    """How many people it changes, and what of them; what doesn't change is not told."""
    counts = (
        (N_("New people: %(count)s."), matter.created),
        (N_("Changed people: %(count)s."), matter.changed),
        (N_("With another manager: %(count)s."), matter.moved),
        (N_("Of these have left: %(count)s."), matter.left),
        (N_("New units: %(count)s."), matter.org_units),
        (N_("New roles: %(count)s."), matter.roles),
    )
    counted = reader.ngettext(
        "*A file of people is imported, which changes %(count)s person.* %(counts)s",
        "*A file of people is imported, which changes %(count)s people.* %(counts)s",
        matter.people,
    )
    told = counts_told(counts, reader)
    return Safe(counted) % {"count": reader.number(matter.people), "counts": told}


def matter_buttons(matter: Matter, reader: Reader) -> tuple[Element, ...]:
    """What opens more of it than fits beside the question."""
    if isinstance(matter, ImportAsked):
        return (changes_button(PeopleAction.CHANGES, reader, matter.waiting),)
    return ()


def export_line(matter: ExportAsked, reader: Reader) -> Safe:
    """What is taken out, of whom, from which days, how many rows."""
    counted = reader.ngettext(
        "*An export of %(count)s row*: %(content)s, %(who)s%(days)s. File: %(format)s.",
        "*An export of %(count)s rows*: %(content)s, %(who)s%(days)s. File: %(format)s.",
        matter.rows,
    )
    return Safe(counted) % {
        "count": reader.number(matter.rows),
        "content": reader.shown(matter.content),
        "who": _whose(matter, reader),
        "days": _days(matter, reader),
        "format": reader.shown(matter.file_format),
    }


def _whose(matter: ExportAsked, reader: Reader) -> str:
    if matter.person is not None:
        return reader.write(N_("of %(name)s, under a legal hold"), name=matter.person.name)
    return place_words(RolePlace(matter.unit, matter.region), reader)


def _days(matter: ExportAsked, reader: Reader) -> str:
    first, last = matter.first_day, matter.last_day
    if first and last:
        return reader.write(N_(", from %(first)s to %(last)s"), first=first, last=last)
    if first:
        return reader.write(N_(", from %(first)s on"), first=first)
    return reader.write(N_(", to %(last)s"), last=last) if last else ""


def _erasure_line(matter: ErasureAsked, reader: Reader) -> Safe:
    parts = parts_words(matter.parts, reader)
    if matter.person.name == ERASED_NAME:
        head = reader.say(N_("*What was held on somebody is erased, for good.*"))
        return Safe("\n").join([head, *kept_lines(matter.kept, reader)])
    head = reader.say(
        N_("*What is held on %(name)s is erased, for good*: %(parts)s."),
        name=matter.person.name,
        parts=parts,
    )
    return Safe("\n").join([head, *_how_much(matter, reader), *kept_lines(matter.kept, reader)])


def _how_much(matter: ErasureAsked, reader: Reader) -> list[Safe]:
    """How many things of each part go, and how many values of the record."""
    if not matter.values:
        return []
    lines = [
        reader.say(N_("• %(part)s: %(count)s on record"), part=part, count=count)
        for part, count in matter.things.items()
    ]
    counted = reader.ngettext(
        "%(count)s value of the record goes with it.",
        "%(count)s values of the record go with it.",
        matter.values,
    )
    return [*lines, Safe(counted) % {"count": reader.number(matter.values)}]


def parts_words(parts: Iterable[Part], reader: Reader) -> str:
    return "; ".join(reader.shown(part) for part in parts)


def kept_lines(kept: Iterable[Kept], reader: Reader) -> list[Safe]:
    """What has to stay: why, under which rule and until when, and who can tell more.

    Of a hold, that it stands, and nothing else.
    """
    return [_kept_line(one, reader) for one in kept]


def _kept_line(kept: Kept, reader: Reader) -> Safe:
    line = reader.say(N_("This stays: %(part)s (%(why)s)."), part=kept.part, why=kept.why)
    told = [line]
    if kept.why is KeptBecause.HOLD:
        told.append(
            reader.say(N_("It stays until two people in legal or compliance end the hold."))
        )
    elif kept.law is not None and kept.until is not None:
        words = N_("%(law)s keeps it until %(day)s; ask again from then on.")
        told.append(reader.say(words, law=kept.law, day=kept.until))
    if kept.ask:
        told.append(reader.say(N_("%(names)s can tell more."), names=list(kept.ask)))
    else:
        told.append(reader.say(N_("Who can tell more: `/accord roles`.")))
    return Safe(" ").join(told)


def _role_line(matter: RoleAsked, reader: Reader) -> Safe:
    head = reader.say(
        N_("*%(name)s gets the role %(role)s*, %(place)s, %(until)s."),
        name=matter.person.name,
        role=matter.role,
        place=place_words(matter.place, reader),
        until=until_words(matter.last_day, reader),
    )
    if not matter.imported:
        return head
    return head + Safe(" ") + reader.say(N_("An import of the directory asks for it."))


def region_name(code: str, reader: Reader) -> str:
    """`Germany`, `Germany (BY)`: a country's parts have no names here."""
    country, _, part = code.partition("-")
    name = str(babel_locale(reader.locale).territories.get(country, country))
    return f"{name} ({part})" if part else name


def place_words(place: RolePlace, reader: Reader) -> str:
    if place.unit is not None:
        return reader.write(N_("for the unit %(unit)s"), unit=place.unit)
    if place.region is not None:
        region = region_name(place.region, reader)
        return reader.write(N_("for the region %(region)s"), region=region)
    return reader.gettext(N_("for the whole organisation"))


def until_words(last_day: date | None, reader: Reader) -> str:
    if last_day is None:
        return reader.gettext(N_("until it is revoked"))
    return reader.write(N_("until %(day)s"), day=last_day)


def until_line(card: ApprovalCard, reader: Reader) -> Safe:
    """Why, where that may be told, and until when it can be approved."""
    if is_confidential(card.matter):
        return reader.say(N_("Until %(until)s."), until=card.expires_at)
    return reader.say(
        N_("“%(reason)s” · until %(until)s"), reason=card.reason, until=card.expires_at
    )


def approvers_line(card: ApprovalCard, reader: Reader) -> Safe:
    """Who can approve it, and until when."""
    names = reader.listed_safe([person_name(one.name) for one in card.approvers])
    return reader.say(
        N_("%(names)s can approve it, until %(until)s."), names=names, until=card.expires_at
    )


def outcome_line(card: ApprovalCard, reader: Reader, *, in_dialog: bool = False) -> Safe:
    """What became of it; of what is confidential, a dialog alone says why it was refused."""
    name = card.decided_by.name if card.decided_by else ""
    match card.state:
        case ApprovalState.DONE:
            return reader.say(N_("%(name)s approved it, and it is done."), name=name)
        case ApprovalState.REFUSED if is_confidential(card.matter) and not in_dialog:
            return reader.say(N_("%(name)s refused it."), name=name)
        case ApprovalState.REFUSED:
            return reader.say(
                N_("%(name)s refused it: “%(answer)s”"), name=name, answer=card.answer or ""
            )
        case ApprovalState.WITHDRAWN:
            return reader.say(N_("%(asker)s withdrew it."), asker=card.asker.name)
        case ApprovalState.EXPIRED:
            return reader.say(N_("Nobody approved it within 24 hours, so nothing was changed."))
        case ApprovalState.VOID:
            why = VOID[card.void_reason or VoidReason.OVERTAKEN]
            head = reader.say(N_("%(name)s approved it, but nothing was changed."), name=name)
            return head + Safe(" ") + reader.say(why, asker=card.asker.name)
        case ApprovalState.OPEN | ApprovalState.DRAFT:
            return reader.say(N_("It waits to be approved."))
