"""The page of the law: every state and every way between two of them is drawn, every term and event is told."""

import re

from negotiation.diagram import arrows


def test_every_state_has_a_box_and_every_way_an_arrow(door, practice):
    page = door("police").get("/rulebook").page
    pictures = page.split("<svg")[1:]
    procedures = practice.rulebook.procedures.values()
    for rules, drawn in zip(procedures, pictures, strict=True):
        assert len(re.findall(r'<g class="state', drawn)) == len(rules.states)
        ways = {(a, b) for a, b in arrows(rules) if a != b}
        assert len(re.findall(r'<path class="way', drawn)) == len(ways)
        for a, b in ways:
            assert f"<title>{rules.states[a].title} → {rules.states[b].title}：" in drawn


def test_no_box_lies_on_another(door, practice):
    for drawn in door("police").get("/rulebook").page.split("<svg")[1:]:
        places = [tuple(map(int, found)) for found in re.findall(r'<rect x="(\d+)" y="(\d+)" width="176"', drawn)]
        assert len(places) == len(set(places)) > 4
        for x, y in places:
            assert not any((x, y) != (a, b) and abs(x - a) < 176 and abs(y - b) < 38 for a, b in places)


def test_what_needs_a_signature_and_who_hears_of_it_is_told(door):
    page = door("police").get("/rulebook").page
    assert "答复：同意共享（签批）" in page
    assert page.count("<td>撤回申请</td>") == 1
    assert "自提供部门收文（平台送达）之日起" in page
