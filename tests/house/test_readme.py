"""The README says what the program does."""

from tests.house.readme import README, with_generated


def test_the_diagram_and_the_terms_in_the_readme_are_those_of_the_rulebook():
    text = README.read_text(encoding="utf-8")
    assert text == with_generated(text), "run: make readme"


def test_the_readme_opens_with_what_happens_when_a_reply_is_late():
    assert README.read_text(encoding="utf-8").splitlines()[2].startswith("**When a reply is late")
