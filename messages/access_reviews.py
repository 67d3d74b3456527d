"""What people read about access reviews: their own part, how one goes, what has become of it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.access_reviews import (
    AccessKind,
    AccessReviewNotice,
    AccessToReview,
    Answer,
    NothingToReview,
    ReviewHead,
    ReviewPage,
    ReviewReport,
    ReviewState,
    ToReview,
)
from domain.roles import RolePlace
from messages.access_review_presses import ReviewAction, review_button
from messages.approval_words import place_words
from messages.blocks import actions, context, divider, section, sections
from messages.elements import Block, Element
from messages.i18n import N_
from messages.names import NAMES
from messages.presses import Style
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import Message, View
from messages.templates import Templates

KINDS: Mapping[AccessKind, str] = {
    AccessKind.GRANT: N_("Roles"),
    AccessKind.DELEGATION: N_("Deputies"),
    AccessKind.SHARE: N_("Shared goals"),
}
SEVERAL = 2
"""From how many on they can be confirmed together."""


# One's own part


def page_view(page: ReviewPage, reader: Reader) -> View:
    """What the reader answers for, some at a time, each with *Confirm* and *Revoke*."""
    blocks: list[Block] = [section(_headline(page, reader))]
    asking = page.review.state is ReviewState.OPEN
    for one in page.accesses:
        blocks.append(divider())
        blocks += _access(one, page, reader, asking=asking)
    below = [*(_confirm_these(page, reader) if asking else []), *_turning(page, reader)]
    if below:
        blocks.append(actions(*below))
    if asking:
        words = N_(
            "What you confirm stays. What you revoke ends at once, and whoever had it sees that. "
            "What nobody confirms ends by itself. Your answers are recorded."
        )
        blocks.append(context(reader.say(words)))
    title = reader.gettext(N_("Access review"))
    return View.modal(title, blocks, close=reader.gettext(N_("Close")))


def _headline(page: ReviewPage, reader: Reader) -> Safe:
    if page.review.state is not ReviewState.OPEN:
        return reader.say(N_("This access review is closed. As it ended:"))
    if not page.open:
        return reader.say(N_("You have answered all of it. Thank you."))
    words = reader.ngettext(
        "Does everybody still need this? %(open)s of %(total)s waits for your answer.",
        "Does everybody still need this? %(open)s of %(total)s wait for your answer.",
        page.open,
    ) % {"open": reader.number(page.open), "total": reader.number(page.total)}
    return reader.say("%(words)s %(by)s", words=words, by=_by(page.review, reader))


def _by(review: ReviewHead, reader: Reader) -> Safe:
    if review.answer_by is None:
        return Safe()
    day = reader.weekday(review.answer_by.astimezone(reader.zone).date())
    return reader.say(N_("Please answer by %(day)s."), day=day)


def _access(one: AccessToReview, page: ReviewPage, reader: Reader, *, asking: bool) -> list[Block]:
    blocks: list[Block] = [section(what_it_is(one, reader))]
    told = _became(one, reader)
    if told:
        blocks.append(context(told))
    buttons = _buttons(one, page, reader) if asking else []
    if buttons:
        blocks.append(actions(*buttons))
    return blocks


def what_it_is(one: AccessToReview, reader: Reader) -> Safe:
    name = one.holder.name
    match one.kind:
        case AccessKind.GRANT:
            role = reader.gettext(NAMES[one.role]) if one.role else ""
            words = reader.say(
                N_("*%(name)s* has the role %(role)s, %(place)s"),
                name=name,
                role=role,
                place=place_words(RolePlace(one.place, one.region), reader),
            )
        case AccessKind.DELEGATION if one.owner:
            words = reader.say(N_("*%(name)s* stands in for %(other)s"), name=name, other=one.owner)
        case AccessKind.DELEGATION:
            words = reader.say(N_("*%(name)s* stands in for you"), name=name)
        case AccessKind.SHARE if one.owner:
            words = reader.say(
                N_("*%(name)s* can read %(goal)s of %(other)s"),
                name=name,
                goal=one.goal or "",
                other=one.owner,
            )
        case AccessKind.SHARE:
            words = reader.say(N_("*%(name)s* can read %(goal)s"), name=name, goal=one.goal or "")
    return words + Safe("\n") + _since(one, reader)


def _since(one: AccessToReview, reader: Reader) -> Safe:
    if one.until is None:
        return reader.say(N_("Since %(since)s, until somebody ends it."), since=one.since)
    return reader.say(N_("From %(since)s until %(until)s."), since=one.since, until=one.until)


_BECAME: Mapping[Answer, str] = {
    Answer.CONFIRMED: N_("Confirmed."),
    Answer.REVOKED: N_("Revoked; it has ended."),
    Answer.ENDED: N_("It has ended."),
    Answer.UNASKED: N_("It stays for now: nobody could be asked, or it is needed to give roles."),
}


def _became(one: AccessToReview, reader: Reader) -> Safe | None:
    if one.answer is Answer.OPEN:
        return None if one.in_force else reader.say(N_("It ended before you answered."))
    return reader.say(_BECAME[one.answer])


def _buttons(one: AccessToReview, page: ReviewPage, reader: Reader) -> list[Element]:
    if not one.in_force or one.answer not in (Answer.OPEN, Answer.CONFIRMED):
        return []
    name, review = one.holder.name, page.review.id
    yes = review_button(
        ReviewAction.CONFIRM, reader, review, one.number, style="primary", about=name
    )
    no = review_button(ReviewAction.REVOKE, reader, review, one.number, about=name)
    return [no] if one.answer is Answer.CONFIRMED else [yes, no]


def waiting_on(page: ReviewPage) -> list[AccessToReview]:
    """What stands on the page and waits for an answer."""
    return [one for one in page.accesses if one.in_force and one.answer is Answer.OPEN]


def _confirm_these(page: ReviewPage, reader: Reader) -> list[Element]:
    """For several at once: what waits on this page, shown once more before it is confirmed."""
    waiting = waiting_on(page)
    if len(waiting) < SEVERAL:
        return []
    label = reader.write(N_("Confirm these %(count)s"), count=len(waiting))
    return [
        review_button(ReviewAction.CONFIRM_THESE, reader, page.review.id, page.offset, label=label)
    ]


def _turning(page: ReviewPage, reader: Reader) -> list[Element]:
    review, buttons = page.review.id, []
    if page.offset:
        before = max(page.offset - page.page, 0)
        buttons.append(review_button(ReviewAction.EARLIER, reader, review, before))
    after = page.offset + page.page
    if after < page.total:
        buttons.append(review_button(ReviewAction.MORE, reader, review, after))
    return buttons


def to_review_block(found: ToReview, reader: Reader) -> Block:
    """What waits for the reader's answer, with the way to it; for Home."""
    words = reader.ngettext(
        "*Access review*: %(count)s access waits for your answer.",
        "*Access review*: %(count)s accesses wait for your answer.",
        found.open,
    ) % {"count": reader.number(found.open)}
    look = review_button(ReviewAction.OPEN, reader, found.review.id, style="primary")
    return section(Safe(words) + Safe("\n") + _by(found.review, reader), accessory=look)


