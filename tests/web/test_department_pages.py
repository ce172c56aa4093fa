"""机构改革 in the browser and by command: what goes over is shown before, what could not go is named after."""

from tests.conftest import CIVIL, JUSTICE, POLICE


def number_of(context, name: str) -> int:
    return context.directory.find(name).id


def merge(browser, context, name: str, into: str, **fields: str):
    return browser.post(f"/departments/{number_of(context, name)}/reorganize", into=into, on="2026-09-18", **fields)


def test_the_cases_that_would_go_over_are_listed_before_anything_is_written(browser_as, context, case):
    page = browser_as("director").get(f"/departments/{number_of(context, POLICE)}/reorganize").page
    assert case in page
    assert "在办的1件" in page


def test_after_the_merger_the_case_is_the_other_department_s_and_is_offered_no_longer(browser_as, context, case):
    head = browser_as("director")
    done = merge(head, context, POLICE, JUSTICE, doc_no="京编发〔2026〕3号")
    assert "划转1件" in done.page
    assert "职责划转" in head.get(f"/cases/{case}").page
    page = head.get(f"/departments/{number_of(context, POLICE)}").page
    assert f"{POLICE}自2026年9月18日起并入{JUSTICE}（京编发〔2026〕3号）" in page
    assert f">{POLICE}</option>" not in browser_as("director").get("/apply/sharing").page


def test_a_case_between_the_two_is_named_with_the_reason(browser_as, context, case):
    page = merge(browser_as("director"), context, POLICE, CIVIL).page
    assert case in page.split("待人处理")[1]


def test_a_new_name_is_everywhere_at_once(browser_as, context, case):
    head = browser_as("director")
    number = number_of(context, POLICE)
    head.post(f"/departments/{number}/reorganize", name="市公安和移民局", on="2026-09-18")
    assert "市公安和移民局" in head.get(f"/cases/{case}").page


def test_who_fills_in_nothing_reads_what_to_do_and_keeps_what_was_typed(browser_as, context):
    answer = merge(browser_as("director"), context, POLICE, "", doc_no="京编发〔2026〕3号")
    assert answer.status == 400
    assert "须填写新的名称，或选择并入哪个部门" in answer.page
    assert 'value="京编发〔2026〕3号"' in answer.page
