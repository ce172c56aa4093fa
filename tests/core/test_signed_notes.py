"""Signed notes: what another program signed is taken, what was altered is not, and a key is read back."""

import pytest

from negotiation.core.errors import NegotiationError
from negotiation.core.signed_notes import Checkpoint, Ed25519Signer, opened, signed

# The example of golang.org/x/mod/sumdb/note.
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
HEAD = Checkpoint("negotiation-test", 3, bytes(range(32)))
SIGNER = Ed25519Signer("negotiation-test", bytes(32))


def test_a_note_that_another_program_signed_verifies_though_it_is_no_seal() -> None:
    with pytest.raises(NegotiationError, match="不是封印文件"):
        opened(NOTE, [VERIFIER])


def test_a_note_of_which_a_letter_was_altered_does_not() -> None:
    with pytest.raises(NegotiationError, match="签名不符"):
        opened(NOTE.replace("answer", "Answer"), [VERIFIER])


def test_a_seal_is_read_back_as_it_was_signed_and_beside_the_signatures_of_others() -> None:
    note = signed(HEAD, SIGNER)
    assert opened(note, [SIGNER.verifier]) == HEAD
    assert opened(f"{note}— witness AAAAAAAA\n", [SIGNER.verifier]) == HEAD


@pytest.mark.parametrize("at", range(0, 180, 7))
def test_a_seal_of_which_any_character_was_altered_is_refused(at: int) -> None:
    note = signed(HEAD, SIGNER)
    with pytest.raises(NegotiationError):
        opened(note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :], [SIGNER.verifier])


def test_a_seal_of_another_key_of_the_same_name_is_refused() -> None:
    other = Ed25519Signer("negotiation-test", bytes([1]) * 32)
    with pytest.raises(NegotiationError, match="签名不符"):
        opened(signed(HEAD, other), [SIGNER.verifier])


def test_a_key_is_read_back_from_its_line_and_signs_the_same() -> None:
    new = Ed25519Signer.new()
    again = Ed25519Signer.read(new.line + "\n")
    assert (again.verifier, again.sign(b"x")) == (new.verifier, new.sign(b"x"))
    assert new.line.startswith("PRIVATE+KEY+negotiation-")


@pytest.mark.parametrize("line", ["", "PRIVATE+KEY+a+b", VERIFIER, "PRIVATE+KEY+name+c74f20a3+AAAA", "改"])
def test_what_is_no_key_is_refused_in_a_sentence(line: str) -> None:
    with pytest.raises(NegotiationError, match="私钥"):
        Ed25519Signer.read(line)


@pytest.mark.parametrize("verifier", ["", "name", "name+c74f20a3", "name+xyz+AAAA"])
def test_what_is_no_public_key_is_refused_in_a_sentence(verifier: str) -> None:
    with pytest.raises(NegotiationError, match="公钥"):
        opened(signed(HEAD, SIGNER), [verifier])
