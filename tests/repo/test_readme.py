"""The page of the sharing procedure says what the rulebook says."""

from tests.repo.readme import PAGE, with_generated


def test_the_diagram_and_the_terms_on_the_page_are_those_of_the_rulebook():
    text = PAGE.read_text(encoding="utf-8")
    assert text == with_generated(text), "run: make docs"


def test_a_term_that_was_changed_by_hand_is_found():
    text = PAGE.read_text(encoding="utf-8")
    changed = text.replace("| 答复期限 | 提供部门 | 10 |", "| 答复期限 | 提供部门 | 15 |")
    assert changed != text == with_generated(changed)
