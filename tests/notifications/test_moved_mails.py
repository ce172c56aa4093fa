"""What is written when the calendar changes: a date moved, a date confirmed, an arrangement still missing; and the
calendar file that goes along with every date to come.
"""

import email
import email.policy
import re
from datetime import date
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest

from calendars import Arrangement, WorkingCalendar
from negotiation.core.enums import BANNED_WORDS
from negotiation.core.settings import Settings
from negotiation.notifications.channels.base import Recipient
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import OFFICE_LISTS
from negotiation.notifications.email.mime import Words
from tests.conftest import CIVIL, MEASURES, POLICE, at
from tests.notifications.flat_facts import FlatComposer
from tests.notifications.test_mail_words import ARTICLE, CASE, CASE_NOTICES, REPLY, SET_BY_ACT, writer

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
NUMBER = "国办发明电〔2026〕7号"
AWAITED = "暂定，待国务院办公厅公布2027年节假日安排后确定"
OFFICE = "领导小组办公室"
KNOWN = {"term_n": 1, "version": 3}
# 春节 2027: off 5 to 12 February, made up on Saturday 20 and Sunday 28 February.
PUBLISHED = Arrangement(
    2027,
    NUMBER,
    date(2026, 11, 4),
    {date(2027, 1, 1): "元旦", **{date(2027, 2, n): "春节" for n in range(5, 13)}},
    {date(2027, 2, n): "春节" for n in (20, 28)},
)
CALENDAR = WorkingCalendar.official(extra=[PUBLISHED])
RECEIVED = "2027-01-25"
MOVED = REPLY | KNOWN | {
    "received_on": RECEIVED, "started_on": RECEIVED, "counts_from": RECEIVED, "due_on": "2027-02-16",
    "was_due_on": "2027-02-14", "was_official": False,
    "document": NUMBER, "document_title": NOTICE, "document_on": "2026-11-04", "document_layer": "national",
}  # fmt: skip
CONFIRMED = MOVED | {"was_due_on": "2027-02-16"}
ESTIMATED = WorkingCalendar.official().estimate(date(2027, 1, 25), 10)
PROVISIONAL = MOVED | {"due_on": ESTIMATED.day.isoformat(), "official": False}
LOCAL = {"document": "京政办发〔2026〕9号", "document_title": "", "document_on": None, "document_layer": "municipal"}
LINE = {"no": "GX2026-0001", "subject": "常住人口基本信息", "applicant": CIVIL, "provider": POLICE}
MISSING: dict[str, Any] = {
    "year": 2027,
    "since": "2026-11-02",
    "waiting_count": 52,
    "waiting": [LINE | {"term": "答复期限", "due_on": ESTIMATED.day.isoformat(), "official": False}
                | {"counts_from": RECEIVED, "counted": 10}],
}  # fmt: skip


def knowing(on: str = "2027-01-28") -> FlatComposer:
    """A writer on a day when the arrangement of 2027 is known."""
    settings = Settings(office_mail="office@sharing.gov.cn", base_url="https://sharing.gov.cn/", rulebook=MEASURES)
    return FlatComposer(Composer(settings, lambda *_layer: CALENDAR, at(on, "09:05")))


def moved(recipient: str = POLICE, **changes: Any) -> Words:
    return knowing().words("moved", CASE | MOVED | changes, recipient)


def line(template: str, facts: dict[str, Any], no: str = "GX2026-0001") -> dict[str, Any]:
    """A member of a digest."""
    return CASE | {"no": no, "template": template, "case_id": int(no[-4:]), "key": "k"} | facts


def digest(*members: dict[str, Any], on: str = "2027-01-28") -> Words:
    return knowing(on).words("digest", {"address": "贵单位", "members": list(members)}, POLICE)


# A date that moved


