"""A backup from before a purge: what two people had purged is gone again before anybody is served.

On both databases, backed up and restored with their own means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, update

from domain.agreements import RefuseAgreement
from domain.approvals import ToConfirm
from domain.corrections import AnswerCorrection, CorrectionOutcome
from domain.errors import InvalidInput
from domain.holds import HoldScope, PlaceHold, ReleaseHold
from domain.objections import WithdrawObjection
from domain.origin import Origin, Via
from domain.retention import AskKindPurge
from domain.retention_rules import PURGED, Kind
from domain.verification import Difference, Verdict
from storage import objections
from storage.database import open_engine
from storage.erasure_ledger import LedgerTrouble, append_line, read_lines
from storage.schema import complete_metadata
from storage.tables.cycles import Announcement
from storage.unit_of_work import Store
from storage.verify import verify
from tests.company import slack_id
from tests.databases import Databases
from tests.rules.everything import everything, together, token
from tests.rules.office import KEYRING, Office
from tests.rules.test_agreements import confirm, register
from tests.rules.test_approvals import Phones
from tests.rules.test_step_up import set_up
from usecases.agreements import refuse_agreement
from usecases.corrections import answer_correction, my_corrections
from usecases.holds import hold_page, open_hold, place_hold, plan_release
from usecases.objections import withdraw_objection
from usecases.purges import plan_kind_purge, run_purges
from usecases.restored import Replayed, replay_ledger
from usecases.state_check import check_state

OVER = ReleaseHold(reason="The claim is settled.")
NEW_HOLD = PlaceHold(
    who=slack_id("Jonas"), scope=HoldScope.FEEDBACK, matter="2/32", reason="A claim."
)
YEARS = timedelta(days=7 * 366)
ABOUT_THINGS = {
    *("agreement", "agreement_version", "objection"),
    *("goal", "goal_version", "goal_value", "goal_evidence", "feedback_request", "correction"),
    *("check_in", "check_in_prompt", "check_in_asked", "support_feedback", "evaluation_feedback"),
    *("feedback_reader", "announcement_recipient", "purge_batch", "purged_value", "purged_body"),
}


@pytest.fixture
def old(engine: Engine, tmp_path: Path) -> tuple[Office, Phones]:
    """One thing of every kind, from seven years ago."""
    office, phones = everything(engine, tmp_path)
    with office.store.write(office.operator()) as work:
        # All of it was handed out long ago.
        work.connection.execute(update(Announcement).values(ended_at=work.now))
    phones.keys["Mara"] = set_up(office, "Mara")
    mara = office.by("Mara")
    _end_what_representatives_did(office)
    [hold] = hold_page(office.store, mara).holds
    open_hold(office.store, mara, hold.id)
    together(office, phones, plan_release(office.store, mara, hold.id, OVER), "Mara")
    office.wait(YEARS)
    return office, phones


def _end_what_representatives_did(office: Office) -> None:
    """Emil takes his objection back, an agreement has a last day; his case is answered."""
    store, emil = office.store, office.by("Emil")
    with store.read(emil) as work:
        [objection] = objections.said_of(work.connection, work.policy.number + 1)
    withdraw_objection(store, emil, objection.id, WithdrawObjection(reason="It was explained."))
    confirm(office, "Emil", register(office, "Ines", expires_on=date(2027, 12, 31)).id)
    refused = register(office, "Ines").id
    refuse_agreement(store, emil, refused, 1, RefuseAgreement(reason="Not what we agreed on."))
    [case] = [one.id for one in my_corrections(store, emil).own]
    answer = AnswerCorrection(outcome=CorrectionOutcome.REFUSED, explanation="It was right.")
    answer_correction(store, office.by("Ines"), case, answer, token())


@contextmanager
def backed_up(office: Office, databases: Databases) -> Iterator[Store]:
    """The database as it is now, restored elsewhere, beside the ledger as it will be."""
    url = databases.copied(office.engine.url.render_as_string(hide_password=False))
    engine = open_engine(url)
    yield Store(engine, KEYRING, office.store.clock, anchoring=office.store.anchoring)
    engine.dispose()
    databases.destroy(url)


def purge(office: Office, phones: Phones, kind: Kind) -> int:
    try:
        asked = plan_kind_purge(
            office.store, office.by("Ines"), AskKindPurge(kind=kind, matter="Ticket 79")
        )
    except InvalidInput:
        return 0
    assert isinstance(asked, ToConfirm)
    together(office, phones, asked)
    return run_purges(office.store, clock(office))


def clock(office: Office) -> Origin:
    return Origin(Via.CLOCK, office.store.clock.business(), token())


def stored(store: Store) -> dict[str, list[object]]:
    """What is stored of the things of kinds, words and all."""
    tables = complete_metadata().tables
    with store.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(tables[name]))))
            for name in ABOUT_THINGS
        }


def compared(store: Store) -> tuple[Difference, ...]:
    return check_state(store.engine, KEYRING, lambda _done, _whole: None).shown


def test_what_was_purged_is_gone_again_once_an_old_backup_is_started(
    old: tuple[Office, Phones], databases: Databases
) -> None:
    office, phones = old
    ledger = office.store.anchoring.ledger
    assert ledger is not None
    with backed_up(office, databases) as backup, backed_up(office, databases) as held:
        gone = {kind: purge(office, phones, kind) for kind in PURGED}
        taken = {kind for kind, number in gone.items() if number}
        assert taken == set(PURGED) - {Kind.ROUND_ANSWERS, Kind.SUPPORT, Kind.CHECK_INS}
        assert gone[Kind.AGREEMENTS] == 2
        assert gone[Kind.OBJECTIONS] == 1
        assert compared(office.store) == ()
        after = stored(office.store)
        assert stored(backup) != after

        assert replay_ledger(backup, office.operator()) == Replayed(0, sum(gone.values()))
        assert stored(backup) == after
        assert replay_ledger(backup, office.operator()) == Replayed(0, 0)
        assert replay_ledger(office.store, office.operator()) == Replayed(0, 0)
        for store in (office.store, backup):
            found = verify(store.engine, KEYRING, ledger=ledger)
            assert found.verdict is Verdict.INTACT, found.finding
            assert compared(store) == ()
        # The approvals are not in the backup: without the ledger nothing vouches for the gaps.
        assert verify(office.store.engine, KEYRING).verdict is Verdict.INTACT
        assert verify(backup.engine, KEYRING).verdict is Verdict.CANNOT_TELL

        # Killed between the ledger and the commit; before the next start legal places a hold.
        place_hold(held, office.by("Mara"), uuid4(), NEW_HOLD)
        before = stored(held)
        replay_ledger(held, office.operator())
        assert stored(held)["support_feedback"] == before["support_feedback"]
        assert stored(held)["goal_version"] == after["goal_version"]

        text = ledger.read_text()
        assert all(one not in text for one in ("First reply", "You listen", "Novak"))
        ledger.write_text(text.replace(str(Kind.FEEDBACK), str(Kind.GOALS)))
        assert verify(backup.engine, KEYRING, ledger=ledger).verdict is Verdict.BROKEN


def test_a_line_that_a_full_disk_cut_short_spoils_no_other(tmp_path: Path) -> None:
    ledger = tmp_path / "erasures"
    ledger.write_bytes(b'{"approved_by":"00000000-0000-4000')
    assert read_lines(ledger) == []
    with pytest.raises(LedgerTrouble):
        append_line(tmp_path / "nowhere" / "erasures", b"{}")
    append_line(ledger, b'{"v":9}')
    with pytest.raises(LedgerTrouble, match="ledger_foreign"):
        read_lines(ledger)
