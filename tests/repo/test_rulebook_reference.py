"""The reference of the rulebook's keys names those that are read, each with its meaning, and no others."""

import pytest

from negotiation.domain.rulebook import head_meanings, procedure_meanings
from tests.repo.rulebook_meanings import HEAD, PROCEDURE
from tests.repo.rulebook_reference import PAGE, generated, keys


@pytest.mark.parametrize(("head", "meanings"), [(True, HEAD), (False, PROCEDURE)])
def test_every_key_that_is_read_has_a_meaning_and_no_other(head: bool, meanings: dict[str, str]) -> None:
    assert sorted(keys(head=head)) == sorted(meanings)


def test_the_command_says_the_same_keys_in_the_words_of_those_who_write_them() -> None:
    assert (sorted(head_meanings.HEAD), sorted(procedure_meanings.PROCEDURE)) == (sorted(HEAD), sorted(PROCEDURE))


def test_the_page_is_as_the_reader_reads() -> None:
    assert PAGE.read_text(encoding="utf-8") == generated(), "run: make docs"
