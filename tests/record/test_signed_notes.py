"""Signed notes and checkpoints, against the known answers of the Go implementation and C2SP."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checkpoints import (
    Checkpoint,
    notes_in,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from domain.signed_notes import (
    BadSignature,
    MalformedNote,
    Signer,
    UnknownKey,
    Verifier,
    opened,
    parse_note,
)

# golang.org/x/mod/sumdb/note: keys, a text, and what signing it gives.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETERS = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCHS = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)
PETERS_KEY, ENOCHS_KEY = Verifier.from_vkey(PETER), Verifier.from_vkey(ENOCH)
OURS = Signer("accord.example/record", bytes(range(32)))


def test_the_known_key_is_read_and_written_back() -> None:
    assert PETERS_KEY.vkey == PETER
    assert PETERS_KEY.key_id.hex() == "c74f20a3"


def test_no_part_of_a_key_and_no_altered_key_is_taken_for_one() -> None:
    altered = {PETER[:i] + chr(ord(PETER[i]) + 1) + PETER[i + 1 :] for i in range(len(PETER))}
    parts = {PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1)} - {PETER}
    wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
    wrong_algorithm = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    for vkey in (*altered, *parts, wrong_length, wrong_algorithm):
        with pytest.raises(MalformedNote):
            Verifier.from_vkey(vkey)


def test_signing_gives_the_known_note() -> None:
    signer = Signer("PeterNeumann", PETERS_SEED)
    assert signer.verifier == PETERS_KEY
    assert signer.sign(TEXT) == f"{TEXT}\n{PETERS}"


def test_a_note_opens_for_whoever_has_one_of_its_keys() -> None:
    both = f"{TEXT}\n{PETERS}{ENOCHS}"
    for keys in ([PETERS_KEY], [ENOCHS_KEY], [ENOCHS_KEY, PETERS_KEY]):
        assert opened(both, keys) == TEXT
    with pytest.raises(UnknownKey) as unknown:
        opened(both, [OURS.verifier])
    assert unknown.value.names == ("PeterNeumann+c74f20a3", "EnochRoot+af0cfe78")


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETERS.removesuffix(chr(10))}",
        f"\x01{TEXT}\n{PETERS}",
        f"{TEXT}\n{PETERS.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETERS}Unexpected line.\n",
        f"{TEXT}\n{PETERS * 101}",
        f"{TEXT}\n{PETERS.replace('AM=', 'AN=')}",  # the same bytes, written in another way
    ],
)
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        opened(note, [PETERS_KEY])


@given(st.data())
def test_a_note_altered_anywhere_does_not_open(data: st.DataObject) -> None:
    note = f"{TEXT}\n{PETERS}"
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != note[at]))
    with pytest.raises((MalformedNote, BadSignature, UnknownKey)):
        opened(note[:at] + other + note[at + 1 :], [PETERS_KEY])


def test_a_bad_signature_of_a_known_key_counts_even_beside_a_good_one() -> None:
    forged = parse_note(Signer("EnochRoot", bytes([1]) * 32).sign(TEXT)).signatures[0].signature
    line = base64.b64encode(ENOCHS_KEY.key_id + forged).decode()
    with pytest.raises(BadSignature):
        opened(f"{TEXT}\n{PETERS}— EnochRoot {line}\n", [PETERS_KEY, ENOCHS_KEY])


def test_a_checkpoint_is_three_lines_signed_under_its_own_name() -> None:
    note = sign_checkpoint(3, bytes(32), OURS)
    assert note.startswith(f"accord.example/record\n3\n{'A' * 43}=\n\n— accord.example/record ")
    assert open_checkpoint(note, [OURS.verifier]) == Checkpoint(
        "accord.example/record", 3, bytes(32)
    )


def test_the_checkpoint_of_the_specification_is_read() -> None:
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc"
        "yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    found = read_checkpoint(note)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.root.hex().startswith("0ac5186a91863e8e")


@pytest.mark.parametrize("text", ["a\n03\n", "a\n-1\n", "a\n3\nAAAA\n", "\n3\n", "a\nb\n"])
def test_what_is_signed_but_no_checkpoint_is_refused(text: str) -> None:
    root = "" if text == "a\n3\nAAAA\n" else f"{'A' * 43}=\n"
    with pytest.raises(MalformedNote):
        open_checkpoint(OURS.sign(text + root), [OURS.verifier])


def test_checkpoints_are_found_one_by_one_however_much_stands_between_them() -> None:
    first, second = (sign_checkpoint(size, bytes([size]) * 32, OURS) for size in (1, 20))
    torn = second[:70] + "\n\n"
    text = f"# kept by compliance\n\n{first}\n{torn}{second}\nand some more\n"
    assert list(notes_in(text)) == [first, second]
    assert not list(notes_in(TEXT))
