"""One case on the terminal: its facts, terms, items, history, tasks, notices and what may be done now."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from negotiation.cli import console
from negotiation.cli.case_changes import print_rewritten
from negotiation.cli.case_tables import deadline_status, provisional_notes
from negotiation.cli.console import due, table
from negotiation.cli.context import CliContext
from negotiation.cli.options import emit
from negotiation.core.enums import ItemAnswer, NoticeState
from negotiation.core.labels import ITEM_ANSWER_TITLES, NOTICE_STATE_TITLES, NOTICE_TITLES
from negotiation.domain import rulers
from negotiation.domain.rulebook.day_options import day_options
from negotiation.domain.then import Then
from negotiation.services import acts_view, case_view, offers
from negotiation.services.case_json import CaseWithActs, EventJson
from negotiation.services.case_then_view import CaseThen
from negotiation.services.cases import corrections
from negotiation.services.cases.case_file import CaseFile
from negotiation.services.cases.corrections import Corrected
from negotiation.services.duplicates import Duplicate


class Opened(NamedTuple):
    """What came with a case besides: departments that nobody knew, and of a new case (else None) the cases in which
    the same was asked for already."""

    departments: Sequence[str] = ()
    duplicates: Sequence[Duplicate] | None = None

    def as_json(self) -> dict[str, object]:
        """The keys for scripts."""
        created = {"departments_created": list(self.departments)} if self.departments else {}
        known = {} if self.duplicates is None else {"duplicates": [each.as_json() for each in self.duplicates]}
        return {**created, **known}


NOTHING_OPENED = Opened()


def emit_case(
    cli: CliContext,
    file: CaseFile,
    day: date,
    as_json: bool,
    *,
    ruler: bool = False,
    opened: Opened = NOTHING_OPENED,
    rewritten: Corrected | None = None,
) -> None:
    """Answers with a case as of ``day``, as JSON or in words; ``ruler``: with the days of its terms, one by one."""
    case = _read(cli, file, day)
    created = opened.as_json()
    moved = corrections.as_json(rewritten) if rewritten else {}

    def print_words() -> None:
        _print_case(case, {role: file.role_title(role) for role in file.rulebook.roles})
        _print_opened(opened)
        if ruler:
            _print_rulers(file)
        if rewritten:
            print_rewritten(rewritten)

    emit({**case, **created, **moved}, print_words, as_json)


def emit_case_then(found: CaseThen, then: Then, as_json: bool) -> None:
    """Answers with a case as it was on a day: as JSON, or in words."""

    def print_words() -> None:
        console.console().print(Text(then.in_words))
        for each in found.json["entered_later"]:
            console.console().print(Text(f"此后登记：{each}"))
        _print_case(found.json, {role: found.file.role_title(role) for role in found.file.rulebook.roles})

    emit(found.json, print_words, as_json)


def _print_opened(opened: Opened) -> None:
    if opened.departments:
        console.console().print(f"新登记的部门（请核对层级和经办人）：{'、'.join(opened.departments)}")
    for each in opened.duplicates or ():
        console.console().print(Text(f"{each.says}。重复的，请撤回本案。"))


def _read(cli: CliContext, file: CaseFile, day: date) -> CaseWithActs:
    with cli.database.read() as transaction:
        waiting = offers.open_proposals(transaction, file)
        acts = acts_view.acts_json(file, offers.offers(transaction, file, day, waiting), waiting)
        return {**case_view.case_json(transaction, file, cli.context, day), **acts}


def _print_case(case: CaseWithActs, titles: dict[str, str]) -> None:
    screen = console.console()
    for part in case_parts(case, titles):
        screen.print(part)


def _print_rulers(file: CaseFile) -> None:
    """The days of the terms that run or were agreed, one by one."""
    screen = console.console()
    for ruler in rulers.rulers_of(file.procedure, file.case_state, file.calendar, day_options(file.rulebook)):
        screen.print(Text(f"{ruler.title}：{ruler.says}"))
        if ruler.days:
            screen.print(console.ruler(ruler.days))
        for note in (*ruler.notes, *ruler.choices):
            screen.print(Text(note))


def case_parts(case: CaseWithActs, titles: dict[str, str]) -> Iterator[Table | Text]:
    """A case part by part; a part of which there is nothing is left out. ``titles``: the roles' names by their keys."""
    yield from _facts(case, titles)
    yield _terms(case)
    yield from map(Text, provisional_notes((term["due"], term) for term in case["terms"] if term["runs"]))
    if case["items"]:
        yield _items(case)
    yield _history(case)
    if case["tasks"]:
        yield table("待办", ("登记日期", "事项"), [(task["since"], task["title"]) for task in case["tasks"]])
    if case["notices"]:
        yield _notices(case)
    yield from _acts(case, titles)


