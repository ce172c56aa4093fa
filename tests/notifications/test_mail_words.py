"""What the mails say: in which tone, with which dates, and what they never say."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendars import Arrangement, WorkingCalendar
from negotiation import template_folder
from negotiation.core.enums import BANNED_WORDS, CalendarLayer
from negotiation.core.settings import Settings
from negotiation.domain.notice_facts import UnreadableFacts
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import UNWRITABLE
from negotiation.notifications.email.mime import Words
from negotiation.store.schema.notice_facts import from_json, to_json
from tests.conftest import CIVIL, MEASURES, POLICE, at
from tests.notifications.flat_facts import FlatComposer, case_facts

FOLDER = template_folder("mail")
CASE_NOTICES = (
    "new_case",
    "recorded",
    "copied",
    "due_soon",
    "due_today",
    "lapsed",
    "lapsed_note",
    "reminder",
    "corrected",
)
# Their own tests: test_moved_mails.py, test_amended_mails.py
OTHER_NOTICES = (
    "amended", "digest", "office_digest", "moved", "confirmed", "calendar_missing", "meeting_moved", "system_alarm",
)  # fmt: skip
ARTICLE = "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第十七条"
CASE = {
    "no": "GX2026-0001",
    "subject": "常住人口基本信息",
    "procedure": "共享申请",
    "applicant": CIVIL,
    "provider": POLICE,
    "event": "提出申请",
    "on": "2026-09-18",
    "state": "待答复",
    "basis": ARTICLE,
    "address": "贵单位",
}
REPLY = {
    "term": "答复期限",
    "term_basis": ARTICLE,
    "days": 10,
    "received_on": "2026-09-18",
    "started_on": "2026-09-18",
    "counts_from": "2026-09-18",
    "counted": 10,
    "due_on": "2026-10-09",
    "official": True,
    "main": True,
    "bound": True,
}
SUPPLEMENT = REPLY | {"term": "补充材料期限", "term_basis": "本办公室规定", "main": False}
SET_BY_ACT = SUPPLEMENT | {"term": "提供期限", "days": None, "counted": None}
RESUMED = REPLY | {"counts_from": "2026-09-24", "counted": 6}
EXTENDED = REPLY | {"counted": 12, "due_on": "2026-10-12"}
PROVISIONAL = REPLY | {
    "received_on": "2027-01-25",
    "started_on": "2027-01-25",
    "counts_from": "2027-01-25",
    "due_on": "2027-02-06",
    "official": False,
}
OUT_OF_DATE = REPLY | {"due_on": "2026-10-12"}
NOT_BOUND = REPLY | {"bound": False}
OF_ONE_UNIT: dict[str, Any] = REPLY | {"applicant": "", "term": "年度总结报送期限", "awaits": "年度总结"}
VARIETIES = {
    "no term": {},
    "reply": REPLY,
    "supplement": SUPPLEMENT,
    "set by an act": SET_BY_ACT,
    "resumed": RESUMED,
    "extended": EXTENDED,
    "provisional": PROVISIONAL,
    "the calendar has changed": OUT_OF_DATE,
    "of the other party": NOT_BOUND,
    "of one unit alone": OF_ONE_UNIT,
}


CALENDAR = WorkingCalendar.official()


def writer(on: str, hour: str = "09:05") -> FlatComposer:
    settings = Settings(
        office_mail="office@sharing.gov.cn",
        office_phone="010-12345678",
        base_url="https://sharing.gov.cn/",
        rulebook=MEASURES,
    )
    return FlatComposer(Composer(settings, lambda *_layer: CALENDAR, at(on, hour)))


def words(template: str, today: str, recipient: str = POLICE, **changes: Any) -> Words:
    return writer(today).words(template, CASE | REPLY | changes, recipient)


# The four examples of the tone


def test_three_days_before_the_mail_says_until_when_by_which_article_and_which_days_are_left() -> None:
    mail = words("due_soon", "2026-09-29")
    assert mail.subject == "〔提醒〕GX2026-0001 将于2026年10月9日届满"
    assert (
        "市民政局关于“常住人口基本信息”的共享申请（GX2026-0001），贵单位于2026年9月18日收到，"
        f"依据{ARTICLE}，答复期限为10个工作日，至2026年10月9日（星期五）届满，"
        "尚余3个工作日（2026年9月30日、2026年10月8日、2026年10月9日）。"
    ) in mail.text
    assert "如已书面答复，请告知文号和日期，以便登记。" in mail.text


def test_on_the_day_it_says_what_the_system_knows_at_that_hour() -> None:
    mail = words("due_today", "2026-10-09")
    assert "于今日届满。" in mail.text
    assert "截至今日9时，系统尚未登记答复。" in mail.text


def test_what_is_no_reply_is_called_by_its_name_and_a_case_of_one_unit_names_no_other() -> None:
    mail = words("lapsed", "2026-10-10", **OF_ONE_UNIT)
    assert "系统尚未登记贵单位的年度总结。" in mail.text
    assert "责任部门：市公安局" in mail.text
    for word in ("答复", "使用部门", "提供部门", "同意"):
        assert word not in mail.text
        assert word not in mail.html


def test_the_day_after_silence_is_not_consent() -> None:
    mail = words("lapsed", "2026-10-10")
    assert mail.subject == "〔提示〕GX2026-0001 已于2026年10月9日届满"
    assert "截至2026年10月10日，系统尚未登记贵单位的答复。" in mail.text
    assert (
        "如已答复，请告知文号、日期，我办即行补登；如尚在办理，请尽快答复并告知预计时间。未答复不视为同意。"
        in mail.text
    )


def test_the_note_to_the_applicant_is_neutral_and_names_its_ways() -> None:
    mail = words("lapsed_note", "2026-10-12", CIVIL, bound=False)
    assert "截至2026年10月12日，系统尚未登记市公安局的答复。" in mail.text
    assert "不当然视为协商未果，可继续与提供部门协商" in mail.text
    assert "贵单位于" not in mail.text


def test_a_correction_says_that_the_term_was_kept() -> None:
    mail = words("corrected", "2026-10-12", on="2026-10-08")
    assert "现已补登：2026年10月8日已有答复，在期限之内。上述提示予以更正，答复期限未逾期。" in mail.text


# Every kind of term


def test_a_supply_term_or_a_supplement_is_not_called_a_reply() -> None:
    for template in CASE_NOTICES:
        mail = writer("2026-09-29").words(template, CASE | SUPPLEMENT, POLICE)
        assert "答复期限" not in mail.text.replace("待答复", "")
        assert "未答复" not in mail.text


def test_the_applicant_is_addressed_as_the_one_who_asked() -> None:
    mail = writer("2026-09-29").words("due_soon", CASE | SUPPLEMENT, CIVIL)
    assert "贵单位关于“常住人口基本信息”的共享申请（GX2026-0001），依据本办公室规定，补充材料期限自" in mail.text


def test_a_date_set_by_an_act_has_no_count_and_no_ruler() -> None:
    mail = writer("2026-09-29").words("due_soon", CASE | SET_BY_ACT, POLICE)
    assert "提供期限至2026年10月9日（星期五）届满" in mail.text
    assert "计算明细" not in mail.text + mail.html


def test_a_date_on_a_day_off_is_not_called_today_the_working_day_before() -> None:
    mail = writer("2026-09-30").words("due_today", CASE | SET_BY_ACT | {"due_on": "2026-10-03"}, POLICE)
    assert mail.subject == "〔提醒〕GX2026-0001 将于2026年10月3日届满"
    assert "今日届满" not in mail.text
    assert (
        "尚余0个" not in writer("2026-09-30").words("due_soon", CASE | SET_BY_ACT | {"due_on": "2026-10-03"}, "").text
    )


def test_a_resumed_term_says_from_when_its_rest_is_counted() -> None:
    mail = words("due_soon", "2026-09-29", counts_from="2026-09-24", counted=6, due_on="2026-10-10")
    assert "答复期限为10个工作日，自2026年9月24日起续计6个工作日，至2026年10月10日" in mail.text


def test_an_extended_term_says_so() -> None:
    assert "答复期限为12个工作日（含延长）" in writer("2026-09-29").words("due_soon", CASE | EXTENDED, POLICE).text


# The ruler


def test_the_ruler_numbers_the_days_and_groups_those_that_do_not_count_with_their_document() -> None:
    text = words("due_soon", "2026-09-29").text
    assert "不计　2026年9月19日（星期六）　周末" in text
    assert "第1日　2026年9月20日（星期日）　国庆节补班（国办发明电〔2025〕7号）" in text
    assert "不计7天　2026年10月1日（星期四）至10月7日（星期三）　国庆节（国办发明电〔2025〕7号）" in text
    assert "第10日　2026年10月9日（星期五）　届满日" in text


def test_a_weekend_is_one_line_of_the_ruler_with_both_its_days() -> None:
    mail = words("due_soon", "2026-03-10", started_on="2026-03-04", counts_from="2026-03-04", due_on="2026-03-18")
    assert "不计2天　2026年3月7日（星期六）至3月8日（星期日）　周末" in mail.text
    assert re.search(r'bgcolor="#f3f4f6"><td[^>]*>不计2天</td>', mail.html)


def test_the_ruler_of_a_resumed_term_counts_on_and_says_from_when() -> None:
    mail = words("due_soon", "2026-09-29", counts_from="2026-09-24", counted=6, due_on="2026-10-10")
    for body in (mail.text, mail.html):
        assert "计算明细（2026年9月24日当日不计，自次日起续计6个工作日）" in body
        assert "续计第1日" in body
    assert "续计第6日　2026年10月10日（星期六）　国庆节补班（国办发明电〔2025〕7号），届满日" in mail.text


def test_the_ruler_says_of_each_day_that_no_notice_has_settled_that_it_is_provisional() -> None:
    due = CALENDAR.estimate(date(2026, 12, 22), 8)
    facts = REPLY | {"started_on": "2026-12-22", "counts_from": "2026-12-22", "counted": 8, "official": False}
    text = writer("2026-12-23").words("due_soon", CASE | facts | {"due_on": due.day.isoformat()}, POLICE).text
    assert "第3日　2026年12月25日（星期五）\n" in text
    assert "不计2天　2026年12月26日（星期六）至12月27日（星期日）　周末\n" in text
    assert "第5日　2026年12月29日（星期二）　暂定" in text
    assert "元旦（暂定）" in text


def test_a_ruler_that_no_longer_ends_on_the_due_date_is_left_out() -> None:
    assert "计算明细" not in writer("2026-09-29").words("due_soon", CASE | OUT_OF_DATE, POLICE).text


def test_a_provisional_date_names_the_arrangement_it_waits_for_and_its_range() -> None:
    due = CALENDAR.estimate(date(2027, 1, 25), 10)
    assert not due.official
    assert due.earliest < due.latest
    mail = writer("2027-01-28").words("due_soon", CASE | PROVISIONAL | {"due_on": due.day.isoformat()}, POLICE)
    for body in (mail.text, mail.html):  # in the sentence and in the table below it
        assert body.count("暂定，待国务院办公厅公布2027年节假日安排后确定；目前推算在2027年") == 2
        assert body.count("之间") == 2


def test_a_date_that_became_official_after_its_notice_was_frozen_is_not_called_provisional() -> None:
    mail = words("due_soon", "2026-09-29", official=False)
    assert "暂定" not in mail.text + mail.html


def test_a_provisional_date_that_a_published_arrangement_will_move_names_no_later_year() -> None:
    text = words("due_soon", "2026-09-29", official=False, due_on="2026-10-12").text
    assert "暂定，将按已公布的节假日安排重新计算" in text
    assert "2027年节假日" not in text


def test_a_term_is_counted_by_the_calendar_of_its_own_layer() -> None:
    local = WorkingCalendar.official(
        layers=[Arrangement(2026, "京政办发〔2026〕9号", None, {date(2026, 9, 28): "停"}, {})]
    )
    by_layer = {CalendarLayer.NATIONAL: CALENDAR, CalendarLayer.MUNICIPAL: local, CalendarLayer.ORGAN: local}
    settings = Settings(base_url="https://sharing.gov.cn", rulebook=MEASURES)
    layered = FlatComposer(Composer(settings, lambda layer, _: by_layer[layer], at("2026-09-29")))
    facts = CASE | REPLY | {"counts_from": "2026-09-18"}
    assert "第6日　2026年9月28日" in layered.words("due_soon", facts | {"layer": "national"}, POLICE).text
    moved = facts | {"layer": "municipal", "due_on": "2026-10-10"}
    assert "不计　2026年9月28日（星期一）　停（京政办发〔2026〕9号）" in layered.words("due_soon", moved, POLICE).text


# The frame


@pytest.mark.parametrize("template", CASE_NOTICES)
def test_every_mail_ends_with_the_footer_and_a_link_that_needs_sign_in(template: str) -> None:
    mail = words(template, "2026-09-29")
    for body in (mail.text, mail.html):
        assert "https://sharing.gov.cn/cases/GX2026-0001" in body
        assert "政务信息资源共享协商系统（自动提示，非公文，不替代正式来文）" in body
        assert "010-12345678" in body
        assert "常住人口基本信息" in body


@pytest.mark.parametrize("template", CASE_NOTICES)
def test_the_subject_names_the_case_by_its_number_only(template: str) -> None:
    for facts in _said_by(template):
        subject = writer("2026-09-29").subject(template, CASE | facts, POLICE)
        assert "GX2026-0001" in subject
        assert not {CIVIL, POLICE, CASE["subject"]} & set(re.findall(r"\w+", subject))
        assert "\n" not in subject


@pytest.mark.parametrize("template", CASE_NOTICES)
def test_html_says_the_same_words_and_escapes_what_people_typed(template: str) -> None:
    mail = words(template, "2026-09-29", subject="<script>alert(1)</script>&")
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert mail.subject in mail.html


def test_a_name_with_line_breaks_stays_one_line() -> None:
    assert "人口 信息" in words("due_soon", "2026-09-29", subject="人口\n\n信息").text


def test_facts_travel_as_json_and_come_back_as_they_were() -> None:
    facts = case_facts(CASE | PROVISIONAL)
    written = json.loads(json.dumps(to_json(facts)))
    assert written["term"]["due_on"] == "2027-02-06"
    assert from_json(written) == facts


def test_a_missing_fact_is_an_error_and_not_a_gap() -> None:
    written = dict(to_json(case_facts(CASE | REPLY)))
    del written["provider"]
    facts = from_json(written)
    assert isinstance(facts, UnreadableFacts)
    assert facts.no == "GX2026-0001"
    with pytest.raises(ValueError, match="provider"):
        writer("2026-09-29").composer.words("recorded", facts, POLICE)


def test_a_fact_that_a_template_asks_for_and_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UNWRITABLE):
        writer("2026-09-29").words("moved", CASE | REPLY, POLICE)


# Digests


def test_a_digest_puts_what_is_past_first_and_what_the_other_party_owes_last() -> None:
    members = [
        CASE | REPLY | {"no": "GX2026-0002"},
        CASE | REPLY | {"no": "GX2026-0003", "due_on": "2026-10-13"},
        CASE | REPLY | {"no": "GX2026-0004", "due_on": "2026-10-08", "bound": False},
        CASE | REPLY | {"no": "GX2026-0001", "due_on": "2026-10-08"},
    ]
    mail = writer("2026-10-09").words("digest", {"address": "贵单位", "members": members}, POLICE)
    assert mail.subject == "〔汇总〕4件事项的期限提醒（2026年10月9日）"
    assert re.findall(r"【(.+?)】", mail.text) == ["期限已届满", "今日届满", "即将届满", "供了解（期限由对方办理）"]
    assert re.findall(r"^  (GX\S+?)　", mail.text, re.MULTILINE) == [f"GX2026-000{n}" for n in (1, 2, 3, 4)]
    assert all(f"/cases/GX2026-000{n}" in mail.html for n in (1, 2, 3, 4))


def test_the_offices_digest_counts_what_it_cuts() -> None:
    line = {"no": "GX2026-0001", "subject": "常住人口基本信息", "applicant": CIVIL, "provider": POLICE}
    facts = {
        "overdue": [line | {"due_on": "2026-10-08"}], "overdue_count": 60, "soon": [], "soon_count": 0,
        "tasks": [line | {"created_on": "2026-10-08"}], "tasks_count": 1, "failed": [], "failed_count": 0,
        "moved": [], "moved_count": 0, "confirmed": [], "confirmed_count": 0, "provisional_count": 0,
    }  # fmt: skip
    mail = writer("2026-10-09").words("office_digest", facts, "领导小组办公室")
    assert "期限已届满、系统尚未登记办理的60件" in mail.text
    assert "其余59件请登录系统查看" in mail.text
    assert "其余59件请登录系统查看" in mail.html
    assert "至2026年10月8日（星期四）" in mail.text


# What is never said


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_template_holds_a_banned_word(path: Path) -> None:
    assert not [word for word in BANNED_WORDS if word in path.read_text("utf-8")]


@pytest.mark.parametrize("template", CASE_NOTICES)
@pytest.mark.parametrize("today", ["2026-09-29", "2026-10-09", "2026-10-12"])
def test_no_mail_says_a_banned_word_whatever_its_facts(today: str, template: str) -> None:
    for facts in _said_by(template):
        for recipient in (CIVIL, POLICE, ""):
            mail = writer(today).words(template, CASE | facts, recipient)
            assert not [word for word in BANNED_WORDS if word in "".join(mail)]


def test_every_notice_has_its_text_and_its_html() -> None:
    texts = {path.stem for path in FOLDER.glob("*.txt")}
    assert texts == {path.stem for path in FOLDER.glob("*.html")} == {*CASE_NOTICES, *OTHER_NOTICES}


def _said_by(template: str) -> list[dict[str, Any]]:
    """The varieties of facts that a template can meet: only an act may speak of no term."""
    return [
        facts for facts in VARIETIES.values() if facts or template in ("new_case", "recorded", "copied", "reminder")
    ]
