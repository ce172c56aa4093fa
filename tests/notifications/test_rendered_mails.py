"""Every kind of mail as a whole, beside the file of ``rendered/`` that holds it: headers and text in words, HTML and
calendar file by their hash. After a change that is meant: ``python -m tests.notifications.test_rendered_mails``.
"""

import email
import email.policy
import hashlib
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.settings import Settings
from negotiation.domain.notice_facts import ItemCount
from negotiation.notifications.channels.base import Recipient
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import OFFICE_LISTS
from tests.conftest import POLICE, at
from tests.notifications.flat_facts import FlatComposer
from tests.notifications.test_amended_mails import AMENDED
from tests.notifications.test_mail_words import CASE, CASE_NOTICES, OF_ONE_UNIT, OTHER_NOTICES, REPLY, SET_BY_ACT
from tests.notifications.test_moved_mails import CALENDAR, CONFIRMED, LINE, MISSING, MOVED, PROVISIONAL, line

OFFICE = "领导小组办公室"  # as its rulebook calls it
RENDERED = Path(__file__).parent / "rendered"
KNOWN = {"term_n": 1, "version": 3, "layer": "national"}
LATE = {"due_on": "2027-01-27", "started_on": "2027-01-13", "counts_from": "2027-01-13", "received_on": "2027-01-13"}
TODAY = {"due_on": "2027-01-28", "started_on": "2027-01-14", "counts_from": "2027-01-14", "received_on": "2027-01-14"}
RESUMED = {"started_on": "2027-01-11", "received_on": "2027-01-11"}
OFFICE_LINE = LINE | {"layer": "national", "counts_from": "2027-01-25", "counted": 10, "official": True}


ALARM: dict[str, Any] = {
    "alarm": "备份", "what": "最近一次定时备份是 2027-01-26 02:00", "todo": "请检查后台服务是否在运行",
    "since": "2027-01-26",
}  # fmt: skip
PUT_OFF: dict[str, Any] = {
    "meeting": "HY2027-0003", "kind": "协调", "was_on": "2027-01-29", "was_at": "14:30", "on": "2027-02-03",
    "at": "09:00", "place": "第三会议室", "subjects": ("常住人口基本信息", "R&D <目录>"), "address": "贵单位",
}  # fmt: skip


ROOT = "0qMWimho90fUGmgGKvavaRGHdyebI/gC3SVahiKbmGo="
SEAL = {
    "n": 31, "sealed_on": date(2027, 1, 27), "size": 1086, "root": ROOT,
    "note": f"negotiation-2543e55237b7\n1086\n{ROOT}\n\n— negotiation-2543e55237b7 {'Az09' * 22}+/8=\n",
}  # fmt: skip


def office_digest() -> dict[str, Any]:
    term = OFFICE_LINE | {"term": "答复期限", "due_on": "2027-02-16"}
    lines: dict[str, list[dict[str, Any]]] = {
        "overdue": [term | {"due_on": "2027-01-27", "counts_from": "2027-01-13"}],
        "soon": [term | {"official": False}],
        "missed": [term | {"due_on": "2027-01-26"}],
        "moved": [term | {"was_due_on": "2027-02-14", "was_official": False}],
        "confirmed": [term | {"was_due_on": "2027-02-16", "was_official": False}],
        "tasks": [LINE | {"created_on": "2027-01-27"}],
        "failed": [LINE | {"no": "", "subject": "（未关联案件）", "created_on": "2027-01-28"}],
    }
    counts = {f"{key}_count": len(lines[key]) + (key == "tasks") for key in OFFICE_LISTS}
    return {**lines, **counts, "provisional_count": 2, "seal": SEAL}


def digest() -> dict[str, Any]:
    facts = [
        ("moved", MOVED), ("confirmed", CONFIRMED), ("lapsed", REPLY | LATE), ("due_today", REPLY | TODAY),
        ("due_soon", PROVISIONAL | {"was_due_on": None}), ("lapsed_note", REPLY | LATE | {"bound": False}),
    ]  # fmt: skip
    members = [
        line(template, each, f"GX2026-000{n}") | KNOWN | {"term": "答复期限\n（延长）"}
        for n, (template, each) in enumerate(facts, 1)
    ]
    return {"address": "贵单位", "members": members}


