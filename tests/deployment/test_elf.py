"""What a bundle may ask of a machine: nothing newer than its glibc, nothing that it does not bring, one processor."""

import sys
from pathlib import Path

import pytest

from deployment.bundle.elf import Asked, asked, faults, newest
from tests.installed import needed

OLD = Asked(Path("python3.11"), (2, 28), "X86-64", ("libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Asked(Path("new.so"), (2, 34), "X86-64", ()), "asks for glibc 2.34, newer than 2.28"),
        (Asked(Path("ssl.so"), (2, 17), "X86-64", ("libssl.so.3",)), "asks for libssl.so.3, which is not carried"),
        (Asked(Path("arm.so"), (2, 17), "AArch64", ()), "more than one machine: AArch64, X86-64"),
    ],
)
def test_what_such_a_machine_cannot_load_is_named(other: Asked, words: str) -> None:
    (told,) = faults([OLD, other])
    assert words in told


def test_what_it_can_load_passes_also_with_libraries_that_are_carried() -> None:
    carried = Asked(Path("libz.so.1"), (2, 4), "X86-64", ("libc.so.6",))
    assert faults([OLD, carried, Asked(Path("zlib.so"), (2, 9), "X86-64", ("libz.so.1",))]) == []


def test_versions_are_compared_as_numbers_and_read_from_real_files() -> None:
    assert newest([Asked(Path("a"), (2, 9), "", ()), Asked(Path("b"), (2, 28), "", ())]).file.name == "b"
    needed("readelf")
    found = asked(Path(sys.executable).resolve().parent)
    assert any("libc.so.6" in each.libraries and each.glibc > (2,) for each in found)
