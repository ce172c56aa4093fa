"""Commands of the meetings: planned, held, what was agreed; their acts are recorded with ``case act``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import Json, emit, read_day
from negotiation.core.clock import now
from negotiation.core.enums import MeetingState
from negotiation.core.errors import UsageError
from negotiation.core.labels import MEETING_STATE_TITLES
from negotiation.core.local_time import local_date
from negotiation.domain.meetings import Meeting
from negotiation.domain.rulebook import AGENDAS
from negotiation.services.meetings import outcomes, planning, postponing, view
from negotiation.services.meetings.outcomes import Beside
from negotiation.services.meetings.planning import Plan
from negotiation.services.meetings.postponing import NewDay
from negotiation.store import meetings as store

app = typer.Typer()

_KINDS = "、".join(f"{key}（{title}）" for key, title in AGENDAS.items())
Kind = Annotated[str, typer.Option("--kind", help=f"会议种类：{_KINDS}。")]


@dataclass(frozen=True)
class PlanOptions:
    """The meeting that is planned."""

    kind: Kind
    on: Annotated[str, typer.Option("--on", help="召开日期。")]
    at: Annotated[str, typer.Option("--at", help="时间，如 14:30。")]
    place: Annotated[str, typer.Option("--place", help="地点。")]
    chair: Annotated[str, typer.Option("--chair", help="主持人。")]
    case: Annotated[list[str], typer.Option("--case", help="议题：案件编号，可多次给出。")]

    def plan(self, cli: CliContext) -> Plan:
        """The plan, its kind, date and cases found. Raises UsageError and NotFound for those that are not."""
        cases = [cli.case_no(each) for each in self.case]
        return Plan(_kind(self.kind), read_day(self.on), self.at, self.place, self.chair, cases)


@app.command("plan")
@grouped
def meeting_plan(
    options: PlanOptions,
    actor: Annotated[str, typer.Option("--actor", help="登记人。")] = "命令行",
    as_json: Json = False,
) -> None:
    """安排一次会议，列入案件；不发任何通知，会议通知另行签发。"""
    cli = CliContext.open()
    wanted = options.plan(cli)
    with cli.database.write() as transaction:
        meeting = planning.plan(transaction, cli.context, wanted, author=actor, at=now())
    _emit(cli, meeting, as_json)


@app.command("list")
def meeting_list(
    kind: Kind = "",
    year: Annotated[int | None, typer.Option("--year", help="召开年份。")] = None,
    as_json: Json = False,
) -> None:
    """会议，近期的在前。"""
    cli, wanted = CliContext.open(), _kind(kind) if kind else ""
    _demand_year(year)
    with cli.database.read() as transaction:
        found = store.listed(transaction, wanted, year=year)
    rows = [
        (each.no, f"{each.on} {each.at}", AGENDAS[each.kind], MEETING_STATE_TITLES[each.state], each.place,
         each.chair, len(each.items))
        for each in found
    ]  # fmt: skip
    columns = ("编号", "时间", "种类", "状态", "地点", "主持人", "议题")
    answer = {"meetings": [view.as_json(cli.context, each) for each in found]}
    emit(answer, lambda: console.console().print(console.table("会议", columns, rows)), as_json)


def _demand_year(year: int | None) -> None:
    if year is not None and not 1 <= year <= 9999:
        raise UsageError(f"没有 {year} 年", todo="年份写成 2026")


@app.command("show")
def meeting_show(no: str, as_json: Json = False) -> None:
    """一次会议：时间、地点、参加人员、每一案件的议定事项。"""
    cli = CliContext.open()
    with cli.database.read() as transaction:
        meeting = store.find(transaction, no)
    _emit(cli, meeting, as_json)


@app.command("hold")
def meeting_hold(
    no: str,
    present: Annotated[list[str], typer.Option("--present", help="参加人员，可多次给出。")],
    absent: Annotated[list[str] | None, typer.Option("--absent", help="请假人员，可多次给出。")] = None,
    observer: Annotated[list[str] | None, typer.Option("--observer", help="列席人员，可多次给出。")] = None,
    minutes_no: Annotated[str, typer.Option("--minutes-no", help="会议纪要文号。")] = "",
    as_json: Json = False,
) -> None:
    """登记会议已召开；再次登记即更正出席、请假、列席人员和纪要文号。"""
    cli, today, beside = CliContext.open(), local_date(now()), Beside(absent or (), observer or ())
    with cli.database.write() as transaction:
        meeting = outcomes.hold(transaction, no, present, minutes_no, today=today, beside=beside)
    _emit(cli, meeting, as_json)


@app.command("agree")
def meeting_agree(
    no: str,
    case: Annotated[str, typer.Argument(help="案件编号。")],
    text: Annotated[str, typer.Option("--text", help="议定事项。")],
    who: Annotated[str, typer.Option("--who", help="责任单位。")] = "",
    by: Annotated[str, typer.Option("--by", help="完成日期：即办理时确定的期限。")] = "",
    as_json: Json = False,
) -> None:
    """登记一个案件的议定事项；依据它的办理用 case act … --field meeting=编号 登记。"""
    cli = CliContext.open()
    day = read_day(by) if by else None
    with cli.database.write() as transaction:
        meeting = outcomes.agree(transaction, no, cli.case_no(case), text, who, day)
    _emit(cli, meeting, as_json)


@app.command("cancel")
def meeting_cancel(
    no: str, reason: Annotated[str, typer.Option("--reason", help="取消的原因。")], as_json: Json = False
) -> None:
    """取消一次尚未召开的会议，告知各案件的双方。"""
    cli = CliContext.open()
    with cli.database.write() as transaction:
        meeting = postponing.cancel(transaction, cli.context, no, reason, at=now())
    _emit(cli, meeting, as_json)


@app.command("postpone")
def meeting_postpone(
    no: str,
    on: Annotated[str, typer.Option("--on", help="改期后的日期。")],
    at: Annotated[str, typer.Option("--at", help="改期后的时间，如 14:30。")],
    reason: Annotated[str, typer.Option("--reason", help="改期的原因。")],
    place: Annotated[str, typer.Option("--place", help="改期后的地点（默认不变）。")] = "",
    as_json: Json = False,
) -> None:
    """改期：编号和议题不变，告知各案件的双方；改期函另行签发。"""
    cli = CliContext.open()
    wanted = NewDay(read_day(on), at, place, reason)
    with cli.database.write() as transaction:
        meeting = postponing.postpone(transaction, cli.context, no, wanted, at=now())
    _emit(cli, meeting, as_json)


@app.command("take-off")
def meeting_take_off(
    no: str,
    case: Annotated[str, typer.Argument(help="案件编号。")],
    reason: Annotated[str, typer.Option("--reason", help="撤下的原因。")],
    as_json: Json = False,
) -> None:
    """把一个案件从会议的议题中撤下；记录保留。"""
    cli = CliContext.open()
    with cli.database.write() as transaction:
        meeting = postponing.take_off(transaction, no, cli.case_no(case), reason)
    _emit(cli, meeting, as_json)


def _kind(text: str) -> str:
    """A kind by its identifier or its title."""
    for key, title in AGENDAS.items():
        if text in (key, title):
            return key
    raise UsageError(f"没有“{text}”这种会议", todo=f"可用：{_KINDS}")


def _emit(cli: CliContext, meeting: Meeting, as_json: bool) -> None:
    answer = view.as_json(cli.context, meeting)
    emit(answer, lambda: _print_meeting(meeting, view.invited(cli.context, meeting)), as_json)


def _print_meeting(meeting: Meeting, invited: Sequence[str]) -> None:
    screen = console.console()
    screen.print(f"{meeting.no}　{AGENDAS[meeting.kind]}会议（{MEETING_STATE_TITLES[meeting.state]}）", markup=False)
    screen.print(f"{meeting.on} {meeting.at}　{meeting.place}　主持人：{meeting.chair}", markup=False)
    if meeting.state is MeetingState.HELD:
        screen.print(f"出席：{'、'.join(meeting.present)}　纪要文号：{meeting.minutes_no or '—'}", markup=False)
        for title, people in (("请假", meeting.absent), ("列席", meeting.observers)):
            if people:
                screen.print(f"{title}：{'、'.join(people)}", markup=False)
    else:
        screen.print(f"拟请：{'、'.join(invited)}", markup=False)
    for move in meeting.moves:
        screen.print(f"改期：原定 {move.on} {move.at}　{move.place}（{move.reason}）", markup=False)
    rows = [
        (each.no, each.subject, f"{each.applicant} → {each.provider}", each.agreed, each.who, each.by or "",
         f"已撤下：{each.off}" if each.off else "已办理" if each.seq else "")
        for each in meeting.items
    ]  # fmt: skip
    columns = ("编号", "名称", "双方", "议定事项", "责任单位", "完成日期", "办理")
    screen.print(console.table("议题", columns, rows))
