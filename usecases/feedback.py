"""Giving, asking for, reading and taking back feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from domain.audit import Action, Actor, ActorKind, AuditEvent, FieldValue
from domain.errors import Busy, InvalidInput, Refused
from domain.feedback import (
    FeedbackCard,
    FeedbackList,
    FeedbackRead,
    FeedbackRequest,
    GiveFeedback,
    MessageSource,
    SaveFeedback,
)
from domain.notices import Lane, NewNotice, NoticeKind, SubjectType
from domain.origin import Origin
from domain.people import Member
from domain.sensitivity import Sensitivity
from storage import feedback, feedback_requests, goals, people, requests
from storage.feedback import Feedback
from storage.feedback_requests import AskedRow
from storage.unit_of_work import Reading, Store, Work
from storage.visibility import may_read_goal
from usecases import feedback_cards
from usecases.absences import tell_when_there
from usecases.access import require_member

LISTED = 10
LISTED_REQUESTS = 5


def give_feedback(store: Store, origin: Origin, command: GiveFeedback, token: str) -> FeedbackCard:
    """Keep feedback and tell its readers that it is there; answers what was asked for."""
    with store.write(origin) as work:
        giver = require_member(work)
        fresh = uuid4()
        earlier = _sent_before(work, giver, token, fresh)
        if earlier is not None:
            return earlier
        about = _other(work, giver, command.about, "about")
        draft = _new(work, fresh, giver, about, command)
        given = _keep(work, giver, about, draft, command.feedback, Action.FEEDBACK_GIVE)
        answered = feedback_requests.answer(work.connection, about.id, giver.id, work.now)
        for request in answered:
            work.touch(SubjectType.FEEDBACK_REQUEST, request)
        return feedback_cards.card(work, giver, given)


def save_feedback(
    store: Store, origin: Origin, command: SaveFeedback, source: MessageSource, token: str
) -> FeedbackCard:
    """Keep a link to a message as feedback; its author and whom it is about are told."""
    with store.write(origin) as work:
        saver = require_member(work)
        fresh = uuid4()
        earlier = _sent_before(work, saver, token, fresh)
        if earlier is not None:
            return earlier
        author = people.active_by_slack_user(work.connection, source.author)
        if author is None:
            raise Refused("feedback_author_unknown")
        about = _other(work, saver, command.about, "about")
        draft = _new(work, fresh, saver, about, command)
        linked = replace(draft, author=author.id, permalink=source.permalink)
        saved = _keep(work, saver, about, linked, command.feedback, Action.FEEDBACK_SAVE)
        if author.id not in (saver.id, about.id):
            _notify(work, NoticeKind.FEEDBACK_SAVED, saved.id, author.id)
        return feedback_cards.card(work, saver, saved)


def _sent_before(work: Work, giver: Member, token: str, fresh: UUID) -> FeedbackCard | None:
    """Where this is a dialog's second submission, the outcome of the first; else `fresh` is it."""
    earlier = requests.consume_token(work.connection, token, giver.id, fresh, work.at)
    if earlier is None:
        return None
    found = None
    if earlier.person == giver.id and earlier.outcome is not None:
        found = feedback.by_id(work.connection, earlier.outcome)
    if found is None:
        raise InvalidInput("form_state")
    return feedback_cards.card(work, giver, found)


def _other(work: Reading, actor: Member, slack_user: str, field: str | None = None) -> Member:
    """Somebody else in the directory, by Slack's id."""
    found = people.active_by_slack_user(work.connection, slack_user)
    if found is None or not found.may_act:
        raise InvalidInput("nobody_known", field=field)
    if found.id == actor.id:
        raise InvalidInput("feedback_to_self", field=field)
    return found


def _new(
    work: Work, fresh: UUID, giver: Member, about: Member, command: GiveFeedback | SaveFeedback
) -> Feedback:
    if command.goal is not None:
        readable = may_read_goal(giver, giver.today(work.now))
        if not goals.fulfils(work.connection, command.goal, readable):
            raise InvalidInput("aligned_not_shared", field="goal")
    return Feedback(
        kind=command.kind,
        id=fresh,
        giver=giver.id,
        about=about.id,
        goal=command.goal,
        audience=command.visible_to,
        words=None,
        author=None,
        permalink=None,
        at=work.now,
        made_at=work.done_at,
        withdrawn_at=None,
    )


