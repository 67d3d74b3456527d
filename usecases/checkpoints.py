"""Checkpoints: made on their rhythm, and carried to the places outside the database."""

from __future__ import annotations

from datetime import timedelta

import structlog

from domain.origin import Origin
from storage import checkpoints
from storage.anchor_file import AnchorTrouble, append_note
from storage.checkpoints import CHANNEL, FILE, AnchorState, StoredCheckpoint
from storage.leaves import LeavesMissing
from storage.unit_of_work import Store

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

EVERY = timedelta(minutes=5)
"""Of machine time: how long the record may grow without a checkpoint."""


def make_checkpoint(store: Store, origin: Origin) -> StoredCheckpoint | None:
    """Sign the record as it stands; the newest checkpoint, None where there is no key, no entry.

    To be called after an act whose Action is not among those that are checkpointed by themselves.
    """
    if store.anchoring.keys is None:
        return None
    with store.write(origin) as work:
        work.checkpoint()
        return checkpoints.latest(work.connection)


def sweep_checkpoints(store: Store, origin: Origin) -> bool:
    """Make a checkpoint if the record has grown and the last one is old enough; anchor the newest.

    True if one was made.
    """
    if store.anchoring.keys is None:
        return False
    with store.read(origin) as work:
        newest = checkpoints.latest(work.connection)
        size, _ = checkpoints.head(work.connection)
        grown = size > (newest.size if newest else 0)
        # A clock that was set back must not put off checkpoints until it has caught up.
        due = grown and (newest is None or not timedelta() <= work.at - newest.at < EVERY)
    if due:
        make_checkpoint(store, origin)
    anchor_newest(store, origin)
    return due


def anchor_newest(store: Store, origin: Origin) -> None:
    """See to it that each place has the newest checkpoint, or will have it; never raises.

    What fails is told by log, `accord doctor` and metrics, and tried again by the sweep.
    """
    try:
        _anchor_in_file(store, origin)
        _anchor_in_channel(store, origin)
    except Exception as error:  # noqa: BLE001 - the act is done and stands; the sweep tries again
        log.warning("anchoring_put_off", error=type(error).__name__)


def _behind(store: Store, origin: Origin, place: str) -> StoredCheckpoint | None:
    """The newest checkpoint, if the place does not have it yet."""
    with store.read(origin) as work:
        newest = checkpoints.latest(work.connection)
        states = checkpoints.anchor_states(work.connection, store.anchoring)
    state = next(one for one in states if one.place == place)
    return newest if newest is not None and _lacks(state, newest) else None


def _lacks(state: AnchorState, newest: StoredCheckpoint) -> bool:
    return state.size < newest.size or state.error is not None


def _anchor_in_file(store: Store, origin: Origin) -> None:
    file = store.anchoring.file
    if file is None:
        return
    newest = _behind(store, origin, FILE)
    if newest is None:
        return
    trouble = None
    try:
        with store.read(origin) as work:
            connection = work.connection
            append_note(
                file,
                newest.note,
                newest.checkpoint,
                lambda size: checkpoints.root_at(connection, size),
            )
    except AnchorTrouble as found:
        trouble = found.code
    except LeavesMissing:
        trouble = "leaves_missing"
    with store.write(origin) as work:
        if trouble is None:
            checkpoints.note_anchored(work.connection, FILE, newest.size, work.at)
        else:
            checkpoints.note_failure(work.connection, FILE, trouble, work.at)
    if trouble is not None:
        log.error("anchor_failed", place=FILE, error=trouble, entries=newest.size)


def _anchor_in_channel(store: Store, origin: Origin) -> None:
    channel = store.anchoring.channel
    if channel is None:
        return
    newest = _behind(store, origin, CHANNEL)
    if newest is None:
        return
    with store.write(origin) as work:
        sent = checkpoints.send_to_channel(
            work.connection, newest, channel, business_now=work.now, machine_now=work.at
        )
    if sent:
        store.wake.set()
