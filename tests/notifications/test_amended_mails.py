"""What the mail says by which a correction is made known (更正告知): titles and dates, and nothing that was entered."""

from typing import Any

from negotiation.core.settings import Settings
from negotiation.domain.notice_facts import AmendedFacts, AmendedLine
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.mime import Words
from negotiation.store.schema.notice_facts import from_json, to_json
from tests.conftest import POLICE, at, day
from tests.notifications.flat_facts import FlatComposer, case_facts
from tests.notifications.test_mail_words import CASE, REPLY
from tests.notifications.test_moved_mails import CALENDAR

AMENDED = AmendedFacts(
    (
        AmendedLine("答复：不同意共享", day("2026-10-16"), day("2026-10-14")),
        AmendedLine("提供数据", day("2026-10-20"), None),
        AmendedLine("提出申请", day("2026-09-18"), day("2026-09-18")),
    ),
    (AmendedLine("认可期限", day("2026-10-30"), day("2026-10-28")), AmendedLine("提供期限", day("2026-11-13"), None)),
    (AmendedLine("答复期限", day("2026-10-09"), None),),
)


def words(amended: AmendedFacts, **facts: Any) -> Words:
    settings = Settings(office_mail="office@sharing.gov.cn", office_phone="010-1", base_url="https://sharing.gov.cn/")
    composer = FlatComposer(Composer(settings, lambda *_layer: CALENDAR, at("2026-11-05", "09:05")))
    return composer.words("amended", CASE | REPLY | facts | {"amended": amended}, POLICE)


def test_the_mail_says_what_was_said_and_what_is_right() -> None:
    mail = words(AMENDED)
    assert mail.subject == "〔更正〕GX2026-0001 原登记有更正"
    for sentence in (
        "“答复：不同意共享”的日期由2026年10月16日更正为2026年10月14日。",
        "“提供数据”（2026年10月20日）系误登，已撤销。",
        "“提出申请”（2026年9月18日）的登记内容已更正，日期不变。",
        "认可期限由2026年10月30日更正为2026年10月28日。",
        "提供期限（原告知2026年11月13日届满）不再计算。",
        "此前提示答复期限已于2026年10月9日届满，该提示予以更正。",
        "此前告知与此不一致的，以本告知为准",
    ):
        assert sentence in mail.text


def test_of_a_case_without_a_running_term_it_says_no_date_that_is_to_come() -> None:
    entry = AmendedFacts(AMENDED.entries[:1], (), ())
    composer = FlatComposer(Composer(Settings(), lambda *_layer: CALENDAR, at("2026-11-05", "09:05")))
    text = composer.words("amended", CASE | {"amended": entry}, POLICE).text
    assert "更正后的办理环节为“待答复”。" in text
    assert "届满" not in text


def test_its_facts_come_out_of_the_database_as_they_went_in() -> None:
    facts = case_facts(CASE | {"amended": AMENDED})
    assert from_json(to_json(facts)) == facts
