"""Facts of notices as the tests write them: one flat dictionary, dates in ISO 8601; and a composer that takes them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from negotiation.core.enums import CalendarLayer
from negotiation.domain.notice_facts import (
    AlarmFacts,
    DigestFacts,
    DigestLine,
    DueFacts,
    EarlierDue,
    Facts,
    MeetingFacts,
    MissingYearFacts,
    MoveFacts,
    NoticeFacts,
    OfficeDigestFacts,
    OfficeLine,
    OfficeList,
    TermFacts,
)
from negotiation.domain.seal_facts import SealFacts
from negotiation.notifications.channels.base import OutgoingMessage, Recipient
from negotiation.notifications.email.composer import Composer
from negotiation.notifications.email.layout import OFFICE_LISTS
from negotiation.notifications.email.mime import Words

CASE_KEYS = ("no", "subject", "procedure", "applicant", "provider", "event", "state", "basis", "address")
ANY_DAY = "2026-01-05"


class FlatComposer:
    """A composer of mails whose facts are flat."""

    def __init__(self, composer: Composer) -> None:
        self.composer = composer

    def words(self, template: str, flat: Mapping[str, Any], recipient: str) -> Words:
        return self.composer.words(template, facts_of(template, flat), recipient)

    def subject(self, template: str, flat: Mapping[str, Any], recipient: str) -> str:
        return self.composer.subject(template, facts_of(template, flat), recipient)

    def compose(
        self, template: str, flat: Mapping[str, Any], recipient: Recipient, case_id: int, key: str
    ) -> OutgoingMessage:
        return self.composer.compose(template, facts_of(template, flat), recipient, case_id, key)


def facts_of(template: str, flat: Mapping[str, Any]) -> Facts:
    """The facts of a template."""
    if template == "digest":
        return DigestFacts(flat["address"], tuple(_digest_line(member) for member in flat["members"]))
    if template == "office_digest":
        lists = {key: _office_list(flat[key], flat[f"{key}_count"]) for key in OFFICE_LISTS if key in flat}
        seal = flat.get("seal")
        return OfficeDigestFacts(lists, flat["provisional_count"], seal=SealFacts(**seal) if seal else None)
    if template == "calendar_missing":
        waiting = _office_list(flat["waiting"], flat["waiting_count"])
        return MissingYearFacts(flat["year"], date.fromisoformat(flat["since"]), waiting)
    if template == "system_alarm":
        return AlarmFacts(**{**flat, "since": date.fromisoformat(flat["since"])})
    if template == "meeting_moved":
        return MeetingFacts(**{**flat, "was_on": date.fromisoformat(flat["was_on"]), "on": _day(flat["on"])})
    return case_facts(flat)


NEXT = "期限届满不当然视为协商未果，可继续与提供部门协商，也可提请协调，由领导小组办公室决定是否受理。"


def case_facts(flat: Mapping[str, Any]) -> NoticeFacts:
    return NoticeFacts(
        **{key: flat[key] for key in CASE_KEYS},
        on=date.fromisoformat(flat["on"]),
        received_on=_day(flat.get("received_on")),
        version=flat.get("version", 1),
        term=_term(flat) if "due_on" in flat else None,
        move=_move(flat) if flat.get("was_due_on") else None,
        amended=flat.get("amended"),
        item_count=flat.get("item_count"),
        applicant_title=flat.get("applicant_title", "使用部门"),
        provider_title=flat.get("provider_title", "提供部门"),
    )


def _term(flat: Mapping[str, Any]) -> TermFacts:
    due = _due(flat)
    return TermFacts(
        due.title, due.layer, due.counts_from, due.counted, due.due_on, due.official,
        n=flat.get("term_n", 1),
        basis=flat["term_basis"],
        awaits=flat.get("awaits", ""),
        days=flat["days"],
        started_on=date.fromisoformat(flat["started_on"]),
        main=flat.get("main", False),
        bound=flat.get("bound", True),
        silence=flat.get("silence", "未答复不视为同意。" if flat.get("main") and not flat.get("awaits") else ""),
        next=flat.get("next", NEXT if flat.get("main") and not flat.get("awaits") else ""),
    )  # fmt: skip


def _due(flat: Mapping[str, Any]) -> DueFacts:
    return DueFacts(
        title=flat.get("term", ""),
        layer=CalendarLayer(flat.get("layer", "national")),
        counts_from=date.fromisoformat(flat.get("counts_from", ANY_DAY)),
        counted=flat.get("counted"),
        due_on=date.fromisoformat(flat["due_on"]),
        official=flat.get("official", True),
    )


def _move(flat: Mapping[str, Any]) -> MoveFacts:
    return MoveFacts(
        date.fromisoformat(flat["was_due_on"]),
        flat.get("was_official", True),
        flat["document"],
        flat["document_title"],
        _day(flat["document_on"]),
        CalendarLayer(flat["document_layer"]),
    )


def _digest_line(flat: Mapping[str, Any]) -> DigestLine:
    return DigestLine(flat.get("case_id", 0), flat.get("key", ""), flat.get("template", ""), 1, case_facts(flat))


def _office_list(lines: list[dict[str, Any]], count: int) -> OfficeList:
    return OfficeList(count, tuple(_office_line(line) for line in lines))


def _office_line(flat: Mapping[str, Any]) -> OfficeLine:
    was = flat.get("was_due_on")
    return OfficeLine(
        **{key: flat[key] for key in ("no", "subject", "applicant", "provider")},
        term=_due(flat) if "due_on" in flat else None,
        move=EarlierDue(date.fromisoformat(was), flat.get("was_official", True)) if was else None,
        created_on=_day(flat.get("created_on")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
