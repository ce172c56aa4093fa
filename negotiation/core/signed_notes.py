"""Signed notes and checkpoints, as C2SP has them (signed-note, tlog-checkpoint): a text, and who signed it.

A signer is anything that has a name, an algorithm and a key and can sign; here stands Ed25519 (algorithm 1). A key is
kept in one line, in the form of Go's ``golang.org/x/mod/sumdb/note``, so that others can sign and verify with it.
"""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from negotiation.core.errors import NegotiationError

ED25519 = 1
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_NOTE = re.compile(rf"^[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{{43}}=\n\n{_DASH}[^\n]+ [A-Za-z0-9+/=]+\n", re.MULTILINE)


class Signer(Protocol):
    """Whoever signs notes: ``verifier``, the line by which others verify them."""

    verifier: str

    def sign(self, text: bytes) -> bytes:
        """The signature of a text."""
        ...


class Checkpoint(NamedTuple):
    """The head of a log: whose it is, how many leaves it has, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes


class Ed25519Signer:
    """A key of Ed25519 (RFC 8032) with the name by which its notes are known."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.name, self._seed = name, seed
        self.verifier = _line(name, bytes([ED25519]) + self._key.public_key().public_bytes_raw())

    @classmethod
    def new(cls) -> "Ed25519Signer":
        """A new key under a name that no other has."""
        return cls(f"negotiation-{secrets.token_hex(6)}", secrets.token_bytes(32))

    @classmethod
    def read(cls, line: str) -> "Ed25519Signer":
        """The key of a line. Raises NegotiationError for one that is no private key."""
        name, key = _parts(line.strip().removeprefix(_PRIVATE), "私钥")
        if not line.startswith(_PRIVATE) or len(key) != 33 or key[0] != ED25519:
            raise NegotiationError("不是封印所用的私钥", todo="请使用 audit seal 生成的密钥文件")
        return cls(name, key[1:])

    @property
    def line(self) -> str:
        """The private key as it is kept."""
        return _PRIVATE + "+".join((*self.verifier.split("+")[:2], _encoded(bytes([ED25519]) + self._seed)))

    def sign(self, text: bytes) -> bytes:
        """The signature of a text, 64 bytes."""
        return self._key.sign(text)


def signed(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a note with one signature."""
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{_encoded(checkpoint.root)}\n"
    name, key_id, _ = signer.verifier.split("+", 2)
    signature = _encoded(bytes.fromhex(key_id) + signer.sign(text.encode()))
    return f"{text}\n{_DASH}{name} {signature}\n"


def opened(note: str, verifiers: Iterable[str]) -> Checkpoint:
    """The checkpoint of a note that one of these keys signed. Raises NegotiationError for any other."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    if any(_is_signed(text, signatures.splitlines(), verifier.strip()) for verifier in verifiers):
        return _read(text)
    raise NegotiationError("封印的签名不符：不是用这把密钥签的，或者文字被改动", todo="请使用当时留存的封印文件和公钥")


def found_in(text: str) -> str:
    """The first note with one signature in a text, as in a mail that was kept; the text itself where there is none."""
    lines = "\n".join(line.strip() for line in text.splitlines()) + "\n"
    found = _NOTE.search(lines)
    return found[0] if found else text


def _is_signed(text: str, signatures: Iterable[str], verifier: str) -> bool:
    name, key = _parts(verifier, "公钥")
    key_id = bytes.fromhex(verifier.split("+", 2)[1])
    own = (line.rpartition(" ")[2] for line in signatures if line.startswith(f"{_DASH}{name} "))
    given = [_decoded(each) for each in own]
    return any(each[:4] == key_id and _is_signature(key, each[4:], text.encode()) for each in given)


def _read(text: str) -> Checkpoint:
    lines = text.splitlines()
    root = _decoded(lines[2]) if len(lines) > 2 else b""
    if len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit() or len(root) != 32:
        raise NegotiationError("不是封印文件：应有名称、条数和根摘要三行")
    return Checkpoint(lines[0], int(lines[1]), root)


def _is_signature(key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return key[0] == ED25519


def _line(name: str, key: bytes) -> str:
    """A public key in one line: name, the first four bytes of the digest of name and key, algorithm and key."""
    key_id = hashlib.sha256(f"{name}\n".encode() + key).digest()[:4]
    return f"{name}+{key_id.hex()}+{_encoded(key)}"


def _parts(line: str, what: str) -> tuple[str, bytes]:
    name, _, rest = line.partition("+")
    key_id, _, key = rest.partition("+")
    found = _decoded(key)
    if not name or not re.fullmatch("[0-9a-f]{8}", key_id) or not found:
        raise NegotiationError(f"封印的{what}不完整", todo="应为一行：名称+编号+密钥")
    return name, found


def _encoded(given: bytes) -> str:
    return base64.b64encode(given).decode()


def _decoded(text: str) -> bytes:
    """The bytes of a text in base64; none of any other text."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
