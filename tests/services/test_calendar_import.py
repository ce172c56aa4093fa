"""Arrangements as offices really have them, taken in by command: feeds, typed forms, notices; what is refused, and why.

Today is 18 December 2026: 2026 is published and shipped, 2027 is not. By hand for 2027: 18 weekdays off, 13 of them
statutory days.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.conftest import at

FEEDS = Path(__file__).parents[1] / "calendars" / "feeds"
OFF_2027 = (
    "放假：2027-01-01至2027-01-03 元旦\n放假：2027-02-05至2027-02-12 春节\n放假：2027-04-03至2027-04-05 清明节\n"
    "放假：2027-05-01至2027-05-05 劳动节\n放假：2027-06-09 端午节\n放假：2027-09-15 中秋节\n"
    "放假：2027-10-01至2027-10-07 国庆节\n"
)
WORK_2027 = "上班：2027-01-31、2027-02-20 春节\n上班：2027-04-25 劳动节\n上班：2027-09-26、2027-10-09 国庆节\n"
OFF_2026 = {
    "元旦": ("20260101", "20260104"), "春节": ("20260215", "20260224"), "清明节": ("20260404", "20260407"),
    "劳动节": ("20260501", "20260506"), "端午节": ("20260619", "20260622"), "中秋节": ("20260925", "20260928"),
    "国庆节": ("20261001", "20261008"),
}  # fmt: skip
WORK_2026 = {
    "20260104": "元旦", "20260214": "春节", "20260228": "春节", "20260509": "劳动节", "20260920": "国庆节",
    "20261010": "国庆节",
}  # fmt: skip
GUANGXI = """广西壮族自治区人民政府办公厅关于2024年“壮族三月三”放假的通知
各市、县人民政府，自治区人民政府各组成部门、各直属机构：
根据《广西壮族自治区少数民族习惯节日放假办法》（广西壮族自治区人民政府令第98号），经自治区人民政府同意，现将2024年“壮族三月三”放假有关事项通知如下：
一、4月11日至12日放假，与周末连休。
二、节假日期间，各地各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
广西壮族自治区人民政府办公厅
2024年3月18日
"""
STORM = """某市人民政府办公厅关于台风期间停止办公的紧急通知
某政办发〔2026〕12号
8月12日全市停止办公一天。
某市人民政府办公厅
2026年8月11日
"""


def feed(off: dict[str, tuple[str, str]], work: dict[str, str]) -> str:
    events = [(f"{name} 假期", first, after) for name, (first, after) in off.items()]
    events += [(f"{name} 补班", day, "") for day, name in work.items()]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//CN"]
    for summary, first, after in events:
        lines += ["BEGIN:VEVENT", f"UID:{summary}{first}@x", f"SUMMARY:{summary}"]
        ends = [f"DTEND;VALUE=DATE:{after}"] if after else []
        lines += [f"DTSTART;VALUE=DATE:{first}", *ends, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


@pytest.fixture
def took(office: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Takes a text, or a file of the folder of feeds, in; `--dry-run` and the rest as words."""
    monkeypatch.setattr("negotiation.cli.calendar.notices.now", lambda: at("2026-12-18", "11:00"))

    def take(text: str | Path, *words: str, status: int = 0, ending: str = "txt") -> Any:
        path = text if isinstance(text, Path) else tmp_path / f"安排.{ending}"
        if isinstance(text, str):
            path.write_text(text, encoding="utf-8")
        code, out, err = office.run("calendar", "import", str(path), *words, "--json")
        assert code == status, out + err
        return json.loads(out)

    return take


def refused(answer: Any) -> str:
    return "".join(answer["error"].values())


# ----------------------------------------------------------------------------------------------- a year comes in whole


def test_a_feed_without_make_up_days_is_no_year(office, took):
    error = took(FEEDS / "rest_only_2027.ics", status=1)["error"]
    assert error["where"] == "rest_only_2027.ics"
    for word in ("放假占工作日18天", "法定节假日13天", "补班0天", "缺5天", "春节", "2月8日至12日"):
        assert word in error["what"], word
    assert office.json("calendar", "list")["revisions"] == []
    assert office.json("calendar", "due", "2027-02-01", "10")["official"] is False


def test_the_same_typed_by_hand_is_no_year_either(took):
    assert "缺5天" in refused(took(OFF_2027, status=1))
    assert "缺5天" in refused(took(f"年份：2027\n文号：国办发明电〔2026〕9号\n{OFF_2027}", "--dry-run", status=1))


