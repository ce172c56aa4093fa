"""The commands. Each says what it did, in Chinese for people or, with --json, as one JSON object on stdout.

Exit status: 0 done, 2 wrong use, 3 done in part, 1 failed or found wanting.
"""

import json
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import click
import typer
from rich.text import Text

from calendars import Unpublished, WorkingCalendar
from negotiation import __version__, casework, checkup, forms, ledger, post, report, rulebook, show, sweep, views
from negotiation.casework import CaseFile, Practice
from negotiation.clock import at_local, local_date, now
from negotiation.diagram import mermaid
from negotiation.errors import NegotiationError, NotFound, RulebookFaults, WrongUse
from negotiation.rulebook import Rulebook
from negotiation.settings import Settings
from negotiation.store import cases, directory, queries
from negotiation.store.database import HEAD, Database, Transaction
from negotiation.vocabulary import DUTY_TITLES, LEVEL_TITLES, Duty, Level

DONE_IN_PART = 3
FOUND_WANTING = 1
WRONG_USE = 2

app = typer.Typer(
    name="negotiation", help="政务信息资源共享协商：期限、提醒、台账与报告。", no_args_is_help=True, add_completion=False
)
calendar_app = typer.Typer(help="工作日计算。", no_args_is_help=True)
ledger_app = typer.Typer(help="台账导入与导出。", no_args_is_help=True)
case_app = typer.Typer(help="案件登记与办理。", no_args_is_help=True)
rulebook_app = typer.Typer(help="规则：查看、检查、复制。", no_args_is_help=True)
audit_app = typer.Typer(help="核验办理记录。", no_args_is_help=True)
department_app = typer.Typer(help="部门与经办人。", no_args_is_help=True)
for name, group in (
    ("calendar", calendar_app),
    ("ledger", ledger_app),
    ("case", case_app),
    ("rulebook", rulebook_app),
    ("audit", audit_app),
    ("department", department_app),
):
    app.add_typer(group, name=name)

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
AsOf = Annotated[str, typer.Option("--as-of", help="截至哪一天（默认今天）。", metavar="日期")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="字段=内容，可多次给出。", metavar="k=v")]


# ------------------------------------------------------------------------------------------------------ calendar


@calendar_app.command("due")
def calendar_due(
    start: Annotated[str, typer.Argument(help="起算日（当日不计）。")],
    n: Annotated[int, typer.Argument(help="工作日数；负数为倒数。")],
    known_on: Annotated[str, typer.Option("--known-on", help="按哪一天已公布的安排计算。")] = "",
    as_json: Json = False,
) -> None:
    """第 N 个工作日是哪一天，逐日列出依据。"""
    day = read_day(start)
    calendar = WorkingCalendar.official(known_on=read_day(known_on) if known_on else None)
    found, days = calendar.estimate(day, n), calendar.explain(day, n)
    answer = {
        "start": day,
        "n": n,
        "due": found.day,
        "official": found.official,
        "earliest": found.earliest,
        "latest": found.latest,
        "days": [each._asdict() if hasattr(each, "_asdict") else asdict(each) for each in days],
    }

    def tell() -> None:
        screen = show.console()
        screen.print(show.ruler(days))
        screen.print(f"自 {day} 起第 {n} 个工作日：[bold]{found.day}[/bold]")
        if not found.official:
            screen.print(show.provisional(found.day, found.earliest, found.latest))

    emit(answer, tell, as_json)


@calendar_app.command("count")
def calendar_count(
    after: Annotated[str, typer.Argument(help="从哪一天之后。")],
    until: Annotated[str, typer.Argument(help="到哪一天（含）。")],
    as_json: Json = False,
) -> None:
    """两个日期之间有几个工作日（不含前一日，含后一日）。"""
    count = WorkingCalendar.official().count(read_day(after), read_day(until))
    emit({"count": count}, lambda: show.console().print(f"{count} 个工作日"), as_json)


# -------------------------------------------------------------------------------------------------------- ledger