def of_items(facts: dict[str, Any]) -> dict[str, Any]:
    """The digest, each of its cases with two of three data items."""
    return facts | {"members": [member | {"item_count": ItemCount(2, 3)} for member in facts["members"]]}


MAILS: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (name, CASE | MOVED | KNOWN | {"was_due_on": None}) for name in CASE_NOTICES},
    **{f"{name}_late": (name, CASE | REPLY | LATE | KNOWN) for name in ("lapsed", "lapsed_note", "reminder")},
    **{f"{name}_of_no_term": (name, CASE | {"version": 3}) for name in ("new_case", "recorded", "copied", "reminder")},
    "due_today_now": ("due_today", CASE | REPLY | TODAY | KNOWN),
    "due_soon_provisional": ("due_soon", CASE | PROVISIONAL | KNOWN | {"due_on": "2027-02-06", "was_due_on": None}),
    "due_soon_resumed": ("due_soon", CASE | MOVED | RESUMED | KNOWN | {"was_due_on": None}),
    "due_soon_set_by_act": ("due_soon", CASE | SET_BY_ACT | KNOWN | {"due_on": "2027-02-13"}),
    "lapsed_of_one_unit": ("lapsed", CASE | OF_ONE_UNIT | LATE | KNOWN),
    "recorded_of_items": ("recorded", CASE | REPLY | KNOWN | {"item_count": ItemCount(2, 3)}),
    "new_case_of_items": ("new_case", CASE | REPLY | KNOWN | {"item_count": ItemCount(3, 3)}),
    "lapsed_of_items": ("lapsed", CASE | REPLY | LATE | KNOWN | {"item_count": ItemCount(1, 3)}),
    "digest_of_items": ("digest", of_items(digest())),
    "amended": ("amended", CASE | REPLY | KNOWN | {"amended": AMENDED}),
    "moved": ("moved", CASE | MOVED | KNOWN),
    "moved_of_the_other": ("moved", CASE | MOVED | KNOWN | {"bound": False, "was_due_on": "2027-02-17"}),
    "confirmed": ("confirmed", CASE | CONFIRMED | KNOWN),
    "digest": ("digest", digest()),
    "office_digest": ("office_digest", office_digest()),
    "meeting_moved": ("meeting_moved", PUT_OFF),
    "meeting_cancelled": ("meeting_moved", PUT_OFF | {"on": None, "at": "", "place": ""}),
    "system_alarm": ("system_alarm", ALARM),
    "system_alarm_over": ("system_alarm", ALARM | {"over": True}),
    "calendar_missing": ("calendar_missing", MISSING | {"waiting": [MISSING["waiting"][0] | {"layer": "national"}]}),
}  # fmt: skip


def composed(template: str, facts: dict[str, Any]) -> EmailMessage:
    settings = Settings(office_mail="office@sharing.gov.cn", office_phone="010-1", base_url="https://sharing.gov.cn/")
    composer = FlatComposer(Composer(settings, lambda *_layer: CALENDAR, at("2027-01-28", "09:05"), OFFICE))
    content = composer.compose(template, facts, Recipient(POLICE, "a@gaj.gov.cn"), 7, "k").content
    return email.message_from_bytes(content, policy=email.policy.default)


def rendered(mail: EmailMessage) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items() if name != "Content-Type")
    return headers + "".join(map(_part, (part for part in mail.walk() if not part.is_multipart())))


def _part(part: EmailMessage) -> str:
    kind, content = part.get_content_type(), part.get_payload(decode=True)
    assert isinstance(content, bytes)
    said = content.decode().replace("\r\n", "\n") if kind == "text/plain" else hashlib.sha256(content).hexdigest()
    return f"\n--- {kind}\n{said}\n"


@pytest.mark.parametrize("name", MAILS)
def test_every_kind_of_mail_reads_as_before(name: str) -> None:
    assert rendered(composed(*MAILS[name])) == (RENDERED / f"{name}.txt").read_text("utf-8")


def test_every_kind_of_mail_is_held() -> None:
    assert {path.stem for path in RENDERED.iterdir()} == set(MAILS)
    assert {template for template, _ in MAILS.values()} == {*CASE_NOTICES, *OTHER_NOTICES}


if __name__ == "__main__":
    for known, mail in MAILS.items():
        (RENDERED / f"{known}.txt").write_text(rendered(composed(*mail)), "utf-8")
