"""The law is accounted for both ways: no article without a word, no duty without a row, no row without an article."""

import re

import pytest

from negotiation.core.errors import RulebookErrors
from negotiation.domain.rulebook import load, shelf, shipped
from negotiation.domain.rulebook.coverage import coverage, number_of, spans_of
from negotiation.domain.rulebook.law_pages import LawPage, page_in, pages_for
from tests.repo.law import PAGE, coverages, generated, known_tests

PAGES = pages_for(shipped()["beijing-2025"], shelf())
ARTICLE = re.compile(r"第[一二三四五六七八九十]+条")


def test_all_81_articles_are_accounted_for() -> None:
    named = {number: {n for duty in page.duties for n in duty.articles} for number, page in PAGES.items()}
    assert named == {"京政发〔2017〕37号": set(range(1, 38)), "国务院令第809号": set(range(1, 45))}


@pytest.mark.parametrize("name", shipped())
def test_no_duty_is_without_a_row_and_no_row_without_a_duty(name: str) -> None:
    assert coverages()[name][1].wanting == ()


@pytest.mark.parametrize("name", shipped())
def test_every_act_term_and_paper_rests_on_an_article_or_on_the_office(name: str) -> None:
    book, found = coverages()[name]
    resting = {row.path for law in found.laws for rows in law.resting.values() for row in rows}
    resting |= {row.path for law in found.laws for each in law.duties for row in each.rows}
    resting |= {row.path for row in found.by_the_office}
    for rules in book.procedures.values():
        for table in ("terms", "events", "states"):
            assert {f"{rules.key}.{table}.{key}" for key in getattr(rules, table)} <= resting, rules.key


def test_each_row_that_a_page_names_is_in_a_rulebook_that_follows_its_document() -> None:
    for number, page in PAGES.items():
        laws = [law for _, found in coverages().values() for law in found.laws if law.document.number == number]
        there = {row.path for law in laws for each in law.duties for row in each.rows}
        assert {path for duty in page.duties for path in duty.rows} <= there, number


def test_each_duty_that_is_carried_is_held_by_tests_that_are_there() -> None:
    for page in PAGES.values():
        for duty in page.duties:
            assert bool(duty.tests) != bool(duty.outside), duty.says
            assert set(duty.tests) <= set(known_tests()), duty.says


def test_a_page_repeats_no_text_of_the_law() -> None:
    """It says in our words what is asked for: nothing is as long as a paragraph."""
    assert max(len(duty.says) for page in PAGES.values() for duty in page.duties) <= 60


def test_the_document_is_as_the_data_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == generated(), "run: make docs"


# What is wanting is found


def page(*duties: str, articles: int = 44) -> dict[str, LawPage]:
    head = f'title = "政务数据共享条例"\nnumber = "国务院令第809号"\narticles = {articles}\n'
    read = page_in(head + "".join(f"[[duties]]\n{each}\n" for each in duties), "page.toml")
    return {read.number: read}


def wanting(pages: dict[str, LawPage]) -> str:
    return "\n".join(coverage(load(shipped()["national-2025"]), pages).wanting)


def test_a_document_without_a_page_is_found() -> None:
    assert "国务院令第809号：没有法规页" in wanting({})


def test_an_article_of_which_the_page_says_nothing_is_found() -> None:
    assert "国务院令第809号第9条：法规页没有写明" in wanting(page('article = 1\nsays = "目的"\noutside = "总则"'))


def test_a_duty_whose_row_is_gone_is_found() -> None:
    assert "规则中没有 sharing.terms.gone" in wanting(page('article = 21\nsays = "答复"\nrows = "sharing.terms.gone"'))


def test_a_row_that_rests_on_an_article_said_to_be_outside_is_found() -> None:
    found = wanting(page('article = 22\nsays = "提供"\noutside = "不办理"'))
    assert re.search(r"第22条：规则中的 .*sharing\.terms\.supply", found)


@pytest.mark.parametrize(
    ("duty", "says"),
    [
        ('article = 45\nsays = "—"\noutside = "—"', "没有第45条"),
        ('article = "一"\nsays = "—"\noutside = "—"', "应为条的序号"),
        ('article = 1\nsays = "—"', "二者择一"),
        ('article = 1\nsays = "—"\nrows = "sharing.terms.reply"\noutside = "—"', "二者择一"),
        ('article = 1\noutside = "—"', "says：缺少"),
        ('article = 1\nsays = "—"\noutside = "—"\ntest = "—"', "test：不认识的键"),
    ],
)
def test_a_slip_in_a_page_is_a_sentence(duty: str, says: str) -> None:
    with pytest.raises(RulebookErrors) as caught:
        page(duty)
    assert says in "\n".join(caught.value.faults)


def test_articles_are_read_and_written() -> None:
    numbers = [number_of(text) for text in ("三", "十", "十七", "二十", "二十一", "一百零二", "21")]
    assert numbers == [3, 10, 17, 20, 21, 102, 21]
    assert (spans_of([6, 7, 8, 10]), spans_of([3])) == ("6–8、10", "3")
