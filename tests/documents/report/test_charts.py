"""The charts: drawn to scale, read without colours and without eyes, nothing in them from outside."""

from xml.etree import ElementTree

import pytest

from negotiation.documents.report.charts import BARS, HEAD, charts, coordination, flow, lateness, on_time, outcomes, svg
from negotiation.documents.report.figures import Line, Scope, Span
from tests.conftest import CHAOYANG, POLICE
from tests.documents.report import made

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart))


@pytest.mark.parametrize("chart", charts(made.report()), ids=lambda chart: chart.key)
def test_a_chart_is_a_picture_with_a_title_a_description_and_no_inline_style(chart):
    picture = drawn(chart)
    assert picture.attrib["role"] == "img"
    assert picture.findtext(f"{SVG}title") == chart.title
    assert picture.findtext(f"{SVG}desc") == chart.description
    assert not [
        each for each in picture.iter() if "style" in each.attrib or each.tag in (f"{SVG}script", f"{SVG}image")
    ]


def test_the_months_show_what_came_went_and_stayed():
    assert [(group.label, [text for _, text in group.bars]) for group in flow(made.report()).groups] == [
        ("1月", ["8", "4", "6"]),
        ("2月", ["5", "7", "4"]),
    ]


def test_months_before_the_first_case_and_after_the_last_are_left_out_and_a_quiet_one_between_stays():
    counts = {1: {}, 2: {"received": 1}, 3: {}, 4: {"closed": 1}, 5: {}}
    months = tuple(made.line(Span.MONTH, f"2026-{n:02}", f"{n}月", each) for n, each in counts.items())
    found = made.report(procedures=(made.sharing(months=months),))
    assert [group.label for group in flow(found).groups] == ["2月", "3月", "4月"]


def test_bars_are_drawn_to_the_scale_of_the_longest():
    widths = [int(rect.attrib["width"]) for rect in drawn(coordination(made.report())).findall(f"{SVG}rect")]
    assert widths == [BARS, BARS, round(BARS * 2 / 3), round(BARS / 3)]  # 3, 3, 2, 1


def test_series_differ_by_pattern_so_that_they_can_be_told_apart_in_black_and_white():
    fills = {rect.attrib["fill"] for rect in drawn(flow(made.report())).findall(f"{SVG}rect")}
    assert fills == {"#1d4e89", "#fff", "url(#flow-hatched)"}


def test_rates_bear_numerator_and_denominator_and_departments_stand_in_official_order():
    assert [(group.label, group.bars[0][1]) for group in on_time(made.report()).groups] == [
        ("合计", "80.0%（8/10）"),
        (POLICE, "75.0%（6/8）"),
        (CHAOYANG, "100.0%（2/2）"),
    ]


def test_outcomes_and_bands_of_lateness_bear_their_numbers():
    assert [group.bars[0][1] for group in outcomes(made.report()).groups] == [
        "7",
        "1",
        "1",
        "0",
        "1",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "1",
    ]
    assert [[text for _, text in group.bars] for group in lateness(made.report()).groups] == [
        ["1", "0"],
        ["1", "1"],
        ["0", "0"],
    ]


def test_a_year_without_data_draws_no_bars():
    for chart in charts(made.nothing()):
        bars = [rect for rect in drawn(chart).findall(f"{SVG}rect") if int(rect.attrib["y"]) >= HEAD]
        assert bars == []


def test_a_name_with_the_signs_of_xml_is_a_name():
    odd = Line("sharing", Scope(Span.PROVIDER, "9", "市<民>&“政”局"), made.POLICE_COUNTS)
    found = made.report(procedures=(made.sharing(providers=(odd,)),))
    assert "市<民>&“政”局" in [text.text for text in drawn(on_time(found)).findall(f"{SVG}text")]