def test_a_moved_date_names_the_notice_both_dates_and_that_the_days_are_the_same() -> None:
    mail = moved()
    assert mail.subject == "〔期限变更〕GX2026-0001 由2027年2月14日变更为2027年2月16日"
    sentence = (
        f"国务院办公厅于2026年11月4日印发《{NOTICE}》（{NUMBER}）。据此，"
        "答复期限由2027年2月14日（星期日，暂定）变更为2027年2月16日（星期二）。"
        f"期限天数不变，仍为10个工作日，依据{ARTICLE}。"
    )
    assert sentence in mail.text
    assert sentence in mail.html
    assert "如已书面答复，请告知文号和日期，以便登记。" in mail.text


def test_the_table_holds_the_old_date_and_the_ruler_the_notice() -> None:
    mail = moved()
    assert "原届满日：2027年2月14日（星期日），暂定" in mail.text
    assert "答复期限：至2027年2月16日（星期二）\n" in mail.text
    assert f"不计8天　2027年2月5日（星期五）至2月12日（星期五）　春节（{NUMBER}）" in mail.text
    assert (
        "不计2天　2027年2月13日（星期六）至2月14日（星期日）　周末" in mail.text
    )  # the Sunday is not made up after all
    assert "第10日　2027年2月16日（星期二）　届满日" in mail.text
    assert "原届满日" in mail.html


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (LOCAL, "因工作日安排变更（京政办发〔2026〕9号），答复期限由"),
        (
            LOCAL | {"document": "", "document_title": "关于调休的通知"},
            "因工作日安排变更（《关于调休的通知》），答复期限由",
        ),
        (LOCAL | {"document": "", "document_layer": "organ"}, "因工作日安排变更，答复期限由"),
        ({"document": "", "document_layer": "national", "document_title": ""}, "因工作日安排变更，答复期限由"),
        ({"document_layer": "municipal"}, f"因工作日安排变更（《{NOTICE}》（{NUMBER}）），答复期限由"),
        ({"document_title": "", "document_on": None}, f"国务院办公厅印发通知（{NUMBER}）。据此，答复期限由"),
        ({"document_title": f"《{NOTICE}》", "document_on": None}, f"国务院办公厅印发《{NOTICE}》（{NUMBER}）。据此，"),
    ],
)
def test_only_what_the_state_councils_office_issued_is_called_its_own(document: dict[str, Any], said: str) -> None:
    text = moved(**document).text
    assert said in text
    assert bool(re.search("国务院办公厅(于.+?)?印发", text)) == said.startswith("国务院办公厅")


def test_a_date_that_was_official_is_not_called_provisional_afterwards() -> None:
    assert "暂定" not in "".join(moved(was_official=True))


def test_a_date_that_stays_provisional_says_until_when_and_its_range() -> None:
    mail = writer("2026-11-05").words("moved", CASE | PROVISIONAL | {"was_due_on": "2027-02-06"}, POLICE)
    for body in (mail.text, mail.html):
        assert f"{AWAITED}；目前推算在2027年" in body


def test_a_date_that_became_earlier_says_so() -> None:
    assert "变更后的日期早于原日期，请留意。" in moved(was_due_on="2027-02-17").text
    assert "请留意" not in moved().text


def test_the_party_that_waits_is_asked_for_nothing() -> None:
    text = moved(CIVIL, bound=False).text
    assert "该期限由市公安局办理，以上供了解。" in text
    assert "请告知文号" not in text


def test_a_resumed_term_that_moved_says_how_it_is_counted() -> None:
    text = moved(started_on="2027-01-11", received_on="2027-01-11").text
    assert "仍为10个工作日，自2027年1月25日起续计10个工作日" in text


# A date that was confirmed


def test_a_confirmed_date_says_that_it_is_the_same() -> None:
    mail = knowing().words("confirmed", CASE | CONFIRMED, POLICE)
    assert mail.subject == "〔期限确定〕GX2026-0001 确定于2027年2月16日届满"
    assert "答复期限的届满日期此前为暂定，现已确定。" in mail.text
    assert f"（{NUMBER}）。据此，答复期限确定于2027年2月16日（星期二）届满，与暂定的日期相同。" in mail.text
    assert "原届满日" not in mail.text


def test_a_date_confirmed_by_another_document_says_so() -> None:
    text = knowing().words("confirmed", CASE | CONFIRMED | LOCAL, POLICE).text
    assert "工作日安排已确定（京政办发〔2026〕9号），答复期限确定于2027年2月16日" in text


