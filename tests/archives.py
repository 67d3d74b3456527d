"""Opens an archive as an unpacker does; written apart from the code that makes it."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from io import BytesIO
from struct import unpack_from
from zipfile import ZipFile

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB


class WrongPassphrase(Exception):
    """The two bytes that check it differ."""


class Damaged(Exception):
    """The content is not what was sealed."""


def opened(archive: bytes, passphrase: str) -> dict[str, bytes]:
    """The files in an archive sealed as AE-2. Raises WrongPassphrase, Damaged."""
    return {
        one.filename: _content(archive, one.header_offset, one.compress_size, passphrase)
        for one in ZipFile(BytesIO(archive)).infolist()
    }


def _content(archive: bytes, header: int, size: int, passphrase: str) -> bytes:
    name_length, extra_length = unpack_from("<HH", archive, header + 26)
    extra_at = header + 30 + name_length
    kind, _, version, vendor, strength, method = unpack_from("<HHH2sBH", archive, extra_at)
    assert (kind, version, vendor, strength, method) == (0x9901, 2, b"AE", 3, 8)
    begin = extra_at + extra_length
    sealed = archive[begin : begin + size]
    salt, check, hidden, tag = sealed[:16], sealed[16:18], sealed[18:-10], sealed[-10:]
    derived = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), salt, 1000, 66)
    if derived[64:] != check:
        raise WrongPassphrase
    if hmac.new(derived[32:64], hidden, "sha1").digest()[:10] != tag:
        raise Damaged
    one_block = Cipher(AES(derived[:32]), ECB()).encryptor()  # noqa: S305 - for counters alone
    plain = bytearray()
    for number in range(0, len(hidden), 16):
        mask = one_block.update((number // 16 + 1).to_bytes(16, "little"))
        plain += bytes(a ^ b for a, b in zip(hidden[number : number + 16], mask, strict=False))
    return zlib.decompress(bytes(plain), wbits=-15)