def _facts(case: CaseWithActs, titles: dict[str, str]) -> Iterator[Text]:
    holder = titles.get(case["held_by"], case["held_by"])
    yield Text(f"{case['no']}  {case['subject']}", style="bold")
    yield Text.assemble(
        f"{' → '.join(filter(None, (case['applicant'], case['provider'])))}　状态：{case['state_title']}",
        f"　由{holder}办理　" if holder else "　",
        deadline_status(case["light"]),
    )
    yield Text(f"规则：{case['law']}")


def _terms(case: CaseWithActs) -> Table:
    rows = [
        (
            term["title"],
            term["started"],
            term["length"] or term["dated"],
            "恢复计时后确定" if term["pauses"] else due(term["due"], term["official"]),
            case_view.term_status(term),
            case_view.basis(term["basis"]),
        )
        for term in case["terms"]
    ]
    return table("期限", ("期限", "开始", "时长（工作日）", "到期", "状况", "依据"), rows)


def _items(case: CaseWithActs) -> Table:
    """Each data item with its answer and what became of it."""
    rows = [
        (
            item["n"],
            item["name"],
            ITEM_ANSWER_TITLES[ItemAnswer(item["answer"])],
            item["due"],
            item["supplied"],
            item["confirmed"] or (item["unobjected"] and f"{item['unobjected']} 期满未提异议"),
        )
        for item in case["items"]
    ]
    return table("数据项", ("序号", "名称", "答复", "期限", "提供", "确认收到"), rows)


def _history(case: CaseWithActs) -> Table:
    rows = [
        (
            event["seq"],
            event["on"],
            event["title"],
            f"{event['actor']}（{event['program']}）" if event["program"] else event["actor"],
            event["recorded_at"],
            case_view.basis(event["basis"]),
            _fields(event),
        )
        for event in case["events"]
    ]
    return table("办理过程", ("序", "日期", "事项", "办理", "登记时间", "依据", "内容"), rows)


def _fields(event: EventJson) -> str:
    return "\n".join(f"{title}：{text}" for title, text in event["shown"].items())


def _notices(case: CaseWithActs) -> Table:
    rows = [
        (
            NOTICE_TITLES.get(notice["notice"], notice["notice"]),
            notice["to"] or "办公室",
            NOTICE_STATE_TITLES[NoticeState(notice["state"])],
            notice["address"],
            notice["sent_at"],
        )
        for notice in case["notices"]
    ]
    return table("通知", ("通知", "发往", "状态", "地址", "发出时间"), rows)


def _acts(case: CaseWithActs, titles: dict[str, str]) -> Iterator[Table | Text]:
    acts = [(act["event"], act["title"], "、".join(titles.get(by, by) for by in act["by"])) for act in case["acts"]]
    if acts:
        yield table("现在可以办理", ("事件", "名称", "由谁"), acts)
    for act in case["acts_later"]:
        yield Text(f"{act['title']}：{due(act['since'], act['official'])}起可办")
    for row in case["waiting"]:
        yield Text(f"待签批：{row['title']}（{row['author']}提出，待{row['head_of']}负责人签批）")