def nothing_message(nothing: NothingToReview, reader: Reader) -> Message:
    words = reader.say(N_("There is nothing that you need to confirm right now."))
    if nothing.next_start is not None:
        day = nothing.next_start.astimezone(reader.zone).date()
        words = words + Safe(" ") + reader.say(N_("The next review starts on %(day)s."), day=day)
    return Message(words, [section(words)])


# How it goes


def report_message(report: ReviewReport, reader: Reader) -> Message:
    """Coverage by kind, who has answered how much, and what can be done."""
    words = _report(report, reader)
    blocks: list[Block] = sections(words)
    buttons: list[Element] = []
    review = report.review
    if report.mine and review is not None:
        buttons.append(review_button(ReviewAction.OPEN, reader, review.id, style="primary"))
    if report.can_start:
        buttons.append(review_button(ReviewAction.START, reader))
    elif review is not None and review.state is ReviewState.OPEN:
        buttons.append(review_button(ReviewAction.REFRESH, reader, review.id))
    if buttons:
        blocks.append(actions(*buttons))
    return Message(words, blocks)


def _report(report: ReviewReport, reader: Reader) -> Safe:
    lines = [_about(report, reader)]
    review = report.review
    if review is not None and review.listed:
        lines += [_kind(kind, report, reader) for kind in AccessKind if report.counts.get(kind)]
        if not report.counts:
            lines.append(reader.say(N_("There was nothing to look through.")))
        lines += _reviewers(report, reader)
        if report.nobody_to_ask:
            count = report.nobody_to_ask
            words = reader.ngettext(
                "%(count)s role stays unconfirmed: nobody can be asked about it, or nobody could "
                "give roles without it.",
                "%(count)s roles stay unconfirmed: nobody can be asked about them, or nobody could "
                "give roles without them.",
                count,
            )
            lines.append(reader.say("%(words)s", words=words % {"count": reader.number(count)}))
    elif review is not None:
        lines.append(reader.say(N_("It is being put together; please look again in a minute.")))
    if report.can_start and report.next_start is not None:
        day = report.next_start.astimezone(reader.zone).date()
        lines.append(reader.say(N_("The next one starts by itself on %(day)s."), day=day))
    return Safe("\n").join(lines)


