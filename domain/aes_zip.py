"""An archive that opens with a passphrase: ZIP with AES-256, as WinZip specified it (AE-2).

7-Zip, WinZip, Keka and most others open it. The passphrase protects the content, not the names of
the files. It is made as it is read, however long its files are: sizes stand behind each file and
in the directory at the end. Source: "AES Encryption Information", WinZip, 2009; APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import hmac
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from struct import pack

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS = 1000
"""Fixed by the format, and few: the passphrase must be too long to be guessed."""
KEY_BYTES, SALT_BYTES, CHECK_BYTES, TAG_BYTES, BLOCK_BYTES = 32, 16, 2, 10, 16
VERSION_NEEDED = 51
DESCRIPTOR_BYTES = 16
FLAGS = 0x0809
"""Encrypted, a name in UTF-8, sizes behind the content."""
AES_METHOD, DEFLATE = 99, 8
LARGEST = 2**32 - 1
# Extra field 0x9901, 7 bytes: AE-2, vendor AE, strength 3 (256 bits), then the real method.
_EXTRA = pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, DEFLATE)


def encrypted_zip(files: Mapping[str, bytes], passphrase: str, at: datetime) -> bytes:
    """The whole archive of `files`, by name, as `streamed_zip` makes it."""
    return b"".join(
        streamed_zip(((name, [content]) for name, content in files.items()), passphrase, at)
    )


def streamed_zip(
    files: Iterable[tuple[str, Iterable[bytes]]], passphrase: str, at: datetime
) -> Iterator[bytes]:
    """The archive piece by piece; a file is asked for its content when its turn comes.

    `at` is written to all files; an archive has no zone. Raises ValueError from 4 GiB on.
    """
    offset, directory, count = 0, bytearray(), 0
    for name, pieces in files:
        encoded, count, begin = name.encode(), count + 1, offset
        head = pack("<I", 0x04034B50) + _common(encoded, 0, 0, at) + encoded + _EXTRA
        yield head
        offset += len(head)
        sealing = _Sealing(passphrase)
        for piece in sealing.sealed(pieces):
            yield piece
            offset += len(piece)
            if max(offset, sealing.unpacked) > LARGEST:
                raise ValueError("an archive takes less than 4 GiB")
        # AE-2 has no checksum in clear, here or elsewhere: it would tell short contents.
        yield pack("<IIII", 0x08074B50, 0, sealing.packed, sealing.unpacked)
        offset += DESCRIPTOR_BYTES
        directory += pack("<IH", 0x02014B50, VERSION_NEEDED)
        directory += _common(encoded, sealing.packed, sealing.unpacked, at)
        directory += pack("<HHHII", 0, 0, 0, 0, begin) + encoded + _EXTRA
    yield bytes(directory)
    yield pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), offset, 0)


def _common(name: bytes, packed: int, unpacked: int, at: datetime) -> bytes:
    """What the header of a file and its line in the directory share, in the same order."""
    return pack(
        "<HHHHHIIIHH",
        VERSION_NEEDED,
        FLAGS,
        AES_METHOD,
        at.hour << 11 | at.minute << 5 | at.second // 2,
        (at.year - 1980) << 9 | at.month << 5 | at.day,
        0,
        packed,
        unpacked,
        len(name),
        len(_EXTRA),
    )


class _Sealing:
    """One file being packed and encrypted; how long it was and has become."""

    def __init__(self, passphrase: str) -> None:
        self._salt = os.urandom(SALT_BYTES)
        kdf = PBKDF2HMAC(SHA1(), 2 * KEY_BYTES + CHECK_BYTES, self._salt, ROUNDS)  # noqa: S303 - the format's
        derived = kdf.derive(passphrase.encode())
        self._check = derived[2 * KEY_BYTES :]
        self._tag = hmac.new(derived[KEY_BYTES : 2 * KEY_BYTES], digestmod="sha1")
        self._blocks = Cipher(AES(derived[:KEY_BYTES]), ECB()).encryptor()  # noqa: S305 - each block is another counter
        self._counter, self._left = 0, b""
        self.packed, self.unpacked = 0, 0

    def sealed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        yield self._counted(self._salt + self._check)
        for piece in pieces:
            self.unpacked += len(piece)
            if hidden := self._hidden(packer.compress(piece)):
                yield self._counted(hidden)
        yield self._counted(self._hidden(packer.flush()))
        yield self._counted(self._tag.digest()[:TAG_BYTES])

    def _counted(self, piece: bytes) -> bytes:
        self.packed += len(piece)
        return piece

    def _hidden(self, data: bytes) -> bytes:
        """Counter mode as the format has it: from 1, little-endian, as no library's mode does."""
        if not data:
            return b""
        blocks = max(-(-(len(data) - len(self._left)) // BLOCK_BYTES), 0)
        first = self._counter + 1
        counters = b"".join(n.to_bytes(BLOCK_BYTES, "little") for n in range(first, first + blocks))
        self._counter += blocks
        stream = self._left + self._blocks.update(counters)
        mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream[: len(data)], "little")
        self._left = stream[len(data) :]
        hidden = mixed.to_bytes(len(data), "little")
        self._tag.update(hidden)
        return hidden
