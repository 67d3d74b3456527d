"""An archive that opens with a passphrase: ZIP with AES-256, as WinZip specified it (AE-2).

7-Zip, WinZip, Keka and most others open it. The passphrase protects the content, not the names of
the files. Source: "AES Encryption Information", WinZip, 2009; APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import hmac
import os
import zlib
from collections.abc import Mapping
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
ENCRYPTED_WITH_UTF8_NAME = 0x0801
AES_METHOD, DEFLATE = 99, 8
LARGEST = 2**32 - 1
# Extra field 0x9901, 7 bytes: AE-2, vendor AE, strength 3 (256 bits), then the real method.
_EXTRA = pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, DEFLATE)


def encrypted_zip(files: Mapping[str, bytes], passphrase: str, at: datetime) -> bytes:
    """The archive of `files`, by name. `at` is written to all of them; an archive has no zone.

    Raises ValueError from 4 GiB on.
    """
    body, directory = bytearray(), bytearray()
    for name, content in files.items():
        sealed = _sealed(content, passphrase)
        if len(body) + len(sealed) + len(content) > LARGEST:
            raise ValueError("an archive takes less than 4 GiB")
        common = _common(name.encode(), len(sealed), len(content), at)
        directory += pack("<IH", 0x02014B50, VERSION_NEEDED) + common
        directory += pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode() + _EXTRA
        body += pack("<I", 0x04034B50) + common + name.encode() + _EXTRA + sealed
    count = len(files)
    end = pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _common(name: bytes, packed: int, unpacked: int, at: datetime) -> bytes:
    """What the header of a file and its line in the directory share, in the same order."""
    return pack(
        "<HHHHHIIIHH",
        VERSION_NEEDED,
        ENCRYPTED_WITH_UTF8_NAME,
        AES_METHOD,
        at.hour << 11 | at.minute << 5 | at.second // 2,
        (at.year - 1980) << 9 | at.month << 5 | at.day,
        0,  # AE-2 has no checksum in clear: it would tell short contents
        packed,
        unpacked,
        len(name),
        len(_EXTRA),
    )


def _sealed(content: bytes, passphrase: str) -> bytes:
    salt = os.urandom(SALT_BYTES)
    kdf = PBKDF2HMAC(SHA1(), 2 * KEY_BYTES + CHECK_BYTES, salt, ROUNDS)  # noqa: S303 - the format's
    derived = kdf.derive(passphrase.encode())
    key, tag_key = derived[:KEY_BYTES], derived[KEY_BYTES : 2 * KEY_BYTES]
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    hidden = _counted(key, packer.compress(content) + packer.flush())
    tag = hmac.digest(tag_key, hidden, "sha1")[:TAG_BYTES]
    return salt + derived[2 * KEY_BYTES :] + hidden + tag


def _counted(key: bytes, data: bytes) -> bytes:
    """Counter mode as the format has it: from 1, little-endian, which no library's mode does."""
    blocks = -(-len(data) // BLOCK_BYTES)
    counters = b"".join(n.to_bytes(BLOCK_BYTES, "little") for n in range(1, blocks + 1))
    cipher = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - each block is another counter
    stream = (cipher.update(counters) + cipher.finalize())[: len(data)]
    mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
    return mixed.to_bytes(len(data), "little")