@ledger_app.command("import")
def ledger_import(
    file: Annotated[Path, typer.Argument(help="台账（.xlsx）。")],
    as_of: AsOf = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """导入台账：每行成为一个案件，历史逐步登记；有误的行逐行说明，不写入。"""
    house = House.open()
    with show.progress("导入台账", None) as advance:
        done = ledger.import_file(
            house.database, house.practice, file, as_of=day_or_today(as_of), at=now(), dry_run=dry_run, progress=advance
        )
    answer = {
        "imported": done.imported,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "rejected": [{"row": each.row, "column": each.column, "why": each.why} for each in done.rejected],
        "rejected_file": str(done.rejected_file) if done.rejected_file else None,
        "departments_created": done.departments_created,
    }
    emit(answer, lambda: _tell_import(answer, dry_run=dry_run), as_json)
    if done.rejected:
        raise typer.Exit(DONE_IN_PART)


def _tell_import(answer: dict[str, Any], *, dry_run: bool) -> None:
    screen = show.console()
    screen.print(
        ("试运行，未写入任何内容。" if dry_run else "")
        + f"导入 {answer['imported']} 件，续办 {answer['updated']} 件，未变 {answer['unchanged']} 件，"
        f"退回 {len(answer['rejected'])} 行。"
    )
    if answer["departments_created"]:
        screen.print(f"新登记的部门（请核对层级和经办人）：{'、'.join(answer['departments_created'])}")
    if answer["rejected"]:
        rows = [(each["row"], each["column"], each["why"]) for each in answer["rejected"]]
        screen.print(show.table("退回的行", ("行", "列", "原因"), rows))
    if answer["rejected_file"]:
        screen.print(f"退回的行已另存为 {answer['rejected_file']}，改正后可直接导入该文件。")


@ledger_app.command("export")
def ledger_export(
    file: Annotated[Path, typer.Argument(help="导出到（.xlsx）。")], as_of: AsOf = "", as_json: Json = False
) -> None:
    """按原样式导出台账。"""
    house = House.open()
    rows = ledger.export_file(house.database, house.practice, file, as_of=day_or_today(as_of))
    emit({"rows": rows}, lambda: show.console().print(f"已导出 {rows} 行：{file}"), as_json)


# --------------------------------------------------------------------------------------------------------- cases


@app.command("cases")
def list_cases(
    state: Annotated[str, typer.Option("--state", help="状态（标识或名称）。")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的。")] = False,
    department: Annotated[str, typer.Option("--department", help="使用或提供部门。")] = "",
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """列出案件（含办结的）。"""
    house, day = House.open(), day_or_today(as_of)
    titles = house.state_titles()
    wanted = next((key for key, title in titles.items() if state == title), state)
    if state and wanted not in titles:
        raise WrongUse(f"没有状态“{state}”", todo="可用的状态：" + "、".join(f"{k}（{t}）" for k, t in titles.items()))
    unit = house.practice.directory.find(department).id if department else None
    with house.database.reading() as connection:
        found = queries.list_cases(connection, day, state=wanted, overdue=overdue, department_id=unit)
    lines = [views.line_json(line, house.practice, day) for line in found]

    def tell() -> None:
        screen = show.console()
        screen.print(show.case_lines(f"案件（截至 {day}）", lines, titles))
        screen.print(f"共 {len(lines)} 件")

    emit({"as_of": day, "cases": lines}, tell, as_json)


@case_app.command("show")
def case_show(no: str, as_of: AsOf = "", as_json: Json = False) -> None:
    """一个案件的全部：期限、数据项、办理过程、待办、通知。"""
    house, day = House.open(), day_or_today(as_of)
    with house.database.writing() as transaction:
        file = casework.take(transaction, house.practice, no, at=now())
    house.emit_case(file, day, as_json, ruler=True)


@case_app.command("open")
def case_open(
    procedure: Annotated[str, typer.Argument(help="办理事项，如 sharing。")],
    field: Fields = None,
    on: Annotated[str, typer.Option("--on", help="编号所属日期（默认今天）。")] = "",
    as_json: Json = False,
) -> None:
    """登记一个新案件（草稿）；至少给出 applicant 和 provider。"""
    house, at = House.open(), now()
    with house.database.writing() as transaction:
        day = read_day(on) if on else None
        file = casework.open_case(transaction, house.practice, procedure, read_pairs(field), at=at, on=day)
        cases.save(transaction, file.change())
    house.emit_case(file, local_date(at), as_json)


@case_app.command("act")
def case_act(
    no: str,
    event: Annotated[str, typer.Argument(help="事件，如 agree；case show 列出现在可以办理的。")],
    by: Annotated[str, typer.Option("--by", help="以谁的身份：applicant、provider、office……")],
    on: Annotated[str, typer.Option("--on", help="发生的日期（默认今天）；纸质办理填文件日期。")] = "",
    field: Fields = None,
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行",
    version: Annotated[int | None, typer.Option("--version", help="所依据的版本；不符则不办理。")] = None,
    as_json: Json = False,
) -> None:
    """办理：登记一个事件。"""
    house, at = House.open(), now()
    with house.database.stepping() as transaction:
        file = casework.act(
            transaction,
            house.practice,
            no,
            event,
            role=house.role(by),
            actor=actor,
            on=day_or_today(on),
            at=at,
            raw=read_pairs(field),
            version=version,
        )
    house.emit_case(file, local_date(at), as_json)


@app.command("tasks")
def list_tasks(as_json: Json = False) -> None:
    """待办：系统请人核实的事项。"""
    house = House.open()
    with house.database.reading() as connection:
        found = queries.tasks_of(connection)
    rows = [(each["no"], each["since"], each["title"]) for each in found]
    emit(
        {"tasks": found}, lambda: show.console().print(show.table("待办", ("编号", "登记日期", "事项"), rows)), as_json
    )


@app.command("desk")
def desk(as_of: AsOf = "", as_json: Json = False) -> None:
    """办公室的一天：逾期、临期、由办公室和领导小组办理的案件、待办。"""
    house, day = House.open(), day_or_today(as_of)
    answer = desk_of(house.database, house.practice, day)
    emit(answer, lambda: tell_desk(answer, house.state_titles(), day), as_json)


def desk_of(database: Database, practice: Practice, day: date) -> dict[str, Any]:
    """The desk: sections of cases, most urgent first, and the number of open tasks."""
    with database.reading() as connection:
        lines = queries.list_cases(connection, day)
        tasks = queries.tasks_of(connection)
    rules = practice.rulebooks.current(practice.settings.rulebook).procedures
    sections: dict[str, list[dict[str, Any]]] = {"逾期": [], "临期": []}
    for line in sorted(lines, key=lambda line: line.next_due or date.max):
        row = views.line_json(line, practice, day)
        title = {"overdue": "逾期", "due_soon": "临期"}.get(row["light"])
        if title:
            sections[title].append(row)
        state = rules[line.procedure].states[line.state]
        if state.held_by not in ("", "applicant", "provider"):
            sections.setdefault(state.title, []).append(row)
    return {"as_of": day, "sections": sections, "tasks": tasks}


def tell_desk(answer: dict[str, Any], titles: dict[str, str], day: date) -> None:
    screen = show.console()
    for title, lines in answer["sections"].items():
        screen.print(show.case_lines(f"{title}　{len(lines)} 件", lines, titles) if lines else f"{title}　0 件\n")
    tasks = [(each["no"], each["since"], each["title"]) for each in answer["tasks"]]
    screen.print(show.table(f"待办　{len(tasks)} 项（截至 {day}）", ("编号", "登记日期", "事项"), tasks[:15]))
    if len(tasks) > 15:
        screen.print(f"……另有 {len(tasks) - 15} 项，见 negotiation tasks")


# ------------------------------------------------------------------------------------------------ terms and mail


@app.command("sweep")
def sweep_once(
    at: Annotated[str, typer.Option("--at", help="在哪一刻（北京时间，默认现在）。", metavar="日期时间")] = "",
    as_json: Json = False,
) -> None:
    """让到期的期限和该发的提醒各自生效。"""
    house = House.open()
    with show.progress("检查期限", None) as advance:
        done = sweep.run(house.database, house.practice, read_moment(at), progress=advance)
    answer = {"acted": done.acted, "reminded": done.reminded, "parked": done.parked}

    def tell() -> None:
        screen = show.console()
        screen.print(f"登记届满 {done.acted} 项，提醒 {done.reminded} 项，待人处理 {done.parked} 件。")
        for trouble in done.troubles:
            screen.print(f"  {trouble}")

    emit(answer, tell, as_json)


@app.command("post")
def post_once(
    at: Annotated[str, typer.Option("--at", help="在哪一刻（北京时间，默认现在）。", metavar="日期时间")] = "",
    as_json: Json = False,
) -> None:
    """发出待发的通知（工作日办公时间内）。"""
    house = House.open()
    with show.progress("发送通知", None) as advance:
        done = post.run(house.database, house.practice, read_moment(at), progress=advance)
    answer = {"sent": done.sent, "deferred": done.deferred, "failed": done.failed}

    def tell() -> None:
        place = "" if house.settings.smtp_url else f"邮件存于 {house.settings.mail_folder}。"
        show.console().print(f"发出 {done.sent} 封，暂缓 {done.deferred} 封，未能发出 {done.failed} 封。{place}")

    emit(answer, tell, as_json)


@app.command("worker")
def work() -> None:
    """持续运行：按时检查期限、发送通知，直到收到停止信号。"""
    from negotiation import worker  # its scheduler is needed nowhere else

    house = House.open(prepare=False)
    worker.run(house.database, house.settings)


# -------------------------------------------------------------------------------------------------------- report


@app.command("report")
def yearly_report(
    year: int,
    as_of: AsOf = "",
    since: Annotated[str, typer.Option("--from", help="统计期间自。")] = "",
    until: Annotated[str, typer.Option("--to", help="统计期间至。")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="另存为 JSON 的文件夹。")] = None,
    as_json: Json = False,
) -> None:
    """年度数据：结转、新收、办结、答复、协调、审议，总体与分部门。"""
    house, day = House.open(), day_or_today(as_of)
    first, last = report.period(
        year, day, read_day(since) if since else None, read_day(until) if until else None
    )
    book = house.practice.rulebooks.current(house.settings.rulebook)
    with house.database.reading() as connection:
        found = {
            key: report.figures(connection, house.practice, rules, first, last, day)
            for key, rules in book.procedures.items()
        }
    for each in found.values():
        if each.imbalances():
            names = "、".join(each.imbalances())
            raise NegotiationError(f"{each.procedure.title}收支不平衡：{names}", todo="请运行 negotiation audit verify")
    main_report = found.pop(book.main_procedure)
    answer = main_report.as_json() | {"procedures": {key: each.as_json() for key, each in found.items()}}
    if out is not None:
        _keep_report(out, year, answer)
    emit(answer, lambda: _tell_report(main_report), as_json)


def _keep_report(folder: Path, year: int, answer: dict[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"report-{year}.json").write_text(as_text(answer) + "\n", encoding="utf-8")
    except OSError as error:
        raise NegotiationError(f"不能写入（{error.strerror}）", where=str(folder), todo="请换一个文件夹") from None


def _tell_report(found: report.Report) -> None:
    rows = [_report_row("合计", found.total)]
    rows += [_report_row(name, figures) for name, figures in found.by_department.items()]
    columns = (
        "提供部门", "上年结转", "本年新收", "本年办结", "结转下年", "应答复", "按时答复", "按时答复率", "平均答复用时",
        "提请协调", "报请审议",
    )  # fmt: skip
    screen = show.console()
    screen.print(show.table(f"{found.procedure.title}　{found.since} 至 {found.until}", columns, rows))
    screen.print("单位：件、工作日。上年结转 + 本年新收 = 本年办结 + 结转下年。")


def _report_row(name: str, found: report.Figures) -> tuple[Any, ...]:
    taken, replies = found.mean_reply_working_days
    return (
        name,
        found.carried_over,
        found.received,
        found.closed,
        found.carried_forward,
        found.replies_due,
        found.replies_on_time,
        f"{found.replies_on_time / found.replies_due:.1%}" if found.replies_due else "—",
        f"{taken / replies:.1f}" if replies else "—",
        found.to_coordination,
        found.to_deliberation,
    )


# ----------------------------------------------------------------------------------------------------- rulebooks


@rulebook_app.command("list")
def rulebook_list(as_json: Json = False) -> None:
    """已安装的规则。"""
    books = [rulebook.load(folder) for folder in rulebook.available(Settings().home).values()]
    answer = {
        "rulebooks": [
            {"id": book.id, "version": book.version, "title": book.title, "procedures": list(book.procedures)}
            for book in books
        ]
    }
    rows = [
        (book.id, book.version, f"{book.title}（{book.document}）", "、".join(p.title for p in book.procedures.values()))
        for book in books
    ]
    emit(answer, lambda: show.console().print(show.table("规则", ("标识", "版本", "名称", "事项"), rows)), as_json)


@rulebook_app.command("check")
def rulebook_check(folder: Path, as_json: Json = False) -> None:
    """检查一个规则文件夹，一次列出全部问题。"""
    try:
        book = rulebook.load(folder)
    except RulebookFaults as error:
        emit(
            {"ok": False, "faults": list(error.faults), "error": error_json(error)},
            lambda: show.console().print(show.table(f"{folder}：{len(error.faults)}处问题", ("问题",), zip(error.faults))),
            as_json,
        )
        raise typer.Exit(FOUND_WANTING) from None
    answer = {"ok": True, "faults": [], "id": book.id, "version": book.version, "digest": book.digest}
    emit(answer, lambda: show.console().print(f"{book.id} 第 {book.version} 版：没有问题。"), as_json)


@rulebook_app.command("show")
def rulebook_show(rulebook_id: str, as_json: Json = False) -> None:
    """规则的全部：状态、期限、每一行转换及其依据。"""
    book = installed(rulebook_id)
    emit(_rulebook_json(book), lambda: _tell_rulebook(book), as_json)


@rulebook_app.command("copy")
def rulebook_copy(rulebook_id: str, folder: Path, as_json: Json = False) -> None:
    """复制一套规则，供本地修改（第三十四条：各区可以参照制定）。"""
    source = rulebook.available(Settings().home).get(installed(rulebook_id).id)
    if folder.exists() and any(folder.iterdir()):
        raise WrongUse("文件夹已存在且不为空", where=str(folder), todo="请换一个文件夹，以免覆盖")
    try:
        shutil.copytree(str(source), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise NegotiationError(f"不能写入（{error.strerror}）", where=str(folder), todo="请换一个文件夹") from None
    copied = sorted(path.name for path in folder.glob("*.toml"))
    told = f"已复制到 {folder}。请改动 rulebook.toml 中的 id 和 version，再运行 rulebook check。"
    emit({"folder": str(folder), "files": copied}, lambda: show.console().print(told), as_json)


@rulebook_app.command("diagram")
def rulebook_diagram(rulebook_id: str, procedure: str, as_json: Json = False) -> None:
    """一个事项的状态图（Mermaid）。"""
    text = mermaid(installed(rulebook_id).procedure(procedure))
    emit({"diagram": text}, lambda: print(text), as_json)


def installed(rulebook_id: str) -> Rulebook:
    folders = rulebook.available(Settings().home)
    if rulebook_id not in folders:
        raise NotFound(f"没有名为“{rulebook_id}”的规则", todo=f"可用的规则：{'、'.join(folders)}")
    return rulebook.load(folders[rulebook_id])


def _rulebook_json(book: Rulebook) -> dict[str, Any]:
    return {
        "id": book.id,
        "version": book.version,
        "title": book.title,
        "document": book.document,
        "digest": book.digest,
        "procedures": {
            key: {
                "title": rules.title,
                "basis": rules.basis,
                "states": {name: asdict(state) for name, state in rules.states.items()},
                "terms": {name: asdict(term) for name, term in rules.terms.items()},
                "transitions": [
                    {
                        "from": source,
                        "event": event,
                        "title": row.event.title,
                        "to": row.target or dict(row.targets),
                        "by": list(row.event.by),
                        "required": list(row.event.required),
                        "approval": row.event.approval,
                        "basis": row.basis,
                    }
                    for (source, event), row in rules.table.items()
                ],
            }
            for key, rules in book.procedures.items()
        },
    }


def _tell_rulebook(book: Rulebook) -> None:
    screen = show.console()
    screen.print(Text(f"{book.title}（{book.document}）　{book.id} 第 {book.version} 版", style="bold"))
    for rules in book.procedures.values():
        terms = [
            (rule.title, rule.days or "由办理时确定", "主期限" if rule.main else "", book.cited(rule.basis))
            for rule in rules.terms.values()
        ]
        screen.print(show.table(f"{rules.title}：期限", ("期限", "工作日", "", "依据"), terms))
        rows = [
            (
                rules.states[source].title,
                row.event.title,
                "、".join(book.role_title(role) for role in row.event.by),
                rules.states[row.target].title if row.target in rules.states else row.target or "按所选",
                book.cited(row.basis),
            )
            for (source, _), row in rules.table.items()
        ]
        screen.print(show.table(f"{rules.title}：转换", ("状态", "事件", "由谁", "到", "依据"), rows))


# --------------------------------------------------------------------------------------------------- departments


@department_app.command("list")
def department_list(as_json: Json = False) -> None:
    """部门、层级和经办人，按既定次序。"""
    house = House.open()
    units = house.practice.directory.in_order()
    answer = [
        {
            "name": unit.name,
            "level": unit.level.value,
            "sort_no": unit.sort_no,
            "mail_stopped": unit.mail_stopped,
            "people": {duty.value: {"name": p.name, "email": p.email, "phone": p.phone} for duty, p in unit.people.items()},
        }
        for unit in units
    ]
    rows = [
        (
            unit.sort_no,
            unit.name,
            LEVEL_TITLES[unit.level],
            *(f"{unit.people[duty].name} {unit.people[duty].email}" if duty in unit.people else "" for duty in (Duty.A, Duty.B)),
            "停发" if unit.mail_stopped else "" if unit.gets_mail else "由人联系",
        )
        for unit in units
    ]
    columns = ("次序", "部门", "层级", "A 角", "B 角", "自动提醒")
    emit({"departments": answer}, lambda: show.console().print(show.table("部门", columns, rows)), as_json)


@department_app.command("set")
def department_set(
    name: str,
    level: Annotated[str, typer.Option("--level", help="层级：" + "、".join(f"{k.value}（{v}）" for k, v in LEVEL_TITLES.items()))] = "",
    order: Annotated[int | None, typer.Option("--order", help="次序。")] = None,
    duty: Annotated[str, typer.Option("--duty", help="职责：" + "、".join(f"{k.value}（{v}）" for k, v in DUTY_TITLES.items()))] = "",
    person: Annotated[str, typer.Option("--person", help="姓名。")] = "",
    email: Annotated[str, typer.Option("--email", help="政务邮箱。")] = "",
    phone: Annotated[str, typer.Option("--phone", help="电话。")] = "",
    mail: Annotated[bool | None, typer.Option("--mail/--no-mail", help="恢复或停发该部门的自动提醒。")] = None,
    as_json: Json = False,
) -> None:
    """登记或更改一个部门：层级、次序、经办人、停发提醒；没有的部门随即建立。"""
    house = House.open()
    wanted = choose(Level, level, LEVEL_TITLES) if level else None
    with house.database.writing() as transaction:
        known = house.practice.directory.by_name.get(directory.tidy_name(name))
        unit = known or directory.add_department(transaction, name, wanted)
        directory.set_department(
            transaction, unit.id, level=wanted, sort_no=order, mail_stopped=None if mail is None else not mail
        )
        if duty:
            found = directory.Person(choose(Duty, duty, DUTY_TITLES), person, email, phone)
            directory.set_person(transaction, unit.id, found)
    emit({"department": unit.name, "created": known is None}, lambda: show.console().print(f"已登记：{unit.name}"), as_json)


def choose(kind: Any, text: str, titles: dict[Any, str]) -> Any:
    for each, title in titles.items():
        if text in (each.value, title):
            return kind(each)
    raise WrongUse(f"不认识“{text}”", todo="可用：" + "、".join(f"{each.value}（{title}）" for each, title in titles.items()))


# ------------------------------------------------------------------------------------------------------- keeping


@audit_app.command("verify")
def audit_verify(as_json: Json = False) -> None:
    """核验每个案件的事件链：改动、删去、插入、调换都会指出。"""
    house = House.open()
    with house.database.reading() as connection:
        events = queries.counts(connection)["events"]
        broken = list(queries.broken_links(connection))

    def tell() -> None:
        screen = show.console()
        screen.print(f"核验 {events} 个事件，{len(broken)} 处不符。")
        if broken:
            rows = [(each["no"], each["seq"], each["what"]) for each in broken]
            screen.print(show.table("不符之处", ("编号", "第几个事件", "问题"), rows))

    emit({"events": events, "broken": broken}, tell, as_json)
    if broken:
        raise typer.Exit(FOUND_WANTING)


@app.command("migrate")
def migrate(as_json: Json = False) -> None:
    """把数据库更新到本程序的版本（请先备份）。"""
    settings = Settings()
    database = Database(settings.url)
    before = database.revision()
    database.migrate()
    told = f"数据库版本：{before or '（空）'} → {HEAD}"
    emit({"from": before, "to": HEAD}, lambda: show.console().print(told), as_json)


@app.command("doctor")
def doctor(as_json: Json = False) -> None:
    """检查安装：数据库、规则、日历、邮件、部门，并说明该怎么办。"""
    findings, facts = checkup.examine(Settings(), now())
    answer = {"ok": not any(each.serious for each in findings), "findings": [asdict(f) for f in findings], "facts": facts}

    def tell() -> None:
        screen = show.console()
        screen.print(show.table("现状", ("项目", "数值"), list(facts.items())))
        rows = [("问题" if each.serious else "提示", each.what, each.todo) for each in findings]
        screen.print(show.table("检查结果", ("", "情况", "怎么办"), rows) if rows else "没有发现问题。")

    emit(answer, tell, as_json)
    if not answer["ok"]:
        raise typer.Exit(FOUND_WANTING)


@app.command("demo")
def run_demo(
    port: Annotated[int, typer.Option("--port", help="网页的端口（网页随第三部分提供）。")] = 8000,
) -> None:
    """演示：一座城市的三十个部门和八十个案件，检查期限、发送通知，再看办公室的桌面。"""
    from negotiation import demo  # a city's worth of data that no other command needs

    del port
    demo.run(Settings())


# -------------------------------------------------------------------------------------------------------- shared


@dataclass
class House:
    """What a command works in: settings, the database (made ready if it is empty), the practice."""

    settings: Settings
    database: Database
    practice: Practice

    @classmethod
    def open(cls, *, prepare: bool = True) -> "House":
        settings = Settings()
        database = Database(settings.url)
        if prepare:
            database.prepare()
        else:
            database.demand(database.revision())
        with database.stepping() as transaction:
            return cls(settings, database, Practice.of(transaction, settings))

    def state_titles(self) -> dict[str, str]:
        book = self.practice.rulebooks.current(self.settings.rulebook)
        return {key: state.title for rules in book.procedures.values() for key, state in rules.states.items()}

    def role(self, text: str) -> str:
        """A role by its identifier or its title."""
        book = self.practice.rulebooks.current(self.settings.rulebook)
        for key, title in book.roles.items():
            if text in (key, title):
                return key
        known = "、".join(f"{key}（{title}）" for key, title in book.roles.items())
        raise WrongUse(f"没有角色“{text}”", todo=f"可用的角色：{known}")

    def emit_case(self, file: CaseFile, day: date, as_json: bool, *, ruler: bool = False) -> None:
        with self.database.reading() as connection:
            case = views.case_json(connection, file, self.practice, day)

        def tell() -> None:
            screen = show.console()
            for part in show.case_tables(case, dict(file.rulebook.roles)):
                screen.print(part)
            if ruler:
                _tell_ruler(file, self.practice)

        emit(case, tell, as_json)


def _tell_ruler(file: CaseFile, practice: Practice) -> None:
    """The days of the running terms, one by one."""
    screen = show.console()
    for term in file.standing.terms:
        if term.runs and term.counted:
            screen.print(Text(f"{file.procedure.terms[term.kind].title}：{term.counts_from} 起第{term.counted}个工作日"))
            screen.print(show.ruler(practice.calendar.explain(term.counts_from, term.counted)))
            if not term.official:
                found = practice.calendar.estimate(term.counts_from, term.counted)
                screen.print(show.provisional(found.day, found.earliest, found.latest))


def emit(answer: dict[str, Any], tell: Callable[[], None], as_json: bool) -> None:
    """One JSON object for scripts, or words for people."""
    if as_json:
        sys.stdout.write(as_text(answer) + "\n")
    else:
        tell()


def as_text(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=1, default=views.jsonable)


def read_day(text: str) -> date:
    """A date that was given to a command."""
    try:
        day = forms.read_date(text)
    except ValueError as error:
        raise WrongUse(str(error), todo="日期写成 2026-09-18 或 2026年9月18日") from None
    if day is None:
        raise WrongUse("缺少日期", todo="日期写成 2026-09-18")
    return day


def day_or_today(text: str) -> date:
    return read_day(text) if text else local_date(now())


def read_moment(text: str) -> datetime:
    """An instant that was given as a date and time in Beijing; a date alone means ten o'clock, in office hours."""
    if not text:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"“{text}”不是日期时间", todo="写成 2026-09-18T10:00") from None
    if "T" not in text and " " not in text.strip():
        return at_local(moment.date(), datetime.min.replace(hour=10).time())
    return moment if moment.tzinfo else at_local(moment.date(), moment.time())


def read_pairs(pairs: list[str] | None) -> dict[str, str]:
    """--field k=v, as often as wanted."""
    read: dict[str, str] = {}
    for pair in pairs or []:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise WrongUse(f"“{pair}”应写成 字段=内容", todo="例如 --field reason=涉及个人信息")
        read[key.strip()] = value
    return read


def error_json(error: NegotiationError) -> dict[str, str]:
    return {"what": error.what, "where": error.where, "todo": error.todo}


def complain(error: NegotiationError) -> NoReturn:
    """A sentence on stderr (and as JSON on stdout where that was asked for), and the exit status that goes with it."""
    if "--json" in sys.argv:
        sys.stdout.write(as_text({"error": error_json(error)}) + "\n")
    place = f"{error.where}：" if error.where else ""
    advice = f"\n怎么办：{error.todo}" if error.todo else ""
    sys.stderr.write(f"{place}{error.what}{advice}\n")
    sys.exit(error.exit_status)


def main() -> None:
    """The entry of the command; no traceback reaches a user."""
    try:
        status = app(standalone_mode=False)
    except NegotiationError as error:
        complain(error)
    except Unpublished as error:
        complain(NegotiationError(str(error), todo="可用 calendar due 查看估计日期"))
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stdout.write(error.format_message() + "\n")
        sys.exit(0)
    except click.UsageError as error:
        hint = f"请看 {error.ctx.command_path} --help" if error.ctx else "请看 negotiation --help"
        complain(WrongUse(error.format_message(), todo=hint))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        complain(_unforeseen(error))
    sys.exit(status if isinstance(status, int) else 0)


def _unforeseen(error: Exception) -> NegotiationError:
    """What nobody foresaw: the details go to a file for whoever mends it."""
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError) and _is_chinese(str(error)):
        return NegotiationError(str(error))
    path = Settings().home / "errors.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{now().isoformat()} {' '.join(sys.argv[1:])}\n{traceback.format_exc()}\n")
    except OSError:
        return NegotiationError(f"程序出错：{error}", todo="请把这句话告诉维护人员")
    return NegotiationError(f"程序出错：{error}", todo=f"没有写入任何内容；详情在 {path}，请交给维护人员")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


__all__ = ["Transaction", "__version__", "app", "main"]
