"""The message whose button was pressed, as it should read after the press."""

from __future__ import annotations

from domain.notices import NoticeKind, Part
from domain.origin import Origin
from domain.screens import MessageNow, Pointless
from storage import outbox
from storage.outbox import MessageRef
from storage.unit_of_work import Store
from usecases.access import require_member
from usecases.notices import read_post


def message_now(store: Store, origin: Origin) -> MessageNow | None:
    """What the clicked message is to show now.

    None for one that is not a post of ours to the presser, or that is an answer to words: that one
    does not follow its subject.
    """
    if origin.clicked is None:
        return None
    with store.read(origin) as work:
        presser = require_member(work)
        post = outbox.post_at(work.connection, MessageRef(*origin.clicked))
        parts = outbox.further_parts(work.connection, post.id) if post is not None else ()
    if post is None or post.person != presser.id or post.kind is NoticeKind.CONVERSATION_REPLY:
        return None
    about = Part(post.kind, post.subject, post.about)
    notice = read_post(store, origin, about, parts, post.person)
    if isinstance(notice, Pointless):
        return None
    return MessageNow(notice, post.wanted)


def mark_message_shown(store: Store, origin: Origin, revision: int) -> None:
    """The clicked message shows this revision already; the outbox need not change it again."""
    if origin.clicked is not None:
        with store.write(origin) as work:
            outbox.mark_shown(work.connection, MessageRef(*origin.clicked), revision)
