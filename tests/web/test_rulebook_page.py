"""The pages of the law: every state and every way between two of them is drawn, every term and event is listed."""

import re

import pytest

from negotiation.domain.rulebook.diagram import arrows
from tests.conftest import BY_DATE


def page_of(browser_as, context, procedure: str) -> str:
    return browser_as("police").get(f"/rulebook/{context.rulebook.id}/{procedure}").page


def test_every_state_has_a_box_and_every_way_an_arrow(browser_as, context):
    for rules in context.rulebook.procedures.values():
        drawn = page_of(browser_as, context, rules.key)
        assert len(re.findall(r'<g class="state', drawn)) == len(rules.states)
        ways = {(a, b) for a, b in arrows(rules) if a != b}
        assert len(re.findall(r'<path class="way', drawn)) == len(ways)
        for a, b in ways:
            assert f"<title>{rules.states[a].title} → {rules.states[b].title}：" in drawn


def test_no_box_lies_on_another(browser_as, context):
    for procedure in context.rulebook.procedures:
        drawn = page_of(browser_as, context, procedure)
        places = [tuple(map(int, found)) for found in re.findall(r'<rect x="(\d+)" y="(\d+)" width="176"', drawn)]
        assert len(places) == len(set(places)) > 4
        for x, y in places:
            assert not any((x, y) != (a, b) and abs(x - a) < 176 and abs(y - b) < 38 for a, b in places)


def test_what_needs_a_signature_and_who_hears_of_it_is_shown(browser_as, context):
    page = page_of(browser_as, context, "sharing")
    assert "答复：同意共享（签批）" in page
    assert page.count("<td>撤回申请</td>") == 1
    assert "自提供部门收文（平台送达）之日起" in page


@pytest.fixture
def settings(settings, request):
    return settings.model_copy(update={"rulebook": getattr(request, "param", settings.rulebook)})


@pytest.mark.parametrize("settings", [BY_DATE], indirect=True)
def test_each_rulebook_of_the_office_says_from_when_to_when_it_is_in_force(browser_as, context):
    page = browser_as("police").get("/rulebook").page
    assert "自2025年8月1日起施行" in page
    assert "自2017年12月27日起至2025年7月31日施行" in page
    assert page.count("（新案件适用）") == 1
    for book in context.books:
        for procedure in book.procedures:
            assert f'href="/rulebook/{book.id}/{procedure}"' in page
