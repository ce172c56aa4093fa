"""Departments are found by the initials of their names, as people type them."""

import pytest

from negotiation.core.enums import Level
from negotiation.core.errors import NotFound, UnknownName
from negotiation.domain.departments import Department, Directory
from negotiation.domain.initials import initials

NAMES = ("市民政局", "市公安局", "中国人民银行营业管理部", "市民族事务委员会")
UNITS = Directory(Department(n, name, Level.MUNICIPAL, n, False) for n, name in enumerate(NAMES, 1))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("市民政局", "smzj"),
        ("中国人民银行营业管理部", "zgrmyhyyglb"),
        ("重庆海关", "cqhg"),
        ("12345 热线（市）", "12345rxs"),
    ],
)
def test_a_sign_is_read_as_in_its_word(name, said):
    assert initials(name) == said


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mzj", ["市民政局"]),
        ("MZ", ["市民政局", "市民族事务委员会"]),
        ("rmyh", ["中国人民银行营业管理部"]),
        ("民政", ["市民政局"]),
    ],
)
def test_a_filter_finds_departments_by_initials_or_by_a_part_of_the_name(typed, found):
    assert [unit.name for unit in UNITS.matching(typed)] == found


@pytest.mark.parametrize("typed", ["m", "xyz", "m9"])
def test_one_letter_or_no_initials_find_nothing(typed):
    with pytest.raises(UnknownName):
        UNITS.demand_matching(typed)


def test_who_enters_a_department_by_initials_is_told_its_name_and_nothing_is_guessed():
    with pytest.raises(NotFound) as refused:
        UNITS.find("mzj")
    assert refused.value.todo == "是否为：市民政局？"
