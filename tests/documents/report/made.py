"""A report made by hand: two departments provide, one applies; every number is small enough to be checked by eye."""

from datetime import UTC, date, datetime
from typing import Any

from negotiation.documents.report.figures import TOTAL, Line, ProcedureFigures, Scope, Span
from negotiation.documents.report.model import Report, RulebookUsed
from negotiation.documents.report.rows import Entered, Moved, Row
from tests.conftest import CHAOYANG, CIVIL, POLICE

POLICE_COUNTS = {
    "carried_over": 2, "received": 10, "reopened": 1, "moved_in": 0, "closed": 9, "closed_agreed": 5,
    "closed_partly": 1, "closed_decided_share": 1, "closed_refused": 1, "closed_withdrawn": 1, "moved_out": 1,
    "carried_forward": 2, "replies_due": 8, "replies_on_time": 6, "reply_days": 45, "replies": 7, "overdue": 2,
    "replied_late": 1, "overdue_1_5": 1, "overdue_6_10": 1, "unanswered": 1, "unanswered_6_10": 1, "supplies_due": 6,
    "supplies_on_time": 5, "supply_days": 70, "supplies": 6, "closed_negotiated": 6, "closed_coordinated": 2,
    "closed_deliberated": 1, "to_coordination": 3, "to_deliberation": 1, "coordinations_ended": 3,
    "coordinations_settled": 2, "coordination_days": 30, "extensions_asked": 1, "supplements": 2, "refusals": 2,
    "refusals_personal": 2, "items_asked": 40, "items_agreed": 31,
}  # fmt: skip
CHAOYANG_COUNTS = {
    "received": 3, "moved_in": 1, "closed": 2, "closed_agreed": 2, "carried_forward": 2, "replies_due": 2,
    "replies_on_time": 2, "reply_days": 11, "replies": 2, "closed_negotiated": 2, "items_asked": 4, "items_agreed": 4,
}  # fmt: skip
ALL_COUNTS = {
    key: POLICE_COUNTS.get(key, 0) + CHAOYANG_COUNTS.get(key, 0) for key in {**POLICE_COUNTS, **CHAOYANG_COUNTS}
}
MONTHS = {
    "2026-01": {"carried_over": 2, "received": 8, "closed": 4, "carried_forward": 6, "replies_due": 5,
                "replies_on_time": 4},
    "2026-02": {"carried_over": 6, "received": 5, "closed": 7, "carried_forward": 4, "replies_due": 5,
                "replies_on_time": 4},
}  # fmt: skip
FORMULA = '=HYPERLINK("x")'  # a resource that a person named so


def line(span: Span, key: str, title: str, counts: dict[str, int], procedure: str = "sharing") -> Line:
    return Line(procedure, Scope(span, key, title), counts)


def sharing(**changes: Any) -> ProcedureFigures:
    facts: dict[str, Any] = {
        "key": "sharing",
        "title": "共享申请",
        "basis": "第十七条",
        "total": Line("sharing", TOTAL, ALL_COUNTS),
        "providers": (
            line(Span.PROVIDER, "2", POLICE, POLICE_COUNTS),
            line(Span.PROVIDER, "4", CHAOYANG, CHAOYANG_COUNTS),
        ),
        "applicants": (line(Span.APPLICANT, "1", CIVIL, ALL_COUNTS),),
        "levels": (
            line(Span.LEVEL, "municipal", "市级部门", POLICE_COUNTS),
            line(Span.LEVEL, "district", "区", CHAOYANG_COUNTS),
        ),
        "months": tuple(line(Span.MONTH, key, f"{int(key[5:])}月", counts) for key, counts in MONTHS.items()),
        "refusal_classes": {"personal": "涉及个人信息"},
        "table": "coordination",
    }
    return ProcedureFigures(**facts | changes)


def rectifying() -> ProcedureFigures:
    counts = {"received": 2, "closed": 1, "closed_done": 1, "carried_forward": 1, "issued": 2, "finished": 1}
    total = Line("rectification", TOTAL, counts)
    provider = line(Span.PROVIDER, "2", POLICE, counts, "rectification")
    return ProcedureFigures(
        key="rectification", title="整改", basis="第三十三条", total=total, providers=(provider,), applicants=(),
        levels=(), months=(), rate="finished_rate", rate_title="整改完成率", table="rectifications",
        section="putting_right",
    )  # fmt: skip


def nothing() -> Report:
    """A year in which nothing happened."""
    empty = sharing(total=Line("sharing", TOTAL, {}), providers=(), applicants=(), levels=(), months=())
    return report(procedures=(empty,), tables={}, moved=(), entered=(), notes=())


def report(**changes: Any) -> Report:
    rows = {
        "coordination": (
            Row(
                "GX2026-0007", "sharing", POLICE, CIVIL, FORMULA, "协调中", date(2026, 3, 2), date(2026, 3, 16),
                answer="协调一致", referred_on=date(2026, 3, 20), accepted_on=date(2026, 3, 23),
                ended_on=date(2026, 4, 3), days=9,
            ),
        ),
        "rectifications": (
            Row(
                "ZG2026-0001", "rectification", POLICE, "", "目录更新", "整改中", date(2026, 4, 1),
                date(2026, 4, 30), class_title="（一）未按规定编制或更新目录",
            ),
        ),
    }  # fmt: skip
    facts: dict[str, Any] = {
        "year": 2026,
        "since": date(2026, 1, 1),
        "until": date(2026, 12, 31),
        "as_of": date(2026, 12, 31),
        "rulebooks": (
            RulebookUsed(
                "beijing-2017", "1", "北京市政务信息资源管理办法（试行）",
                "《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）",
            ),
        ),
        "procedures": (sharing(), rectifying()),
        "tables": rows,
        "moved": (Moved("sharing", "provider", POLICE, CHAOYANG, ("GX2026-0003",)),),
        "entered": (
            Entered(
                "catalogue_entries", "目录数", "条", "1200", "市级大数据平台", "周经办",
                datetime(2027, 1, 4, 2, tzinfo=UTC),
            ),
        ),
        "notes": (f"共享申请1件的提供部门由{POLICE}变更为{CHAOYANG}，分别计入划出和划入",),
        "sources": ("国办发明电〔2025〕7号",),
    }  # fmt: skip
    return Report(**{**facts, **changes})