def _about(report: ReviewReport, reader: Reader) -> Safe:
    review = report.review
    if review is None:
        return reader.say(N_("*Access reviews*\nThere has been none yet."))
    if review.state is ReviewState.OPEN and not review.listed:
        # Only the list tells when the last of those who are asked has to answer.
        head = reader.say(N_("*Access review*"))
    elif review.state is ReviewState.OPEN and review.answer_by is not None:
        head = reader.say(
            N_("*Access review, open until %(when)s*"), when=reader.moment(review.answer_by)
        )
    else:
        closed = reader.moment(review.closed_at) if review.closed_at else ""
        head = reader.say(N_("*Access review, closed on %(when)s*"), when=closed)
    if report.started_by is None:
        return head
    return head + Safe("\n") + reader.say(N_("Started by %(name)s."), name=report.started_by)


def _kind(kind: AccessKind, report: ReviewReport, reader: Reader) -> Safe:
    counts = report.counts[kind]
    return reader.say(
        N_(
            "• %(kind)s: %(confirmed)s confirmed, %(revoked)s revoked, %(ended)s ended, "
            "%(open)s open"
        ),
        kind=reader.gettext(KINDS[kind]),
        confirmed=counts.get(Answer.CONFIRMED, 0),
        revoked=counts.get(Answer.REVOKED, 0),
        ended=counts.get(Answer.ENDED, 0),
        open=counts.get(Answer.OPEN, 0),
    )


def _reviewers(report: ReviewReport, reader: Reader) -> list[Safe]:
    if not report.reviewers:
        return []
    lines = [reader.say(N_("*Who answers*"))]
    lines += [
        reader.say(
            N_("• %(name)s: %(answered)s of %(total)s answered"),
            name=one.person.name,
            answered=one.answered,
            total=one.total,
        )
        for one in report.reviewers
    ]
    if report.more_reviewers:
        lines.append(reader.say(N_("• and %(count)s more"), count=report.more_reviewers))
    return lines


# What they are told


def review_message(notice: AccessReviewNotice, reader: Reader, templates: Templates) -> Message:
    """Asks to look through what one answers for; later says what became of it."""
    asking = notice.review.state is ReviewState.OPEN and notice.open > 0
    count = notice.open if asking else notice.total
    things = reader.ngettext(
        "%(count)s access that you answer for",
        "%(count)s accesses that you answer for",
        count,
    ) % {"count": reader.number(count)}
    ended = reader.ngettext(
        "%(count)s has ended, since nobody confirmed it.",
        "%(count)s have ended, since nobody confirmed them.",
        notice.ended,
    ) % {"count": reader.number(notice.ended)}
    rendered = templates.render(
        "access_reviews/asked",
        reader,
        asking=asking,
        reminder=notice.reminder,
        last=notice.last,
        things=things,
        one=count == 1,
        by=_by(notice.review, reader),
        ended=ended if notice.ended else None,
    )
    style: Style | None = "primary" if asking else None
    if not notice.total:
        return rendered.message()
    look = review_button(ReviewAction.OPEN, reader, notice.review.id, style=style)
    return rendered.message(actions(look))
