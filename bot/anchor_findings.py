"""What `accord doctor` finds about checkpoints and the places that keep them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.findings import Finding
from bot.settings import Settings
from storage.checkpoints import CHANNEL, FILE, AnchorState, StoredCheckpoint

PLACES = 2
PATIENCE = timedelta(minutes=15)

SETTING = {FILE: "ACCORD_ANCHOR_FILE", CHANNEL: "ACCORD_ANCHOR_CHANNEL"}
# What a code means and what to do; any other is Slack's or the system's own.
TAMPERED = "compare it with the record: `accord audit verify --checkpoints`, before anything else"
MEND = {
    "anchor_ahead": f"it knows of more entries than the record has; {TAMPERED}",
    "anchor_contradicts": f"it has another root for entries of the record; {TAMPERED}",
    "leaves_missing": "the record has gaps; run `accord audit verify`",
    "anchor_foreign": "it holds something else than checkpoints; name another file",
    "not_in_channel": "invite Accord to the channel",
    "channel_not_found": "copy the channel's id again, and invite Accord to it",
    "is_archived": "name another channel",
}


def anchor_findings(
    settings: Settings,
    newest: StoredCheckpoint | None,
    anchors: Sequence[AnchorState],
    now: datetime,
) -> Iterator[Finding]:
    """Whether checkpoints are made, and whether every place has them."""
    if settings.accord_signing_key is None:
        yield Finding(
            "No checkpoints of the record are made",
            advice="set ACCORD_SIGNING_KEY, ACCORD_ANCHOR_FILE and ACCORD_ANCHOR_CHANNEL",
        )
        return
    if len(anchors) < PLACES:
        unset = [name for place, name in SETTING.items() if place not in {a.place for a in anchors}]
        yield Finding(
            f"Checkpoints are kept in {len(anchors)} of {PLACES} places outside the database",
            advice=f"set {' and '.join(unset)}",
        )
    for anchor in anchors:
        yield _place(anchor, newest, now)


def _place(anchor: AnchorState, newest: StoredCheckpoint | None, now: datetime) -> Finding:
    name = SETTING[anchor.place]
    if anchor.error is not None:
        mend = MEND.get(anchor.error, "check that it is there and may be written to")
        return Finding(f"{name} does not take checkpoints ({anchor.error})", mend)
    if newest is not None and anchor.size < newest.size and now - newest.at > PATIENCE:
        return Finding(
            f"{name} lacks the newest checkpoint",
            "check that `accord serve` or `accord worker` runs, and its log",
        )
    return Finding(f"{name} has {anchor.size} entries" if anchor.size else f"{name} is set")