# Digests


def test_a_digest_begins_with_what_moved_and_ends_with_what_was_confirmed() -> None:
    mail = digest(
        line("confirmed", CONFIRMED, "GX2026-0001"),
        line("due_soon", REPLY | {"due_on": "2027-01-29"}, "GX2026-0002"),
        line("due_soon", REPLY | {"due_on": "2027-01-29", "bound": False}, "GX2026-0003"),
        line("moved", MOVED, "GX2026-0004"),
    )
    assert re.findall(r"【(.+?)】", mail.text) == ["期限变更", "即将届满", "供了解（期限由对方办理）", "期限已确定"]
    assert mail.subject == "〔汇总〕4件事项的期限提醒（2027年1月28日）"
    assert (
        "以下4件事项与贵单位有关：届满日期因工作日安排变更的1件，期限天数不变；暂定日期现已确定的1件；"
        "其余2件，截至2027年1月28日9时，系统尚未登记办理情况。"
    ) in mail.text
    for body in (mail.text, mail.html):
        assert "答复期限由2027年2月14日（星期日，暂定）变更为2027年2月16日（星期二）" in body
        assert "答复期限确定于2027年2月16日（星期二）届满" in body
        assert f"工作日安排：{NUMBER}" in body


def test_a_digest_of_changes_alone_asks_for_no_answer_that_is_late() -> None:
    mail = digest(line("moved", MOVED | {"bound": False}), line("moved", MOVED | {"bound": False}, "GX2026-0002"))
    assert mail.subject == "〔汇总〕2件事项的期限变更（2027年1月28日）"
    assert "：届满日期因工作日安排变更的2件，期限天数不变。" in mail.text
    assert not [word for word in ("尚未登记", "协商未果", "不视为同意", "请告知") if word in mail.text]
    assert digest(line("confirmed", CONFIRMED)).subject == "〔汇总〕1件事项的期限确定（2027年1月28日）"


def test_a_provisional_line_of_a_digest_names_its_range() -> None:
    facts = {"address": "贵单位", "members": [line("due_soon", PROVISIONAL | {"was_due_on": None})]}
    mail = writer("2027-01-28").words("digest", facts, POLICE)
    for body in (mail.text, mail.html):
        assert f"{AWAITED}；目前推算在2027年" in body


# The office


NOTHING: dict[str, Any] = {
    **{key: [] for key in OFFICE_LISTS},
    **{f"{key}_count": 0 for key in (*OFFICE_LISTS, "provisional")},
}


def office(**facts: Any) -> Words:
    counts = {f"{key}_count": len(facts.get(key, [])) for key in OFFICE_LISTS}
    return writer("2026-11-05").words("office_digest", NOTHING | counts | facts, OFFICE)


def test_the_offices_digest_lists_what_moved_and_what_was_confirmed() -> None:
    mail = office(
        moved=[LINE | {"term": "答复期限", "due_on": "2026-12-30", "was_due_on": "2026-12-29", "was_official": False}],
        confirmed=[LINE | {"due_on": "2026-12-30", "was_due_on": "2026-12-30"}],
        provisional_count=7,
    )
    assert re.findall(r"【(.+?)】", mail.text) == ["期限因工作日安排变更", "暂定期限已确定"]
    assert "因工作日安排变更届满日期的1件；暂定日期已确定的1件。" in mail.text
    assert "届满日期尚为暂定的7件。" in mail.text
    for body in (mail.text, mail.html):
        assert "答复期限由2026年12月29日（星期二，暂定）变更为2026年12月30日（星期三）" in body


def test_a_provisional_line_of_the_offices_digest_names_its_range() -> None:
    mail = office(soon=MISSING["waiting"])
    for body in (mail.text, mail.html):
        assert f"{AWAITED}；目前推算在2027年" in body


