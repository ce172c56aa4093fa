"""What an order to destroy takes away, what stays, and where the same words may stand besides: for whoever decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from negotiation.core.enums import COMES_FROM, GOES_ON
from negotiation.domain.expunging import DRAFT, Expunged, Order
from negotiation.services.backup import holding
from negotiation.services.backup.holding import Holding
from negotiation.services.cases import acting, expunging
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.context import UnitOfWork
from negotiation.services.event_view import event_title
from negotiation.store import attachments, event_lines, relations
from negotiation.store.transaction import Transaction

STAYS = (
    "编号、双方、日期、期限、办理情形等选项和数值",
    "每项登记由谁在何时登记，登记和附件的摘要值（事件链仍可核验）",
    "决定的文号和日期、登记人、复核人",
)


@dataclass(frozen=True)
class Preview:
    """The order in words: what goes, what stays, where else the words may stand, which backups hold them."""

    goes: list[str]
    stays: tuple[str, ...]
    elsewhere: list[str]
    backups: list[Holding]
    what_to_do: tuple[str, str]


def preview_of(work: UnitOfWork, no: str, order: Order) -> Preview:
    """Foretells what an order would do now. Raises as ``expunging.scope_of`` does; nothing is written."""
    file, transaction = acting.take(work, no), work.transaction
    expunging.demand_over(file, order)
    gone = expunging.scope_of(transaction, file, order)
    subject, _ = expunging.left(transaction, file, gone)
    backups = backups_of(work, file)
    goes = [*_goes(transaction, file, gone), *(_goes_besides(gone) if subject != file.subject else ())]
    return Preview(goes, STAYS, list(_elsewhere(transaction, file)), backups, (holding.WHAT_TO_DO, holding.BEYOND))


def backups_of(work: UnitOfWork, file: CaseFile, until: datetime | None = None) -> list[Holding]:
    """The backups that hold the case as it was until an instant (None: now)."""
    settings = work.context.settings
    return holding.holding(work.transaction, settings, file.base_record.opened_at, until or work.at)


def _goes(transaction: Transaction, file: CaseFile, gone: Expunged) -> Iterator[str]:
    events = {each.seq: each for each in event_lines.events_of(transaction, file.case_id)}
    for seq in gone.contents:
        if seq == DRAFT:
            yield "草稿的全部文字"
        else:
            title = event_title(file.procedure, events[seq], file.case_state.terms)
            yield f"第{seq}项“{title}”（{events[seq].happened_on}）所填的文字"
    for row in attachments.list_of(transaction, file.case_id):
        if row.n in gone.files:
            yield f"附件{row.n}“{row.name}”的内容{'和名称' if row.n in gone.names else '（名称写在登记中，保留）'}"


def _goes_besides(gone: Expunged) -> Iterator[str]:
    yield "案件的名称：列表、检索、台账、年度报告（含已发布的）中都不再有"
    yield "已发、待发通知和汇总的文字，本机留存的邮件文件，含本案编号的退回行文件"
    yield "数据项的名称、条件、理由；已办结的送签内容"
    if gone.is_whole:
        yield "会议对本案的议定事项，待办的文字，与资源目录的关联"


def _elsewhere(transaction: Transaction, file: CaseFile) -> Iterator[str]:
    """Other cases in which the same words may stand; an order names them by themselves."""
    same = [each.no for each in relations.related_cases(transaction, file.case, None) if each.same_letter]
    if same:
        yield f"同一来文的案件：{'、'.join(same)}"
    fields: list[Mapping[str, object]] = [
        each.fields or {} for each in event_lines.events_of(transaction, file.case_id)
    ]
    others = [str(each[key]) for each in fields for key in (GOES_ON, COMES_FROM) if key in each]
    if others:
        yield f"划转的案件：{'、'.join(dict.fromkeys(others))}"