@pytest.mark.parametrize("lost", ["2027-01-31、", "上班：2027-04-25 劳动节\n", "、2027-10-09"])
def test_a_year_that_lost_a_single_make_up_day_is_refused(took, lost):
    assert "缺1天" in refused(took(OFF_2027 + WORK_2027.replace(lost, ""), status=1))


def test_a_feed_that_lost_a_make_up_day_is_refused(took):
    text = (FEEDS / "holidaycn_style_2027.ics").read_text(encoding="utf-8")
    (lost,) = re.findall(r"BEGIN:VEVENT\n(?:(?!END:VEVENT).*\n)*DTSTART;VALUE=DATE:20270220\n.*\nEND:VEVENT\n", text)
    assert "缺1天" in refused(took(text.replace(lost, ""), status=1, ending="ics"))


def test_a_year_without_one_of_its_statutory_days_is_refused_with_the_day(took):
    text = (OFF_2027 + WORK_2027).replace("放假：2027-06-09 端午节\n", "")
    assert "6月9日（端午节）" in refused(took(text, status=1))


def test_a_whole_year_typed_by_hand_shows_its_reckoning(took):
    done = took(OFF_2027 + WORK_2027, "--dry-run")
    balance = {"weekdays_off": 18, "statutory": 13, "made_up": 5, "missing": 0, "surplus": 0}
    assert done.get("reckoning") == balance


@pytest.mark.parametrize("name", ["holidaycn_style_2027.ics", "timed_makeup_2027.ics"])
def test_the_feeds_of_november_are_taken_in(office, took, name):
    done = took(FEEDS / name)
    assert sorted(done["work"]) == [
        "2027-01-31", "2027-02-20", "2027-04-25", "2027-05-08", "2027-09-26", "2027-10-09"
    ]  # fmt: skip
    assert set(done["work"].values()) == {"春节", "劳动节", "国庆节"}
    due = office.json("calendar", "due", "2027-02-01", "9")
    assert (due["due"], due["official"]) == ("2027-02-20", True)


# -------------------------------------------------------------------------------------------------- a year that is held


def test_a_feed_of_a_held_year_that_says_the_same_is_held_already(took):
    assert took(feed(OFF_2026, WORK_2026), ending="ics")["held_already"]


def test_a_feed_of_a_held_year_without_its_make_up_days_is_refused(took):
    assert "缺6天" in refused(took(feed(OFF_2026, {}), ending="ics", status=1))


def test_a_feed_of_a_held_year_is_compared_in_both_kinds_of_days(office, took):
    """It balances, and frees 9 October for 17 October: nothing turns, and what differs is told."""
    off = OFF_2026 | {"国庆节": ("20261001", "20261010")}
    work = {day: name for day, name in WORK_2026.items() if day != "20261010"}
    work |= {"20261010": "国庆节", "20261017": "国庆节", "20261018": "国庆节"}
    error = refused(took(feed(off, work), ending="ics", status=1))
    assert "多放假2天（10月8日至9日）" in error
    assert "多上班2天（10月17日至18日）" in error
    moved = {day: name for day, name in WORK_2026.items() if day != "20261010"} | {"20261011": "国庆节"}
    error = refused(took(feed(OFF_2026, moved), ending="ics", status=1))
    assert "少上班1天（10月10日）" in error
    assert "多上班1天（10月11日）" in error
    assert "文号" in error
    assert office.json("calendar", "list")["revisions"] == []
    assert office.json("calendar", "due", "2026-09-18", "10")["due"] == "2026-10-09"


def test_a_few_days_of_a_held_year_turn_by_no_feed(office, took):
    text = feed({"临时": ("20261111", "20261112")}, {})
    assert "多放假1天（11月11日）" in refused(took(text, ending="ics", status=1))
    assert office.json("calendar", "due", "2026-11-10", "1")["due"] == "2026-11-11"


def test_an_amending_notice_need_not_balance_and_shows_its_reckoning(office, took):
    text = (
        "国务院办公厅关于延长2026年国庆节假期的通知\n国办发明电〔2026〕8号\n"
        "一、延长2026年国庆节假期至10月9日（星期五），10月12日（星期一）起正常上班。\n国务院办公厅\n2026年9月28日\n"
    )
    done = took(text, "--dry-run")
    assert (done.get("net"), done.get("reckoning")) == (2, None)
    code, out, _ = office.run("calendar", "import", str(Path(office.home).parent / "安排.txt"), "--dry-run")
    assert code == 0
    assert "净增放假2天" in "".join(out.split())


# --------------------------------------------------------------------------------------------- parts of days, of people


