"""Departments that fill a role in every case, found by the name that the rulebook gives."""

from datetime import date

import pytest

from negotiation.core.enums import Level
from negotiation.core.errors import RulebookErrors
from negotiation.domain.departments import Department, Directory, Reorganization
from negotiation.domain.rulebook import parse
from tests.foreign import FOREIGN

CENTRE = "清河区大数据中心"
DAY = date(2026, 7, 1)


def unit(number: int, name: str, *, active: bool = True) -> Department:
    return Department(number, name, Level.MUNICIPAL, sort_no=number, mail_stopped=False, active=active)


def seats(*units: Department, changes: tuple[Reorganization, ...] = ()) -> dict[str, int]:
    return Directory(units, changes=changes).seats({"centre": CENTRE})


def test_a_role_is_filled_by_the_department_of_that_name() -> None:
    assert seats(unit(1, "区民政局"), unit(2, CENTRE)) == {"centre": 2}
    assert seats(unit(1, "区民政局")) == {}


def test_a_department_that_was_renamed_keeps_the_role_and_whoever_took_it_in_has_it() -> None:
    renamed = Reorganization(2, None, CENTRE, "区数据集团", DAY)
    assert seats(unit(2, "区数据集团"), changes=(renamed,)) == {"centre": 2}
    merged = Reorganization(2, 3, CENTRE, "区数据局", DAY)
    assert seats(unit(2, CENTRE, active=False), unit(3, "区数据局"), changes=(merged,)) == {"centre": 3}


CENTRE_ROW = f'centre = {{ title = "数据中心", department = "{CENTRE}" }}'


@pytest.mark.parametrize(
    ("row", "key", "says"),
    [
        ('centre = { title = "数据中心" }', "roles.centre", "须写明由谁担任"),
        (CENTRE_ROW.replace(" }", ', entered_by = "office" }'), "roles.centre", "二者取一"),
        ('centre = { title = "数据中心", entered_by = "centre" }', "roles.centre.entered_by", "可用：applicant、"),
        (f'{CENTRE_ROW}\nclock = {{ title = "钟", entered_by = "office" }}', "roles.clock", "由系统使用"),
        (f'{CENTRE_ROW}\noffice.department = "区政府办"', "roles.office", "不写 entered_by 和 department"),
    ],
)
def test_a_role_that_nobody_fills_is_refused(row: str, key: str, says: str) -> None:
    source = {path.name: path.read_text("utf-8") for path in FOREIGN["qinghe"].glob("*.toml")}
    assert CENTRE_ROW in source["rulebook.toml"]
    head = source["rulebook.toml"].replace(CENTRE_ROW, row)
    if "office.department" in row:
        head = head.replace('office = { title = "区政务服务局" }', 'office.title = "区政务服务局"')
    with pytest.raises(RulebookErrors) as caught:
        parse(source | {"rulebook.toml": head})
    assert any(f"{key}：" in fault and says in fault for fault in caught.value.faults), caught.value.faults


def test_what_a_department_holds_has_an_exit_without_it() -> None:
    """As of a party: the case does not hang on whoever fills the role."""
    source = {path.name: path.read_text("utf-8") for path in FOREIGN["qinghe"].glob("*.toml")}
    source["access.toml"] = source["access.toml"].replace('from = ["confirming", "opening"]', 'from = "confirming"')
    with pytest.raises(RulebookErrors) as caught:
        parse(source)
    assert any("states.opening" in fault for fault in caught.value.faults), caught.value.faults
