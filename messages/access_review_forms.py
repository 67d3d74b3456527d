"""Dialogs of access reviews: revoking with a reason, confirming several, starting one."""

from __future__ import annotations

from domain.access_reviews import (
    AccessKind,
    AccessToReview,
    ReviewPage,
    ReviewPlan,
    RevokeAccess,
)
from domain.roles import REASON_LIMIT
from messages.access_review_presses import ReviewAction, review_button
from messages.access_reviews import KINDS, waiting_on, what_it_is
from messages.blocks import actions, context, section, sections
from messages.form_state import FormState
from messages.forms import CANCEL, Form, render_form
from messages.i18n import N_
from messages.inputs import LongText
from messages.reading import Reader
from messages.safe import Safe
from messages.surfaces import View

REVOKE = Form(
    name="access_revoke",
    title=N_("Revoke"),
    submit=N_("Revoke"),
    model=RevokeAccess,
    inputs=(LongText("reason", N_("Reason"), max_length=REASON_LIMIT),),
)
CONFIRM_THESE = "access_confirm_these"
START = "access_start"


def revoke_view(page: ReviewPage, one: AccessToReview, reader: Reader) -> View:
    """Asks why, and says what happens; the page comes back afterwards."""
    words = {
        AccessKind.GRANT: N_("It ends at once. %(name)s is told, without your reason."),
        AccessKind.DELEGATION: N_("It ends at once. %(name)s is told, without your reason."),
        AccessKind.SHARE: N_("It ends at once: %(name)s can't read the goal any more."),
    }[one.kind]
    back = review_button(ReviewAction.BACK, reader, page.review.id, page.offset)
    return render_form(
        REVOKE,
        reader,
        FormState.new(REVOKE.name, version=one.number, ids={"review": page.review.id}),
        intro=(section(what_it_is(one, reader)), actions(back)),
        outro=(
            context(
                reader.say(words, name=one.holder.name),
                reader.say(N_("Your reason stands in the record.")),
            ),
        ),
    )


def confirm_view(page: ReviewPage, reader: Reader) -> View:
    """What waits on this page, to be confirmed together."""
    waiting = waiting_on(page)
    lines = [what_it_is(one, reader) for one in waiting]
    state = FormState.new(
        CONFIRM_THESE,
        ids={"review": page.review.id},
        refs={f"n{place}": str(one.number) for place, one in enumerate(waiting)},
    )
    back = review_button(ReviewAction.BACK, reader, page.review.id, page.offset)
    return View.modal(
        reader.gettext(N_("Confirm")),
        [
            section(reader.say(N_("*Are these %(count)s still needed?*"), count=len(waiting))),
            *(block for line in lines for block in sections(line)),
            actions(back),
            context(reader.say(N_("Each of them is recorded as confirmed by you."))),
        ],
        submit=reader.gettext(N_("Confirm")),
        close=reader.gettext(CANCEL),
        callback_id=CONFIRM_THESE,
        private_metadata=state.encode(),
    )


def start_view(plan: ReviewPlan, reader: Reader) -> View:
    """What starting one means: how many are asked about how much, and until when."""
    total = sum(plan.counts.values())
    if not total:
        words = reader.say(N_("There is nothing to look through: nobody has a role or a deputy."))
        return View.modal(
            reader.gettext(N_("Start a review")),
            [section(words)],
            close=reader.gettext(N_("Close")),
        )
    lines = [_asked(plan, total, reader)]
    lines += [
        reader.say(
            N_("• %(kind)s: %(count)s"), kind=reader.gettext(KINDS[kind]), count=plan.counts[kind]
        )
        for kind in AccessKind
        if plan.counts.get(kind)
    ]
    lines.append(_until(plan, reader))
    if plan.nobody_to_ask:
        counted = reader.ngettext(
            "Nobody can be asked about %(count)s role; it stays.",
            "Nobody can be asked about %(count)s roles; they stay.",
            plan.nobody_to_ask,
        )
        lines.append(Safe(counted) % {"count": reader.number(plan.nobody_to_ask)})
    asked = N_(
        "They are asked with their next morning's message and reminded twice. What nobody confirms "
        "ends by itself."
    )
    return View.modal(
        reader.gettext(N_("Start a review")),
        [*sections(Safe("\n").join(lines)), context(reader.say(asked))],
        submit=reader.gettext(N_("Start")),
        close=reader.gettext(CANCEL),
        callback_id=START,
        private_metadata=FormState.new(START).encode(),
    )


def _asked(plan: ReviewPlan, total: int, reader: Reader) -> Safe:
    people = reader.ngettext("%(count)s person", "%(count)s people", plan.reviewers)
    counted = reader.ngettext(
        "*%(people)s is asked about %(total)s access*",
        "*%(people)s are asked about %(total)s accesses*",
        plan.reviewers,
    )
    return reader.say(
        "%(words)s",
        words=Safe(counted)
        % {
            "people": people % {"count": reader.number(plan.reviewers)},
            "total": reader.number(total),
        },
    )


def _until(plan: ReviewPlan, reader: Reader) -> Safe:
    counted = reader.ngettext(
        "Each has %(days)s working day of their own.",
        "Each has %(days)s working days of their own, without leave and public holidays.",
        plan.days,
    )
    words = Safe(counted) % {"days": reader.number(plan.days)}
    if plan.answer_by is None:
        return words
    day = reader.weekday(plan.answer_by.astimezone(reader.zone).date())
    return words + Safe(" ") + reader.say(N_("The last one answers by %(day)s."), day=day)