@pytest.mark.parametrize(
    "text",
    [
        "放假：2026-12-24 下午 总结会\n",
        "放假：2026-12-24 总结会（半日）\n",
        "上班：2026-12-26 上午 补班\n",
        "放假：2027-03-08 妇女节\n",
        "某市关于2026年放假的通知\n一、12月24日放假（限女职工）。\n",
        "某市关于2026年放假的通知\n一、12月24日放假，下午2时开始。\n",
        "某市关于2026年放假的通知\n一、12月24日放假。当日上午照常上班。\n",
        "某市关于2026年放假的通知\n一、12月24日少数民族职工放假。\n",
        "某市关于2026年停止办公的通知\n8月12日停止办公半天。\n",
    ],
)
def test_half_a_day_or_a_day_for_some_people_turns_no_day(office, took, text):
    error = took(text, "--layer", "municipal", status=1)["error"]
    assert (error["where"], re.search("第[12]行：", error["what"]) is not None) == ("安排.txt", True)
    assert "一天的一部分" in error["what"] or "一部分人" in error["what"]
    assert office.json("calendar", "list")["revisions"] == []


def test_an_event_of_an_afternoon_turns_no_day(took):
    text = feed({"总结会下午": ("20261224", "20261225")}, {})
    assert "“下午”" in refused(took(text, "--layer", "municipal", status=1, ending="ics"))


def test_the_file_of_the_half_day_is_refused(took):
    assert "“下午”" in refused(took(FEEDS / "half_typed.txt", "--layer", "municipal", status=1))


# ----------------------------------------------------------------------------------------------------- local notices


def test_the_notice_of_guangxi_of_2024_is_read_as_it_stands(office, took):
    assert took(GUANGXI, "--layer", "municipal")["off"] == {"2024-04-11": "壮族三月三", "2024-04-12": "壮族三月三"}
    assert office.json("calendar", "due", "2024-04-10", "1", "--layer", "municipal")["due"] == "2024-04-15"


def test_a_day_off_without_a_name_is_called_that_in_the_ruler(office, took):
    took("某市人民政府关于2026年12月放假的通知\n一、12月1日至3日放假。\n", "--layer", "municipal")
    days = office.json("calendar", "due", "2026-11-30", "1", "--layer", "municipal")["days"]
    assert [day["name"] for day in days[:3]] == ["放假"] * 3


def test_a_storm_stops_the_offices_and_the_ruler_says_so(office, took):
    done = took(STORM, "--layer", "municipal")
    assert (done["doc_no"], done["off"]) == ("某政办发〔2026〕12号", {"2026-08-12": "停止办公"})
    (day, _) = office.json("calendar", "due", "2026-08-11", "1", "--layer", "municipal")["days"]
    assert (day["kind"], day["name"], day["source"]) == ("stoppage", "停止办公", "某政办发〔2026〕12号")
    assert "停止办公" in office.run("calendar", "due", "2026-08-11", "1", "--layer", "municipal")[1]


def test_a_stop_of_work_may_be_typed_with_its_cause(took):
    done = took("文号：某政办发〔2026〕12号\n印发：2026-08-11\n停止办公：2026-08-12 台风\n", "--layer", "municipal")
    assert (done["off"], done["issued"]) == ({"2026-08-12": "停止办公（台风）"}, "2026-08-11")


def test_the_hint_of_a_refusal_names_number_and_date_too(took):
    hint = took("8月12日全市停止办公一天", "--layer", "municipal", status=1)["error"]["todo"]
    assert all(word in hint for word in ("文号：", "印发：", "放假：", "上班：", "停止办公："))


# ------------------------------------------------------------------------------------------------- seen before taken in


def test_a_rehearsal_shows_every_day_as_it_was_read(office, took, tmp_path):
    text = "放假：2026-09-28 会议\n上班：2026-10-11 会议\n停止办公：2026-08-12 台风\n"
    done = took(text, "--layer", "municipal", "--dry-run")
    assert [(each["day"], each["what"], each["was"]) for each in done.get("days", [])] == [
        ("2026-08-12", "停止办公", "上班"), ("2026-09-28", "放假", "上班"), ("2026-10-11", "上班", "放假")
    ]  # fmt: skip
    _, out, _ = office.run("calendar", "import", str(tmp_path / "安排.txt"), "--layer", "municipal", "--dry-run")
    for word in ("预演", "2026-09-28", "星期一", "放假", "2026-10-11", "星期日", "上班", "停止办公"):
        assert word in out, word


def test_a_day_of_a_year_that_is_not_published_was_only_estimated(took):
    done = took(OFF_2027 + WORK_2027, "--dry-run")
    assert [each["was"] for each in done.get("days", [])][:1] == ["推算放假（元旦）"]
