"""Help and the guide for users say the words that stand on the screen, and each page says what it is for."""

import re
from pathlib import Path

import pytest

from negotiation import template_folder
from negotiation.core import labels
from negotiation.domain.rulebook import load, shipped
from negotiation.web.menu import MENU
from negotiation.web.pages.bulk import TITLES

PAGES = {file.stem: file.read_text("utf-8") for file in Path(template_folder("web")).glob("*.html")}
GUIDE = Path(__file__).parents[2] / "docs" / "user.md"
# What a page shows of itself once, when something was done or went wrong, needs no line that says what it is for.
SAYS_IT_ITSELF = {
    "account_slips", "bulk_done", "case", "error", "handed_over", "help", "not_now", "password", "print",
    "reorganized", "report_fault", "resume", "shown_once", "signin", "signin_code",
}  # fmt: skip
QUOTED = re.compile(r"“([^”]+)”")


@pytest.fixture(scope="module")
def on_screen() -> str:
    """Every word that a page may show: templates but the help, the menu, acts on many cases, labels, rulebooks."""
    templates = (text for name, text in PAGES.items() if name != "help")
    menu = (each.title for _, entries in MENU for each in entries)
    titles = (str(each) for table in vars(labels).values() if isinstance(table, dict) for each in table.values())
    rules = [rules for each in shipped().values() for rules in load(each).procedures.values()]
    of_rules = (
        each.title
        for book in rules
        for table in (book.fields, book.events, book.states, book.terms)
        for each in table.values()
    )
    return "\n".join([*TITLES.values(), *templates, *menu, *titles, *of_rules])


@pytest.mark.parametrize("source", ["help", "guide"])
def test_what_is_quoted_in_the_help_stands_on_the_screen(on_screen, source):
    text = PAGES["help"] if source == "help" else GUIDE.read_text("utf-8")
    quoted = set(QUOTED.findall(text))
    assert len(quoted) > 10
    assert sorted(each for each in quoted if each not in on_screen) == []


def test_each_page_says_in_a_line_what_it_is_for():
    headed = {name for name, text in PAGES.items() if "<h1" in text}
    said = {name for name, text in PAGES.items() if text.count('class="purpose"') == 1}
    assert headed - said == SAYS_IT_ITSELF


def test_the_keys_stand_on_every_page_and_in_the_help(browser_as):
    office = browser_as("office")
    for path in ("/", "/cases", "/calendar"):
        assert re.search(
            r'<dialog id="keys".*<kbd>g</kbd> <kbd>p</kbd></dt><dd>登记来文', office.get(path).page, re.DOTALL
        )
    assert office.get("/help").page.count("<dt><kbd>j</kbd>") == 2
    assert (
        "登记来文" not in re.findall(r'<dialog id="keys".*?</dialog>', browser_as("civil").get("/").page, re.DOTALL)[0]
    )
