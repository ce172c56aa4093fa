"""Lists of cases under a name, for oneself or for one's side; and their due dates as a month.

Today is 21 September 2026. The case is due on 9 October, after the holidays; justice was asked on the same day.
"""

import re
from html import unescape

import pytest

from negotiation.services import departments as reorganizing
from negotiation.services.departments import Order
from tests.conftest import JUSTICE, POLICE, at, day
from tests.web.test_bulk import asked, ticks  # noqa: F401 (a fixture)
from tests.web_client import TODAY


def kept(browser, name="司法条线", **filters):
    return browser.get("/cases").post("/views", name=name, **(filters or {"department": JUSTICE}))


def tabs(browser):
    (row,) = re.findall(r'<nav class="views".*?</nav>', browser.get("/cases").page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?)(?: <small>.*?)?</a>', row)
    return {text: unescape(link) for link, text in found}


def test_a_view_is_kept_under_its_name_and_leads_to_its_list(browser_as, asked):  # noqa: F811
    office = browser_as("office")
    shown = kept(office)
    assert shown.url == "/cases"
    assert "删除视图“司法条线”" in shown.page
    office.get(tabs(office)["司法条线"])
    assert asked[JUSTICE] in office.page
    assert asked[POLICE] not in office.page


def test_only_a_shared_view_is_seen_by_colleagues_and_none_by_another_side(browser_as, asked):  # noqa: F811
    office = browser_as("office")
    kept(office)
    kept(office, "公安条线", department=POLICE, shared="1")
    assert set(tabs(browser_as("director"))) == {"全部在办", "公安条线"}
    assert set(tabs(browser_as("civil"))) == {"全部在办"}


def test_who_made_a_view_deletes_it_and_so_does_the_head_but_no_colleague(browser_as, asked):  # noqa: F811
    office = browser_as("office")
    kept(office, department=JUSTICE, shared="1")
    other, head = browser_as("secretary"), browser_as("director")
    assert "删除视图" not in other.get(tabs(other)["司法条线"]).page
    assert other.post("/views/1/remove").status == 404
    head.get(tabs(head)["司法条线"])
    head.post("/views/1/remove")
    assert set(tabs(office)) == {"全部在办"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "视图的名称为1至20个字"),
        ("长" * 21, "视图的名称为1至20个字"),
        ("机密", "“机密”字样"),
        ("公安条线", "已有名为“公安条线”的共享视图"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_the_filters_are_kept(browser_as, asked, name, says):  # noqa: F811
    kept(browser_as("director"), "公安条线", department=POLICE, shared="1")
    refused = kept(browser_as("office"), name, department=JUSTICE)
    assert refused.status == 400
    assert says in refused.page
    assert refused.hidden("department") == JUSTICE


def test_a_list_without_filters_is_no_view_and_one_of_the_same_name_is_replaced(browser_as, asked):  # noqa: F811
    office = browser_as("office")
    assert "没有筛选条件" in office.get("/cases").post("/views", name="全部").page
    kept(office)
    kept(office, department=POLICE)
    office.get(tabs(office)["司法条线"])
    assert asked[POLICE] in office.page


def test_a_view_of_a_department_that_is_gone_says_so_and_shows_its_cases(browser_as, asked, database, context):  # noqa: F811
    office = browser_as("office")
    kept(office)
    with database.write() as transaction:
        units = context.directory.by_name
        order = Order(day(TODAY), "京编〔2026〕1号", "测试", at(TODAY), None)
        reorganizing.merge(transaction, context, units[JUSTICE], units[POLICE], order)
    office.get(tabs(office)["司法条线"])
    assert f"筛选中的部门已不在：{JUSTICE}自2026年9月21日起并入{POLICE}（京编〔2026〕1号）" in office.page


def test_a_view_of_a_department_that_nobody_knows_says_so_beside_the_filter(browser_as, asked):  # noqa: F811
    office = kept(browser_as("office"), department="市没有局")
    assert "没有名称中含“市没有局”的部门" in office.page
    assert 'value="市没有局"' in office.page


def test_the_month_counts_what_is_due_on_each_day_and_leads_to_it(browser_as, asked, database):  # noqa: F811
    office = browser_as("office").get("/due?month=2026-10")
    assert re.search(r'aria-label="2026年10月9日届满 3 件"', office.page) or "10月9日届满 3 件" in office.page
    link = unescape(re.findall(r'<a class="due[^"]*" href="([^"]+)"', office.page)[0])
    assert all(no in office.get(link).page for no in asked.values())
    narrowed = office.get(f"/due?month=2026-10&department={JUSTICE}")
    assert "届满 1 件" in narrowed.page
    assert re.search(r"10/1</time> 休", office.page)


@pytest.mark.parametrize("month", ["", "2026-13", "十月", "0001-01", "2026-09"])
def test_a_month_that_is_none_is_this_month(browser_as, month):
    assert "2026年9月届满" in browser_as("office").get(f"/due?month={month}").page


def test_an_act_on_all_that_the_filters_find_reaches_over_the_page(browser_as, asked):  # noqa: F811
    office = browser_as("office").get(f"/bulk?matching=1&act=remind&department={JUSTICE}")
    assert set(ticks(office)) == {f"case:{asked[JUSTICE]}", f"shown:{asked[JUSTICE]}"}
    assert len(ticks(office.get("/bulk?matching=1&act=remind"))) > 2
    assert "没有选择案件" in office.get("/bulk?matching=1&act=remind&text=没有的").page
    assert office.get(f"/print?matching=1&department={JUSTICE}").page.count("<article") == 1
