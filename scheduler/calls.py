"""A delivery made ready: the one call of Slack that carries it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from domain.notices import Lane, require_fit
from scheduler import marker
from scheduler.rendering import Later, MessageWanted, Pointless, Renderer
from storage.errands import Addressee, Errand, PostFacts
from storage.tables.outbox import Op


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the Web API and its arguments, known to be JSON.

    `revision` is the post's `wanted_rev` that the content is at least as new as; None for Home.
    """

    method: str
    arguments: dict[str, object]
    revision: int | None = None

    def __post_init__(self) -> None:
        # What cannot be sent must show now, while it is certain that nothing was sent.
        json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """There is nobody to send it to; `code` says why."""

    code: str


def prepare(
    errand: Errand, renderer: Renderer, business_now: datetime
) -> Call | Pointless | Later | Undeliverable:
    """Check again whether it is still wanted, and render it from what is true now.

    Raises WrongPlace for a message to a channel that is not of a public kind.
    """
    if errand.op is Op.DELETE:
        # Whoever has left, or whatever is over: it is there twice.
        return _deletion(errand)
    if errand.expires_at is not None and errand.expires_at <= business_now:
        return Pointless("expired")
    person = errand.addressee
    if person is not None and person.left:
        return Pointless("person_left")
    if errand.post is not None:
        return _message(errand, errand.post, renderer, business_now)
    if person is None or person.slack_user is None:
        return Undeliverable("no_slack_user")
    home = renderer.home(person_id=person.id, business_now=business_now)
    if isinstance(home, Pointless):
        return home
    return Call(Op.HOME.method, {"user_id": person.slack_user, "view": dict(home.view)})


def _deletion(errand: Errand) -> Call | Undeliverable:
    channel = None if errand.post is None else errand.post.channel
    if channel is None or errand.duplicate_ts is None:
        return Undeliverable("unforeseen")
    return Call(Op.DELETE.method, {"channel": channel, "ts": errand.duplicate_ts})


def _message(
    errand: Errand, post: PostFacts, renderer: Renderer, business_now: datetime
) -> Call | Pointless | Later | Undeliverable:
    where = _conversation(post, errand.addressee)
    if where is None:
        return Undeliverable("no_slack_user")
    require_fit(post.kind, where)
    rendered = renderer.message(
        MessageWanted(
            kind=post.kind,
            subject_type=post.subject_type,
            subject=post.subject,
            about=post.about,
            person_id=None if errand.addressee is None else errand.addressee.id,
            channel=post.channel,
            business_now=business_now,
            parts=post.parts,
            # What another person's act causes comes at once, and a change in place at any time.
            morning=post.morning,
            within_hours=errand.op is Op.POST and errand.lane is not Lane.INTERACTIVE,
        )
    )
    if isinstance(rendered, Pointless) and errand.op is Op.UPDATE and errand.addressee is not None:
        # What it offered is over: nobody is left to press in vain.
        rendered = renderer.closing(person_id=errand.addressee.id, business_now=business_now)
    if isinstance(rendered, Pointless | Later):
        return rendered
    arguments: dict[str, object] = {
        "channel": where,
        "text": rendered.text,
        # Nothing in a text becomes a mention or a link unless we made it one.
        "parse": "none",
        "link_names": False,
    }
    if errand.op is Op.UPDATE:
        arguments |= {"ts": post.ts, "blocks": [dict(block) for block in rendered.blocks]}
    else:
        arguments |= {
            "blocks": marker.marked(rendered.blocks, errand.uuid),
            "metadata": marker.metadata(errand.uuid),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if post.thread_ts is not None:
            arguments["thread_ts"] = post.thread_ts
    return Call(errand.op.method, arguments, post.wanted_rev)


def _conversation(post: PostFacts, person: Addressee | None) -> str | None:
    """The channel; else the person's direct messages, which Slack opens for a user id by itself."""
    if post.channel is not None or person is None:
        return post.channel
    return person.dm_channel or person.slack_user
