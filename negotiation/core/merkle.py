"""A Merkle tree that grows by one leaf at a time, and its root: RFC 6962, section 2.1 (SHA-256)."""

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf; its first byte differs from that of a node, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + leaf).digest()


class Tree:
    """A tree of which only the roots of its whole parts are kept, the greatest first; ``size``: its leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Adds a leaf, given by its hash. Parts of one size become one, as a carry runs through a binary number."""
        grown = self.size
        while grown & 1:
            hashed = _node(self._parts.pop(), hashed)
            grown >>= 1
        self._parts.append(hashed)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far, 32 bytes."""
        if not self._parts:
            return EMPTY_ROOT
        *others, root = self._parts
        for part in reversed(others):
            root = _node(part, root)
        return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
