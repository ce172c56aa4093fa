"""Command by which open cases go over to a new law: rehearsed before its first day, carried out for what was missed."""

from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.options import DONE_IN_PART, Json, emit, end_if
from negotiation.core.clock import now
from negotiation.core.errors import UsageError
from negotiation.domain.rulebook import Rulebook
from negotiation.services.cases import new_law
from negotiation.services.cases.new_law import Change, Moved, Outcome

app = typer.Typer()


@app.command("succeed")
def rulebook_succeed(
    rulebook_id: Annotated[str, typer.Argument(metavar="规则")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预演：哪些案件会转入，不写入。")] = False,
    as_json: Json = False,
) -> None:
    """在办案件转入新规则：施行之日由系统自动办理，遗漏的今日补办。"""
    cli = CliContext.open()
    law = _successor(cli, rulebook_id)
    change = Change(law, now(), missed=True, write=not dry_run)
    done = new_law.carry_out(cli.database, cli.context, change)
    answer = {
        "id": law.id,
        "succeeds": law.succeeds,
        "moved": [_moved_json(each) for each in done.moved],
        "left": [{"no": no, "why": why} for no, why in done.left],
        "dry_run": dry_run,
    }
    emit(answer, lambda: _print(law, done, dry_run=dry_run), as_json)
    end_if(bool(done.left), DONE_IN_PART)


def _successor(cli: CliContext, rulebook_id: str) -> Rulebook:
    """The office's rulebook of that id, which succeeds another. Raises UsageError for any other."""
    successors = {law.id: law for law in cli.context.successors.values()}
    if rulebook_id in successors:
        return successors[rulebook_id]
    if rulebook_id in cli.settings.rulebook_ids:
        raise UsageError(
            f"规则 {rulebook_id} 不接续其他规则", todo="请在 rulebook.toml 的 [succeeds] 中写明所接续的规则"
        )
    raise UsageError(
        f"本机构没有采用规则“{rulebook_id}”",
        todo=f"可用的规则：{'、'.join(successors) or '没有'}；须先安装，并写入 NEGOTIATION_RULEBOOK",
    )


def _moved_json(each: Moved) -> dict[str, object]:
    terms = [{"n": term.n, "kind": term.kind, "due": term.due_on, "basis": term.basis} for term in each.terms]
    return {
        "no": each.no,
        "state": each.state,
        "from": each.before,
        "to": each.after,
        "on": each.on,
        "terms": terms,
    }


def _print(law: Rulebook, done: Outcome, *, dry_run: bool) -> None:
    screen = console.console()
    if dry_run:
        screen.print("预演，未写入任何内容。", style="bold")
    screen.print(f"{len(done.moved)}件在办案件由规则 {law.succeeds} 转入 {law.id}；正在计算的期限照旧。")
    rows = [(each.no, _state_title(law, each), each.on, len(each.terms)) for each in done.moved]
    if rows:
        screen.print(console.table("转入的案件", ("编号", "状态", "日期", "照旧的期限"), rows))
    if done.left:
        screen.print(console.table("未能转入", ("编号", "原因"), done.left))


def _state_title(law: Rulebook, each: Moved) -> str:
    return next(rules.states[each.state].title for rules in law.procedures.values() if each.state in rules.states)
