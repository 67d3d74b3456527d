"""`accord audit export | prove | check-proof | consistency`: the record, for those outside."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.record_command import CannotTell, Screens, signed
from domain.checkpoints import (
    Checkpoint,
    Signed,
    notes_in,
    open_checkpoint,
    read_checkpoint,
    signed_by_own_or_known,
)
from domain.entries import Entry
from domain.origin import Origin
from domain.proofs import WrongProof
from domain.signed_notes import BadSignature, MalformedNote, UnknownKey, Verifier, parse_note
from domain.tlog_proofs import EntryProof, Growth, NoProof, parse_proof
from storage.keyring import Corrupt, WrongKey
from storage.leaves import LeavesMissing
from storage.proofs import NoSuchEntry, export_lines, prove_growth
from storage.sealing import Opener
from storage.unit_of_work import Store
from usecases.proofs import NoCheckpoint, key_of, looking, newest_checkpoint, prove_entry

NO_KEY = "no checkpoint covers it and none can be made: ACCORD_SIGNING_KEY is not set"


def export_command(store: Store, origin: Origin, file: Path, screens: Screens) -> int:
    """Write the record into a file that is not there yet."""
    checkpoint = newest_checkpoint(store, origin)
    key = key_of(store, checkpoint)
    try:
        with (
            file.open("xb") as out,
            looking(store) as connection,
            screens.progress("Writing the record") as told,
        ):
            opener = Opener(connection, store.keyring)
            out.writelines(export_lines(connection, checkpoint, key, told, opener))
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        screens.complain(f"{file} is there already; choose another name")
        return 2
    except OSError as error:
        screens.complain(f"{file} cannot be written ({error.strerror})")
        return 2
    except LeavesMissing:
        file.unlink()
        screens.complain("the record was changed: it has gaps; run `accord audit verify`")
        return 1
    screens.say(f"Written to {file}: check it anywhere with `accord audit verify {file}`.")
    if checkpoint is None:
        screens.say("It is not signed: set ACCORD_SIGNING_KEY for that.")
    return 0


def prove_command(store: Store, origin: Origin, seq: int, screens: Screens) -> int:
    """Print the proof of one entry."""
    try:
        proof = prove_entry(store, origin, seq)
    except NoSuchEntry:
        screens.complain(f"the record has no entry {seq}, or its body is gone")
        return 1
    except (Corrupt, LeavesMissing):
        screens.complain("the record was changed; run `accord audit verify`")
        return 1
    except NoCheckpoint:
        raise CannotTell(NO_KEY) from None
    except WrongKey:
        raise CannotTell("its values cannot be opened; check ACCORD_SECRET_KEY") from None
    screens.out.file.write(proof.text())
    return 0


def check_proof_command(file: Path, keys: Sequence[Verifier], screens: Screens) -> int:
    """Check a proof with nothing but its file, and the key if one is at hand."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotTell(f"{file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        text = ""
    try:
        proof = parse_proof(text)
        notes = proof.checkpoints if isinstance(proof, Growth) else (proof.checkpoint,)
        signatures = [signed_by_own_or_known(note, proof.key, keys) for note in notes]
        shown = _grown(proof) if isinstance(proof, Growth) else _held(proof)
    except UnknownKey as unknown:
        raise CannotTell(f"signed by a key that is not at hand: {unknown}") from None
    except NoProof:
        screens.complain(f"{file} is no proof, or was damaged")
        return 1
    except (BadSignature, MalformedNote):
        screens.complain("the proof does not hold: a signature does not fit its checkpoint")
        return 1
    except WrongProof as wrong:
        screens.complain(f"the proof does not hold: {wrong}")
        return 1
    for line in (*shown, *_signers(notes, signatures)):
        screens.say(line)
    return 0


def _signers(notes: Sequence[str], signatures: Sequence[Signed]) -> list[str]:
    found = list(dict.fromkeys(signed(one.key, one.trusted) for one in signatures if one.key))
    if found:
        return found
    names = dict.fromkeys(name for note in notes for name in parse_note(note).signers)
    if names:
        who = ", ".join(names)
        return [f"Signed by {who}, which cannot be checked here: name the key with --key."]
    return [signed(None, trusted=False)]


def _held(proof: EntryProof) -> list[str]:
    entry = proof.proved()
    tree = read_checkpoint(proof.checkpoint)
    return [
        f"Entry {proof.index} is in the record of {tree.origin}, of {tree.size} entries.",
        *_told(entry),
        *(f"  {name}: {json.dumps(one.value)}" for name, one in sorted(proof.opened.items())),
        *(
            f"  {name}: not opened"
            for name in sorted(entry.commitments.keys() - proof.opened.keys())
        ),
    ]


def _told(entry: Entry) -> list[str]:
    actor = entry.actor
    return [
        f"  {entry.stamp.at.isoformat()} {entry.action.value}",
        f"  by {actor.kind.value}{f' {actor.ref}' if actor.ref else ''}",
        f"  {entry.object_type.value} {entry.object_id}"
        + (f", version {entry.object_version}" if entry.object_version is not None else ""),
    ]


def _grown(proof: Growth) -> list[str]:
    proof.check()
    return [
        f"The record of {proof.old} entries is the beginning of that of {proof.new}.",
        f"  root {proof.old_root.hex()}",
        f"  root {proof.new_root.hex()}",
    ]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a growth: a number of entries, or a checkpoint of them."""

    size: int
    note: str | None = None

    @property
    def checkpoint(self) -> Checkpoint | None:
        return None if self.note is None else read_checkpoint(self.note)


def end_of(word: str, keys: Sequence[Verifier]) -> End:
    """A number, or the last checkpoint in a file, whose signature is checked."""
    if word.isascii() and word.isdigit():
        return End(int(word))
    try:
        text = Path(word).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise CannotTell(f"{word} cannot be read ({error.strerror})") from None
    notes = list(notes_in(text))
    if not notes:
        raise CannotTell(f"there is no checkpoint in {word}")
    if not keys:
        raise CannotTell("no key to check the checkpoints with: set ACCORD_SIGNING_KEY, or --key")
    try:
        return End(open_checkpoint(notes[-1], keys).size, notes[-1])
    except UnknownKey as unknown:
        raise CannotTell(f"{word}: signed by a key that is not at hand: {unknown}") from None
    except (BadSignature, MalformedNote):
        raise CannotTell(f"{word}: the checkpoint's signature does not fit it") from None


def consistency_command(
    store: Store, ends: tuple[End, End], keys: Sequence[Verifier], screens: Screens
) -> int:
    """Print the proof that the record only grew between two of its states."""
    old, new = ends
    if old.size > new.size:
        screens.complain("name the earlier state first")
        return 2
    try:
        with looking(store) as connection:
            growth = prove_growth(connection, old.size, new.size)
    except NoSuchEntry:
        screens.complain(f"the record has fewer than {new.size} entries")
        return 1
    except LeavesMissing:
        screens.complain("the record was changed: it has gaps; run `accord audit verify`")
        return 1
    notes = tuple(end.note for end in ends if end.note is not None)
    growth = replace(growth, checkpoints=notes, key=_common_key(notes, keys))
    try:
        growth.check()
    except WrongProof:
        screens.complain("the record was changed: it is not the one that a checkpoint is of")
        return 1
    screens.out.file.write(growth.text())
    return 0


def _common_key(notes: Sequence[str], keys: Sequence[Verifier]) -> str | None:
    for key in keys:
        with suppress(UnknownKey):
            for note in notes:
                open_checkpoint(note, [key])
            return key.vkey if notes else None
    return None
