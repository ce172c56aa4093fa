"""The command of the annual report."""

from pathlib import Path
from typing import Annotated, Any

import typer

from negotiation import report, show
from negotiation.commands.shared import AsOf, House, Json, day_or_today, emit, read_day
from negotiation.errors import NegotiationError, reason
from negotiation.views import as_text

app = typer.Typer()


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
    first, last = report.period(year, day, read_day(since) if since else None, read_day(until) if until else None)
    book = house.practice.rulebook
    with house.database.reading() as connection:
        found = {
            key: report.figures(connection, house.practice, rules, first, last, day)
            for key, rules in house.practice.procedures.items()
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
        raise NegotiationError(f"不能写入（{reason(error)}）", where=str(folder), todo="请换一个文件夹") from None


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
