"""The commands of the annual report: its figures, its publication, what people enter beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import AsOf, Json, KnownOn, day_or_today, emit, read_day, read_then, read_values
from negotiation.core.clock import now
from negotiation.core.errors import UsageError
from negotiation.core.local_time import local_date
from negotiation.documents import report
from negotiation.documents.report import as_json, demand_balance, manual_figures, publishing
from negotiation.documents.report.export import write_papers
from negotiation.documents.report.figures import Line
from negotiation.documents.report.model import Difference, Report
from negotiation.documents.report.papers import Wishes, senders

app = typer.Typer()

Author = Annotated[str, typer.Option("--author", help="办理人。")]
_COLUMNS = (
    "carried_over", "received", "moved_in", "closed", "moved_out", "carried_forward", "replies_due", "replies_on_time",
    "on_time_rate", "mean_reply", "to_coordination", "to_deliberation",
)  # fmt: skip


@dataclass(frozen=True)
class PeriodOptions:
    """The days that are counted: the whole year unless others are given."""

    as_of: AsOf = ""
    known_on: KnownOn = ""
    since: Annotated[str, typer.Option("--from", help="统计期间自。")] = ""
    until: Annotated[str, typer.Option("--to", help="统计期间至。")] = ""

    def period(self, year: int) -> report.Days:
        """The days that are counted. Raises UsageError for a date that is none, FieldError for records to come."""
        known, day = read_then("", self.known_on), day_or_today(self.as_of)
        day = min(day, known.day) if known else day
        first, last = (read_day(each) if each else None for each in (self.since, self.until))
        return report.Days(*report.period(year, day, first, last), day, known)

    def demand_whole_year(self) -> None:
        """Raises UsageError where any day is given: what is published is the year until today."""
        if self.as_of or self.known_on or self.since or self.until:
            todo = "--publish 不能与 --as-of、--known-on、--from、--to 同用"
            raise UsageError("发布的是整个年度截至今天的数字", todo=todo)


@dataclass(frozen=True)
class PublishOptions:
    """Publication, and why it is made again."""

    publish: Annotated[bool, typer.Option("--publish", help="发布：定格本年度的数字，留存摘要。")] = False
    reason: Annotated[str, typer.Option("--reason", help="再次发布的理由。")] = ""


@dataclass(frozen=True)
class PaperOptions:
    """The files that are written, and what the head of a paper bears."""

    out: Annotated[Path | None, typer.Option("--out", help="另存表格、文稿、图和 JSON 的文件夹。")] = None
    paper: Annotated[str, typer.Option("--paper", help="只写这一种文稿（规则 [report] 中的名称）。")] = ""
    number: Annotated[str, typer.Option("--number", help="发文字号；不填则留空。")] = ""
    signer: Annotated[str, typer.Option("--signer", help="签发人；不填则留空。")] = ""

    @property
    def wishes(self) -> Wishes:
        """The wishes for the papers."""
        return Wishes(self.paper, self.number, self.signer)


@app.command("report")
@grouped
def yearly_report(
    year: int,
    *,
    days: PeriodOptions,
    papers: PaperOptions,
    publication: PublishOptions,
    recount: Annotated[bool, typer.Option("--recount", help="逐案重新统计，不用留存的分段汇总。")] = False,
    author: Author = "命令行",
    as_json_: Json = False,
) -> None:
    """年度数据：结转、新收、办结、答复、协调、审议，总体与分部门、层级、事项、月份；与已发布的数字逐格比对。"""
    cli = CliContext.open()
    if publication.publish:
        days.demand_whole_year()
        publishing.publish(cli.database, cli.context, year, author=author, at=now(), reason=publication.reason)
    found = publishing.report_of(cli.database, cli.context, year, days.period(year), from_rows=recount)
    demand_balance(found)
    content = as_json(found)
    if papers.out is not None:
        write_papers(papers.out, found, senders(cli.context, local_date(now()), papers.wishes))
    emit(content, lambda: _print_report(found), as_json_)


@app.command("report-data")
def report_data(
    year: int,
    pairs: Annotated[list[str] | None, typer.Argument(help="可多项；不写则列出。", metavar="指标=数值")] = None,
    source: Annotated[str, typer.Option("--source", help="数据来源。")] = "",
    author: Author = "命令行",
    as_json_: Json = False,
) -> None:
    """填报案件之外的年度数据：目录数、汇聚率、接口调用量、开放数据集。"""
    cli = CliContext.open()
    values = read_values(pairs)
    if values:
        manual_figures.enter(cli.database, year, values, source=source, author=author, at=now())
    with cli.database.read() as transaction:
        entered = manual_figures.of_year(transaction, year)
    answer = {"year": year, "entered": {each.key: {"value": each.value, "source": each.source} for each in entered}}
    rows = [(each.title, each.value, each.unit, each.source, each.entered_by) for each in entered]
    table = console.table(f"{year}年填报数据", ("指标", "数值", "单位", "来源", "填报人"), rows)
    emit(answer, lambda: console.console().print(table), as_json_)


def _print_report(found: Report) -> None:
    lines = [found.main.total, *found.main.providers]
    had = found.main.having(_COLUMNS)
    columns = (found.main.parties["provider"], *map(found.main.title_of, had))
    screen = console.console()
    title = f"{found.main.title}　{found.since} 至 {found.until}"
    screen.print(console.table(title, columns, [_report_row(line, had) for line in lines]))
    screen.print("单位：件、%、工作日。上年结转 + 本年新收 + 划入 = 本年办结 + 划出 + 结转下年。")
    for note in found.notes:
        screen.print(note)
    if found.published is not None:
        screen.print(f"已发布第{found.published.edition}版，摘要 {found.published.digest[:16]}…")
    _print_differences("与已发布的数字不同", "已发布", found.differences)
    _print_differences(f"{found.known_on} 所知与现在不同", "当时", found.changes)
    for no, sentences in found.entered_later.items():
        screen.print(f"{no}：{'；'.join(sentences)}")


def _print_differences(title: str, before: str, found: Sequence[Difference]) -> None:
    if found:
        rows = [(each.place, each.published, each.now, "、".join(each.cases)) for each in found]
        console.console().print(console.table(title, ("位置", before, "现在", "案件"), rows))


def _report_row(line: Line, keys: Sequence[str]) -> tuple[str, ...]:
    return (line.scope.title, *(line[key].text for key in keys))
