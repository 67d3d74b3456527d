"""`accord run SWEEP`: one sweep, now or as of another business moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.app import Parts
from bot.clock_findings import IF_RIGHT, told_doubt
from bot.round_threads import close_rounds
from bot.running import clock_origin, make_delivery, operator_origin
from bot.settings import SettingsProblem
from bot.sweeps import Sweeps
from domain.origin import Origin
from domain.retention_rules import Fate, Kind
from scheduler.lock import hold_lock
from storage.checkpoints import anchor_states
from storage.erasure_ledger import LedgerTrouble
from usecases.access_review_sweep import run_access_reviews
from usecases.agreements import remind_of_agreements
from usecases.announcement_sweep import send_announcements
from usecases.approvals import expire_approvals
from usecases.checkin_prompts import prompt_check_ins
from usecases.checkpoints import anchor_newest, make_checkpoint
from usecases.clock_doubt import clock_doubt
from usecases.corrections import chase_corrections
from usecases.escalations import escalate_silence
from usecases.leavers import part_with_leavers
from usecases.policy_changes import note_policies_in_force
from usecases.purges import rule_text
from usecases.retention import preview_of_operator
from usecases.retention_sweep import keep_terms

TAKING_AWAY = (Sweeps.RETENTION, Sweeps.REVIEWS, Sweeps.LEAVERS)

# What each does, and what is said of how many it did.
_COUNTED: Mapping[Sweeps, tuple[Callable[[Parts, Origin], int], str]] = {
    Sweeps.ESCALATIONS: (
        lambda parts, origin: escalate_silence(parts.store, origin),
        "{} proposals were reminded of or passed on.",
    ),
    Sweeps.CHECKINS: (
        lambda parts, origin: prompt_check_ins(parts.store, origin),
        "{} people are asked.",
    ),
    Sweeps.ANNOUNCEMENTS: (
        lambda parts, origin: send_announcements(parts.store, origin),
        "{} announcements are handed out.",
    ),
    Sweeps.APPROVALS: (
        lambda parts, origin: expire_approvals(parts.store, origin),
        "{} requests for approval ran out.",
    ),
    Sweeps.POLICY: (
        lambda parts, origin: note_policies_in_force(parts.store, origin),
        "{} versions of the policy came into force.",
    ),
    Sweeps.AGREEMENTS: (
        lambda parts, origin: remind_of_agreements(parts.store, origin),
        "{} agreements were reminded of or have expired.",
    ),
    Sweeps.CORRECTIONS: (
        lambda parts, origin: chase_corrections(parts.store, origin),
        "{} corrections were reminded of or passed on.",
    ),
    Sweeps.ROUNDS: (close_rounds, "{} rounds are closed."),
    Sweeps.REVIEWS: (
        lambda parts, origin: run_access_reviews(parts.store, origin),
        "{} accesses are listed or have ended.",
    ),
    Sweeps.LEAVERS: (
        lambda parts, origin: part_with_leavers(parts.store, origin),
        "{} people have left.",
    ),
}


def run_sweep(
    parts: Parts, sweep: Sweeps, *, dry_run: bool = False, clock_is_right: bool = False
) -> str:
    """What the sweep did, in a sentence. `deliver` alone takes the lock on SQLite.

    Raises SettingsProblem where it would take something away by a clock that may be wrong.
    """
    if sweep in TAKING_AWAY and not dry_run and not clock_is_right:
        _require_clock(parts)
    if sweep in _COUNTED:
        run, said = _COUNTED[sweep]
        return said.format(run(parts, _origin(parts)))
    if sweep is Sweeps.CHECKPOINT:
        return _checkpoint(parts)
    if sweep is Sweeps.RETENTION:
        return _retention(parts) if dry_run else _kept(parts)
    with hold_lock(parts.settings.accord_database_url):
        return _deliver(parts)


def _require_clock(parts: Parts) -> None:
    doubt = clock_doubt(parts.store, operator_origin(parts))
    if doubt is not None:
        raise SettingsProblem([f"{told_doubt(doubt)}; {IF_RIGHT}, or add --clock-is-right"])


_LEGEND = (
    "held: a legal hold stands. disputed: a case about it is open.",
    "conflict: a statutory minimum ends later than the maximum, for counsel.",
)


def _kept(parts: Parts) -> str:
    try:
        done = keep_terms(parts.store, _origin(parts))
    except LedgerTrouble as trouble:
        problem = (
            f"ACCORD_ERASURE_LEDGER cannot be written ({trouble.code}): nothing more is purged"
        )
        raise SettingsProblem([problem]) from None
    return (
        f"{done.forgotten} technical rows are forgotten, {done.archived} goals archived, "
        f"{done.purged} things purged that two people had approved; {done.told} people are told "
        "that something is due."
    )


def _retention(parts: Parts) -> str:
    """Numbers alone: whom they are about is for HR and compliance, who purge in Slack."""
    found = preview_of_operator(parts.store, operator_origin(parts))
    fates = (Fate.DUE, Fate.HELD, Fate.CONFLICT, Fate.DISPUTED)
    head = ("kind", *(fate.value for fate in fates))
    rows = [
        head,
        (Kind.PERSON.value, *(str(found.counts.get(fate, 0)) for fate in fates)),
        *(
            (one.kind.value, *(str(one.counts.get(fate, 0)) for fate in fates))
            for one in found.kinds
        ),
    ]
    width = max(len(row[0]) for row in rows)
    table = [f"{row[0]:<{width}}" + "".join(f"  {cell:>8}" for cell in row[1:]) for row in rows]
    rules = [
        f"{one.kind.value}: {rule_text(rule)}" for one in found.kinds for rule in one.rules
    ] + [
        f"{Kind.PERSON.value}: {one.region or 'everywhere'} "
        f"purge after {one.months} ({one.reference})"
        for one in found.rules
    ]
    left = (
        f"Of those who have left, the time of {found.counts.get(Fate.DUE, 0)} is over; "
        f"{found.counts.get(Fate.NOT_YET, 0)} have time left."
    )
    return "\n".join(
        [
            *table,
            "",
            *rules,
            "",
            left,
            f"{found.to_archive} goals would leave the lists.",
            *_LEGEND,
            "Two people purge with /accord retention. Nothing was changed.",
        ]
    )


def _checkpoint(parts: Parts) -> str:
    newest = make_checkpoint(parts.store, _origin(parts))
    if newest is None:
        return "There is no entry yet."
    anchor_newest(parts.store, _origin(parts))
    with parts.store.engine.connect() as connection:
        states = anchor_states(connection, parts.store.anchoring)
    told = [
        f"{one.place}: {one.error or ('has it' if one.size == newest.size else 'on its way')}"
        for one in states
    ]
    return f"Checkpoint of {newest.size} entries; {', '.join(told) or 'no place keeps it'}."


def _deliver(parts: Parts) -> str:
    """Hand out what is announced and send what is due, in turn, until there is nothing left."""
    delivery, results = make_delivery(parts), Counter[str]()
    while True:
        handed = send_announcements(parts.store, _origin(parts))
        report = delivery.deliver_until_idle()
        results.update({str(result): count for result, count in report.results.items()})
        told = ", ".join(f"{count} {result}" for result, count in results.items() if count)
        if report.parked:
            return f"Delivery is parked: {report.parked}. Done before: {told or 'nothing'}."
        if not handed:
            return f"Done: {told or 'nothing was due'}."


def _origin(parts: Parts) -> Origin:
    """By the clock; as of the moment that an operator asked for, if it is not the present one."""
    origin = clock_origin(parts)
    moved = abs(parts.clock.shift.total_seconds()) > 0
    return replace(origin, as_of=origin.now if moved else None)
