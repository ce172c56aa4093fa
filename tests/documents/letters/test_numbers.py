"""文号, dates and ordinals, whatever they are."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import in_words
from negotiation.core.errors import FieldError
from negotiation.documents.letters.numbering import blank, numeral, read_number, sentence

ORGANS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20)
YEARS, NUMBERS = st.integers(1900, 2099), st.integers(1, 99999)


@given(ORGANS, YEARS, NUMBERS)
def test_a_number_is_organ_year_in_six_cornered_brackets_and_plain_digits(organ: str, year: int, number: int) -> None:
    text = f"{organ}〔{year}〕{number}号"
    assert read_number(f" {text} ") == text


@given(ORGANS, YEARS, NUMBERS, st.sampled_from(["[]", "（）", "()", "【】", "〖〗", "［］"]))
def test_other_brackets_are_refused(organ: str, year: int, number: int, brackets: str) -> None:
    with pytest.raises(FieldError):
        read_number(f"{organ}{brackets[0]}{year}{brackets[1]}{number}号")


@given(ORGANS, YEARS, NUMBERS, st.sampled_from(["第", "0", "００"]))
def test_neither_the_word_for_ordinals_nor_a_leading_zero_stands_before_the_digits(
    organ: str, year: int, number: int, before: str
) -> None:
    with pytest.raises(FieldError, match="发文字号"):
        read_number(f"{organ}〔{year}〕{before}{number}号")


@given(YEARS)
def test_a_number_that_was_not_given_out_is_blank_but_for_its_year(year: int) -> None:
    assert read_number("") == ""
    assert blank(year) == f"\u3014{year}\u3015  号"


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_date_has_a_year_of_four_digits_and_no_leading_zeros(day: date) -> None:
    said = re.fullmatch(r"(\d{4})年([1-9]\d?)月([1-9]\d?)日", in_words(day))
    assert said is not None
    assert date(*map(int, said.groups())) == day


def test_the_first_level_is_numbered_as_it_is_counted() -> None:
    assert [numeral(n) for n in (1, 2, 9, 10, 11, 19, 20, 21, 99)] == [
        "一", "二", "九", "十", "十一", "十九", "二十", "二十一", "九十九",
    ]  # fmt: skip


@given(st.text("甲乙。；，、 ", max_size=12))
def test_a_sentence_ends_with_one_full_stop(text: str) -> None:
    said = sentence(text)
    assert said.endswith("。")
    assert not said[:-1].endswith(("。", "；", "，", " "))