def test_a_missing_arrangement_says_what_waits_for_it_and_what_to_do() -> None:
    mail = writer("2026-11-02").words("calendar_missing", MISSING, OFFICE)
    assert mail.subject == "〔提示〕2027年节假日安排尚未收录"
    assert "截至2026年11月2日，系统尚未收录国务院办公厅关于2027年部分节假日安排的通知。" in mail.text
    assert "现有52件在办期限" in mail.text
    assert "请在系统“日历”页面导入通知全文" in mail.text
    for body in (mail.text, mail.html):
        assert "其余51件请登录系统查看" in body
        assert "GX2026-0001" in body
        assert f"{AWAITED}；目前推算在2027年" in body


def test_a_missing_arrangement_for_which_nothing_waits_lists_nothing() -> None:
    mail = writer("2026-11-02").words("calendar_missing", MISSING | {"waiting_count": 0, "waiting": []}, OFFICE)
    assert "目前没有须待该安排确定的在办期限。" in mail.text
    assert "【" not in mail.text
    assert "<th" not in mail.html


# What is never said, whatever the notice


ALL = [
    *((name, CASE | REPLY | KNOWN) for name in CASE_NOTICES),
    *((name, CASE | PROVISIONAL) for name in CASE_NOTICES),
    *((name, CASE | facts) for name in ("moved", "confirmed") for facts in (MOVED, CONFIRMED, PROVISIONAL)),
    ("digest", {"address": "贵单位", "members": [line("moved", MOVED), line("due_soon", PROVISIONAL)]}),
    ("calendar_missing", MISSING),
]


@pytest.mark.parametrize(("template", "facts"), ALL)
@pytest.mark.parametrize("on", ["2026-11-05", "2027-02-16", "2027-03-01"])
def test_no_mail_says_a_banned_word_or_a_name_in_its_subject(template: str, facts: dict[str, Any], on: str) -> None:
    for write, recipient in ((writer, POLICE), (knowing, CIVIL)):
        mail = write(on).words(template, facts, recipient)
        assert not [word for word in BANNED_WORDS if word in "".join(mail)]
        assert not [name for name in (CIVIL, POLICE, "人口") if name in mail.subject]
        assert "None" not in mail.text + mail.html
        assert "暂定。" not in mail.text.replace("均为暂定。", "").replace("此前为暂定", "")


@pytest.mark.parametrize("template", ["moved", "confirmed"])
def test_what_people_typed_is_escaped_and_stays_on_its_line(template: str) -> None:
    hostile = "<b>人口</b>\n〔更正〕&"
    facts = CASE | MOVED | {"subject": hostile, "document_title": hostile, "document": "国办发<i>"}
    mail = knowing().words(template, facts, POLICE)
    listed = digest(line("moved", MOVED | {"document": "国办发<i>", "term": "<i>"})).html
    assert "<b>" not in mail.html
    assert "<i>" not in mail.html + listed
    assert "<b>人口</b> 〔更正〕&" in mail.text


# The calendar file in the mail


def opened(template: str, facts: dict[str, Any], on: str = "2027-01-28", **options: Any) -> EmailMessage:
    """The mail as a mail program opens it."""
    recipient = Recipient(options.get("recipient", POLICE), "a@gaj.gov.cn")
    content = knowing(on).compose(template, facts, recipient, 7, options.get("key", "k")).content
    assert b"\n" not in content.replace(b"\r\n", b"")
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert not [part.defects for part in found.walk() if part.defects]
    return found


def attached(mail: EmailMessage) -> Any:
    """The one attachment as a calendar program opens it; None without one."""
    parts = list(mail.iter_attachments())
    if not parts:
        return None
    (part,) = parts
    return icalendar.Calendar.from_ical(part.get_content())


