"""The tree over what is sealed: the roots that certificate transparency publishes for its eight test leaves."""

import hashlib

import pytest

from negotiation.core.merkle import EMPTY_ROOT, Tree, leaf_hash

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    return tree


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_over_so_many_leaves_is_the_published_one(size: int) -> None:
    tree = tree_of([bytes.fromhex(leaf) for leaf in LEAVES[:size]])
    assert (tree.size, tree.root.hex()) == (size, ROOTS[size - 1])


def test_the_root_over_nothing_is_the_hash_of_nothing() -> None:
    assert Tree().root == EMPTY_ROOT == hashlib.sha256().digest()


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, section 2.1, defines it: of the two parts, the left one the greatest power of two."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_definition(leaves[:left]) + by_definition(leaves[left:])).digest()


@pytest.mark.parametrize("size", [9, 31, 32, 33, 100, 257])
def test_a_tree_of_any_size_is_that_of_the_definition(size: int) -> None:
    leaves = [str(n).encode() for n in range(size)]
    assert tree_of(leaves).root == by_definition(leaves)
