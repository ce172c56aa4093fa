"""The page of the year's figures: all of them for the office, its own line for a department."""

import re

from tests.conftest import CIVIL, POLICE


def lines(page: str) -> dict[str, list[str]]:
    """The table of the procedure that heads the report; it stands first."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page.split("</table>", maxsplit=1)[0])
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in rows}


def test_the_office_reads_all_and_each_department(door, case, story):
    story.act("agree", "provider", "2026-09-21")
    found = lines(door("office").get("/report").page)
    assert list(found) == ["合计", POLICE]
    assert found[POLICE] == ["0", "1", "0", "1", "—", "2.0（1件）", "0", "0"]
    assert found["合计"] == found[POLICE]


def test_a_department_reads_its_own_figures_and_nobody_else_s(door, case):
    assert list(lines(door("police").get("/report").page)) == [POLICE]
    assert lines(door("civil").get("/report").page) == {CIVIL: ["0", "0", "0", "0", "—", "—", "0", "0"]}


def test_a_year_that_cannot_be_is_a_sentence(door):
    assert door("office").get("/report?year=3000").status == 400
    assert door("admin").get("/report").status == 404