def _keep(
    work: Work, giver: Member, about: Member, given: Feedback, words: str | None, action: Action
) -> Feedback:
    readers = feedback_cards.chosen_readers(work, giver, about, given.audience)
    stored = feedback.add(work.connection, work.sealer, given, words, readers)
    fields: dict[str, FieldValue] = {
        "kind": given.kind.value,
        "visible_to": given.audience.value,
        "readers": ",".join(sorted(map(str, readers))),
    }
    if given.goal is not None:
        fields["goal"] = str(given.goal)
    if given.permalink is not None:
        fields["permalink"] = given.permalink
    work.record(_event(action, giver, given.id, about.id, fields))
    for reader in readers:
        _notify(work, NoticeKind.FEEDBACK_THERE, given.id, reader)
    return stored


def _notify(work: Work, kind: NoticeKind, given: UUID, person: UUID) -> None:
    notice = NewNotice(
        kind=kind,
        dedup_key=f"feedback:{given}:{kind}:{person}",
        person=person,
        lane=Lane.INTERACTIVE,
        subject_type=SubjectType.FEEDBACK,
        subject=given,
        due_at=work.now,
    )
    tell_when_there(work, notice)


def _event(
    action: Action,
    actor: Member,
    given: UUID,
    about: UUID,
    fields: Mapping[str, FieldValue] | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=Actor(ActorKind.PERSON, actor.id),
        object_type=SubjectType.FEEDBACK,
        object_id=given,
        subject=about,
        sensitivity=Sensitivity.CONFIDENTIAL,
        fields=fields or {},
    )


def ask_for_feedback(store: Store, origin: Origin, slack_user: str) -> FeedbackRequest:
    """Ask somebody for feedback on one's own work; while they have not answered, once."""
    with store.write(origin) as work:
        asker = require_member(work)
        asked = _other(work, asker, slack_user)
        made = feedback_requests.ask(work.connection, asker.id, asked.id, work.now)
        if made is None:
            found = feedback_requests.open_between(work.connection, asker.id, asked.id)
            if found is None:
                # Answered in this very moment.
                raise Busy
            return FeedbackRequest(found.id, asker, asked, None, repeated=True)
        work.record(_request_event(Action.FEEDBACK_ASK, asker, made.id, {"asked": str(asked.id)}))
        notice = NewNotice(
            kind=NoticeKind.FEEDBACK_ASKED,
            dedup_key=f"feedback-request:{made.id}",
            person=asked.id,
            lane=Lane.INTERACTIVE,
            subject_type=SubjectType.FEEDBACK_REQUEST,
            subject=made.id,
            due_at=work.now,
        )
        tell_when_there(work, notice)
        return FeedbackRequest(made.id, asker, asked, None)


def take_back_request(store: Store, origin: Origin, request: UUID) -> FeedbackRequest:
    """Ask no longer. Raises Refused once it was answered, or is taken back."""
    with store.write(origin) as work:
        asker = require_member(work)
        found = feedback_requests.by_id(work.connection, request, lock=True)
        if found is None or found.asker != asker.id:
            raise Refused("feedback_request_gone")
        if not feedback_requests.withdraw(work.connection, request, work.now):
            raise Refused("feedback_request_over")
        work.record(_request_event(Action.FEEDBACK_UNASK, asker, request))
        work.touch(SubjectType.FEEDBACK_REQUEST, request)
        asked = people.member(work.connection, found.asked)
        return FeedbackRequest(request, asker, asked, None, work.now)


def _request_event(
    action: Action, asker: Member, request: UUID, fields: Mapping[str, FieldValue] | None = None
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=Actor(ActorKind.PERSON, asker.id),
        object_type=SubjectType.FEEDBACK_REQUEST,
        object_id=request,
        subject=asker.id,
        fields=fields or {},
    )


def read_feedback(store: Store, origin: Origin, given: UUID) -> FeedbackRead:
    """Open feedback; that it was opened is recorded before it is shown."""
    with store.write(origin) as work:
        viewer = require_member(work)
        found = _openable(work, viewer, given)
        feedback.mark_read(work.connection, found.id, viewer.id, work.now)
        work.record(_event(Action.READ_FEEDBACK, viewer, found.id, found.about))
        return FeedbackRead(
            viewer,
            feedback_cards.card(work, viewer, found),
            feedback.open_words(work.sealer, found),
            found.permalink,
        )


