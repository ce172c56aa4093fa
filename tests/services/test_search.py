"""One search over what a person may see: the law's cases by any of their words, on either database."""

import io
import zipfile

import pytest

from negotiation.documents import file_text
from negotiation.services import search
from negotiation.services.context import UnitOfWork
from negotiation.services.search import Found
from negotiation.store.departments import read_directory
from tests.conftest import CHAOYANG, CIVIL, JUSTICE, POLICE, Story, at

OFD_PAGE = "<ofd:Page><ofd:TextObject><ofd:TextCode>婚姻登记</ofd:TextCode></ofd:TextObject></ofd:Page>"


def find(story: Story, typed: str, by: str = "", page: int = 1) -> Found:
    """What somebody of a department finds, of the office if none is named."""
    with story.database.write() as transaction:
        search.catch_up(transaction)
        scope = read_directory(transaction).find(by).id if by else None
        return search.find(UnitOfWork(transaction, story.context, at("2026-04-01")), typed, scope, page)


def numbers(found: Found) -> list[str]:
    return [each.line["no"] for each in found.cases]


@pytest.mark.parametrize("by", ["", CIVIL, POLICE])
def test_the_office_and_both_parties_find_a_case(story: Story, by: str) -> None:
    story.submitted("2026-03-02")
    assert numbers(find(story, "低保资格", by)) == [story.no]


@pytest.mark.parametrize("by", [JUSTICE, CHAOYANG])
def test_nobody_else_finds_it_by_its_words_or_its_number(story: Story, by: str) -> None:
    story.submitted("2026-03-02")
    assert (find(story, "低保资格", by).count, find(story, story.no, by).count) == (0, 0)


def test_a_case_is_found_once_it_is_received_and_not_by_the_provider_before(story: Story) -> None:
    story.open("2026-03-02")
    assert find(story, "低保资格", POLICE).count == 0
    story.act("submit", "applicant", "2026-03-03")
    assert find(story, "低保资格", POLICE).count == 1


@pytest.mark.parametrize("typed", ["2026-1", "0001", "1", "ｇｘ２０２６－１"])
def test_a_number_is_found_by_its_tail_and_without_zeros(story: Story, typed: str) -> None:
    story.submitted("2026-03-02")
    assert numbers(find(story, typed)) == [story.no]


def test_what_was_entered_just_now_is_found_with_its_place(story: Story) -> None:
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="涉及公民隐私，暂不宜提供")
    (case,) = find(story, "公民隐私").cases
    (place,) = case.places
    assert "2026-03-10" in place.where
    assert [each.text for each in place.pieces if each.found] == ["公民隐私"]


def test_what_a_meeting_agreed_is_found_by_the_number_of_its_minutes(story: Story) -> None:
    story.submitted("2026-03-02").act("refuse", "provider", "2026-03-10", reason="不宜提供")
    story.act("refer", "applicant", "2026-03-12").act("accept_referral", "office", "2026-03-13")
    story.met("2026-03-20", "coordination")
    (case,) = find(story, "京数协〔2026〕7号").cases
    assert case.places[0].path.startswith("/meetings/")


@pytest.mark.parametrize(
    "typed", ['"', "'", "人口 OR 司法", "人* NOT x", "NEAR(人口 司法)", "words:人口", "人口 & !x",
        "^", "%", "_", "\\", "(", "-", "人口') --"]
)  # fmt: skip
def test_nothing_that_a_person_types_is_an_operator(story: Story, typed: str) -> None:
    story.submitted("2026-03-02")
    assert find(story, typed).count == 0


def test_ten_thousand_characters_are_no_fault(story: Story) -> None:
    story.submitted("2026-03-02")
    assert find(story, "人口" * 5_000).count == 0
    assert find(story, "人口 " * 5_000).count == 1


def test_a_department_is_found_by_the_name_that_it_has_now(story: Story) -> None:
    story.submitted("2026-03-02")
    assert find(story, "公安总局").count == 0
    with story.database.write() as transaction:
        transaction.execute(f"UPDATE department SET name = '市公安总局' WHERE name = '{POLICE}'")
    assert find(story, "公安总局").count == 1


def test_the_text_of_an_ofd_file_is_read() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as packed:
        packed.writestr("OFD.xml", "<ofd:OFD/>")
        packed.writestr("Doc_0/Pages/Page_0/Content.xml", OFD_PAGE)
    assert file_text.read_apart("来函.ofd", package.getvalue()) == "婚姻登记\n"


def test_a_broken_file_has_no_text_and_stops_nobody() -> None:
    assert file_text.read_apart("来函.pdf", b"%PDF-1.7 broken") is None
    assert file_text.read_apart("来函.docx", b"PK\x03\x04 broken") is None


def test_the_key_of_a_choice_is_no_word_that_anybody_reads(story: Story) -> None:
    story.submitted("2026-03-02", **{"class": "conditional"})
    assert find(story, "conditional").count == 0