def test_a_mail_is_text_and_html_as_alternatives_with_the_calendar_file_beside_them() -> None:
    mail = opened("moved", CASE | MOVED)
    both, file = mail.iter_parts()
    assert (mail.get_content_type(), both.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert [part.get_content_type() for part in both.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_content_type(), file.get_content_disposition()) == ("text/calendar", "attachment")
    assert (file.get_filename(), file.get_param("method"), file.get_content_charset()) == (
        "期限.ics",
        "PUBLISH",
        "utf-8",
    )
    assert "filename*=utf-8''%E6%9C%9F%E9%99%90.ics" in file.as_string()
    assert all(part["Content-Transfer-Encoding"] == "base64" for part in (*both.iter_parts(), file))


def test_its_readings_are_the_words_of_the_notice() -> None:
    mail, words = opened("moved", CASE | MOVED), moved()
    for kind, said in (("plain", words.text), ("html", words.html)):
        body = mail.get_body((kind,))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == said
    assert mail["Subject"] == words.subject
    assert "附件“期限.ics”可导入日历软件" in words.text


def test_a_mail_without_a_date_to_come_has_no_attachment() -> None:
    for facts in (CASE | REPLY | KNOWN | {"due_on": "2027-01-27"}, CASE | KNOWN):
        mail = opened("recorded", facts)
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        assert "期限.ics" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_moved_date_has_the_uid_it_had_and_a_higher_sequence() -> None:
    first = attached(opened("new_case", CASE | MOVED | {"due_on": "2027-02-14", "was_due_on": None, "version": 1}))
    later = attached(opened("moved", CASE | MOVED))
    (before,), (after,) = first.events, later.events
    assert before["UID"] == after["UID"] == "case-7-term-1@sharing.gov.cn"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 3)
    assert (before.start, after.start) == (date(2027, 2, 14), date(2027, 2, 16))


def test_a_date_that_moved_into_the_past_moves_in_the_calendar_too() -> None:
    (event,) = attached(opened("moved", CASE | MOVED, on="2027-02-17")).events
    assert event.start == date(2027, 2, 16)


def test_a_provisional_date_is_tentative_in_the_calendar() -> None:
    letter = writer("2027-01-28").compose("due_soon", CASE | PROVISIONAL, Recipient(POLICE, "a@gaj.gov.cn"), 7, "k")
    (event,) = attached(email.message_from_bytes(letter.content, policy=email.policy.default)).events
    assert event["STATUS"] == "TENTATIVE"
    assert f"{AWAITED}；目前推算在2027年" in event["DESCRIPTION"]


def test_a_date_set_by_an_act_is_in_the_calendar_too() -> None:
    (event,) = attached(opened("due_soon", CASE | SET_BY_ACT | KNOWN | {"due_on": "2027-02-13"})).events
    assert (event["SUMMARY"], event["STATUS"]) == ("GX2026-0001 提供期限届满", "CONFIRMED")


def test_a_digest_has_one_file_with_an_entry_for_each_term() -> None:
    members = [
        line("moved", MOVED, "GX2026-0001"),
        line("due_soon", MOVED | {"was_due_on": None, "version": 2, "due_on": "2027-02-14"}, "GX2026-0001"),
        line("due_soon", REPLY | KNOWN | {"due_on": "2027-01-29"}, "GX2026-0002"),
        line("lapsed", REPLY | KNOWN | {"due_on": "2027-01-27"}, "GX2026-0003"),
    ]
    found = attached(opened("digest", {"address": "贵单位", "members": members})).events
    assert {each["UID"]: each["SEQUENCE"] for each in found} == {
        "case-1-term-1@sharing.gov.cn": 3,
        "case-2-term-1@sharing.gov.cn": 3,
    }


def test_the_offices_mails_have_no_attachment() -> None:
    for template, facts in (("calendar_missing", MISSING), ("office_digest", NOTHING)):
        assert attached(opened(template, facts)) is None


def test_a_hostile_resource_name_adds_no_line_to_any_part() -> None:
    name = "人口\r\nBEGIN:VALARM\r\n--=_x\r\nBcc: x@example.com"
    mail = opened("moved", CASE | MOVED | {"subject": name})
    assert "Bcc" not in mail
    (event,) = attached(mail).events
    assert len(event.subcomponents) == 1
    assert str(event["DESCRIPTION"]).splitlines()[0] == "资源名称：人口 BEGIN:VALARM --=_x Bcc: x@example.com"


def test_the_same_notice_written_again_is_the_same_mail() -> None:
    first, again = (knowing().compose("moved", CASE | MOVED, Recipient(POLICE, "a@gaj.gov.cn"), 7, "k") for _ in "12")
    assert first == again