def undo_feedback(store: Store, origin: Origin, given: UUID) -> FeedbackCard:
    """Take back what one has just given, while nobody has read it: its words are erased."""
    with store.write(origin) as work:
        giver = require_member(work)
        found = feedback.by_id(work.connection, given, lock=True)
        if found is None or found.giver != giver.id:
            raise Refused("feedback_not_there")
        if not feedback_cards.can_undo(work, giver, found):
            raise Refused("feedback_undo_too_late")
        feedback.withdraw(work.connection, found, work.now)
        work.record(_event(Action.FEEDBACK_UNDO, giver, found.id, found.about))
        work.touch(SubjectType.FEEDBACK, found.id)
        return feedback_cards.card(work, giver, replace(found, withdrawn_at=work.now))


def _openable(work: Work, viewer: Member, given: UUID) -> Feedback:
    # Locked, so that reading and taking back happen one after the other.
    found = feedback.by_id(work.connection, given, lock=True)
    if found is None or not feedback_cards.may_open(work, viewer, found):
        raise Refused("feedback_not_there")
    return found


def list_feedback(store: Store, origin: Origin) -> FeedbackList:
    """The latest that the asker gave and received, without words."""
    with store.read(origin) as work:
        viewer = require_member(work)
        given = feedback.given_by(work.connection, viewer.id, LISTED + 1)
        received = feedback.received_by(work.connection, viewer.id, LISTED + 1)
        asking, asked = feedback_requests.open_of(work.connection, viewer.id, LISTED_REQUESTS)
        return FeedbackList(
            viewer,
            _cards(work, viewer, given),
            _cards(work, viewer, received),
            _last_before_more(given),
            _last_before_more(received),
            _requests(work, asking),
            _requests(work, asked),
        )


def earlier_given(store: Store, origin: Origin, after: UUID) -> FeedbackList:
    """The next page of what the asker gave. Raises Refused for what they cannot go on from."""
    with store.read(origin) as work:
        viewer = require_member(work)
        found = feedback.by_id(work.connection, after)
        if found is None or found.giver != viewer.id:
            raise Refused("feedback_not_there")
        given = feedback.given_by(work.connection, viewer.id, LISTED + 1, found)
        cards = _cards(work, viewer, given)
        return FeedbackList(viewer, cards, (), more_given=_last_before_more(given))


def earlier_received(store: Store, origin: Origin, after: UUID) -> FeedbackList:
    """The same of what they were let read."""
    with store.read(origin) as work:
        viewer = require_member(work)
        found = feedback.by_id(work.connection, after)
        if found is None or viewer.id not in feedback.readers(work.connection, found.id):
            raise Refused("feedback_not_there")
        received = feedback.received_by(work.connection, viewer.id, LISTED + 1, before=found)
        cards = _cards(work, viewer, received)
        return FeedbackList(viewer, (), cards, more_received=_last_before_more(received))


def _cards(work: Reading, viewer: Member, found: Sequence[Feedback]) -> tuple[FeedbackCard, ...]:
    """A page of those that the viewer may open still."""
    return tuple(
        feedback_cards.card(work, viewer, one)
        for one in found[:LISTED]
        if feedback_cards.may_open(work, viewer, one)
    )


def _last_before_more(found: Sequence[Feedback]) -> UUID | None:
    return found[LISTED - 1].id if len(found) > LISTED else None


def _requests(work: Reading, rows: list[AskedRow]) -> tuple[FeedbackRequest, ...]:
    """Those between people who both still are here."""
    ids = {person for row in rows for person in (row.asker, row.asked)}
    named = people.members(work.connection, ids)
    return tuple(
        FeedbackRequest(row.id, named[row.asker], named[row.asked], None)
        for row in rows
        if all(people.can_act(work.connection, person) for person in (row.asker, row.asked))
    )


def person_for_feedback(store: Store, origin: Origin, slack_user: str) -> UUID:
    """Whom feedback can be given to; raises InvalidInput for nobody known, and for oneself."""
    with store.read(origin) as work:
        return _other(work, require_member(work), slack_user).id


def slack_user_of(store: Store, origin: Origin, person: UUID) -> str | None:
    """How Slack names a person whom a button carries, to fill a dialog.

    Raises Refused where they have left meanwhile.
    """
    with store.read(origin) as work:
        require_member(work)
        found = people.members(work.connection, [person]).get(person)
        if found is None:
            raise InvalidInput("form_state")
        if not people.can_act(work.connection, person):
            raise Refused("feedback_person_left", name=found.name)
        return found.slack_user
