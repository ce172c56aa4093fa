"""Commands that prove the record: verification, seals."""

from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.maintenance import odd_as_json, print_odd
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if
from negotiation.core.clock import now
from negotiation.core.enums import AdminKind
from negotiation.core.errors import UsageError
from negotiation.core.labels import ADMIN_KIND_TITLES
from negotiation.core.signed_notes import Checkpoint, found_in, opened
from negotiation.documents.admin_sheet import write_log
from negotiation.domain.administration import AdminRecord
from negotiation.services.admin_log import read_wanted
from negotiation.services.context import UnitOfWork
from negotiation.services.proof import sealing, verification
from negotiation.services.proof.verification import Findings
from negotiation.store import administration
from negotiation.store.instants import odd_instants
from negotiation.store.proof import all_ids

app = typer.Typer()
MOST = 50  # lines that a screen shows
Anchor = Annotated[
    Path | None,
    typer.Option(help="留存在别处的封印文件，或存有封印的邮件（文本）：其后被删改、倒回、重算的都会指出。"),
]
Full = Annotated[bool, typer.Option("--full", help="全部案件和附件逐件重新核对；未写的，只核对上次封印以来有变动的。")]
NewKey = Annotated[bool, typer.Option("--new-key", help="密钥已丢失，另立一把；原有的封印仍用原公钥核验。")]
Public = Annotated[str, typer.Option(help="封印的公钥（一行）；未写的，用本机 seals 目录中的。")]


@app.command("verify")
def audit_verify(anchor: Anchor = None, full: Full = False, public: Public = "", as_json: Json = False) -> None:
    """核验全部记录：事件链、附件、规则文本、日历、通知、报告，和每日封印；改动、删去、插入、调换都会指出。

    上次封印以来有变动的案件，从办理记录重新推算，与登记逐项比对；全部案件用 --full。
    """
    cli, at = CliContext.open(), now()
    verifiers = [public] if public else sealing.verifiers_of(cli.settings)
    head = _anchored(anchor, verifiers) if anchor is not None else None
    with cli.database.read() as transaction:
        work = UnitOfWork(transaction, cli.context, at)
        with console.progress("逐件推算", len(all_ids(transaction)) if full else None) as seen:
            found = verification.verify(work, verifiers, head, full=full, seen=seen)
        remarks = list(odd_instants(transaction, at))

    def print_words() -> None:
        _print(found)
        print_odd(remarks)

    emit(found._asdict() | {"remarks": odd_as_json(remarks)}, print_words, as_json)
    end_if(found.broken, FOUND_WANTING)


@app.command("log")
def audit_log(
    kind: Annotated[str, typer.Option("--kind", help=f"类别：{'、'.join(ADMIN_KIND_TITLES.values())}。")] = "",
    person: Annotated[str, typer.Option("--person", help="操作人或对象的姓名、登录名。")] = "",
    text: Annotated[str, typer.Option("--text", help="查找的字词。")] = "",
    since: Annotated[str, typer.Option("--since", help="自哪一天起。", metavar="日期")] = "",
    until: Annotated[str, typer.Option("--until", help="至哪一天（含当日）。", metavar="日期")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写入表格（.xlsx）。")] = None,
    as_json: Json = False,
) -> None:
    """管理日志：账户、角色、密码、令牌、设置、部门、导入，谁在何时办了什么，变更前后各是什么。"""
    cli = CliContext.open()
    wanted = read_wanted({"kind": kind, "person": person, "text": text, "since": since, "until": until})
    with cli.database.read() as transaction:
        found = administration.entries(transaction, wanted)
        if out is not None:
            write_log(transaction, out, wanted)
    answer = {"entries": [_entry_json(each) for each in found]}
    emit(answer, lambda: _print_log(found, out), as_json)


def _entry_json(entry: AdminRecord) -> dict[str, object]:
    changes = [{"what": title, "was": was, "became": became} for title, was, became in entry.changes]
    names = ("n", "recorded_at", "account_id", "author", "kind", "act", "subject", "subject_id")
    return {name: getattr(entry, name) for name in names} | {"changes": changes, "digest": entry.digest.hex()}


def _print_log(found: list[AdminRecord], out: Path | None) -> None:
    columns = ("序号", "时间", "操作人", "类别", "事项", "对象")
    rows = [
        (each.n, console.words(each.recorded_at), each.author, ADMIN_KIND_TITLES[AdminKind(each.kind)], each.act,
         each.subject)
        for each in found[:MOST]
    ]  # fmt: skip
    console.console().print(console.table("管理日志", columns, rows))
    if len(found) > MOST:
        console.console().print(f"共 {len(found)} 条，只列出最近 {MOST} 条；请用条件缩小范围，或用 --out 写入表格。")
    if out is not None:
        console.console().print(f"已写入：{out}")


@app.command("seal")
def audit_seal(new_key: NewKey = False, as_json: Json = False) -> None:
    """封印：把全部案件的链头和各登记簿签名留存，一日一次由系统自动办理；封印文件应另行保存在别处。"""
    cli = CliContext.open()
    made = sealing.seal(cli.database, cli.settings, now(), new_key=new_key)
    answer = {
        "n": made.record.n, "size": made.record.size, "root": made.record.root.hex(),
        "file": str(made.file), "public": made.verifier, "note": made.record.note,
    }  # fmt: skip
    words = f"第{made.record.n}次封印，共{made.record.size}条登记：{made.file}\n公钥：{made.verifier}"
    emit(answer, lambda: console.console().print(words), as_json)


def _anchored(anchor: Path, verifiers: list[str]) -> Checkpoint:
    if not verifiers:
        raise UsageError("没有封印的公钥，无法核对签名", todo="请用 --public 写明公钥，或恢复 seals/seal.pub")
    try:
        note = anchor.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"封印文件 {anchor} 不能读取", todo="请核对文件名；封印文件是文本文件") from None
    return opened(found_in(note), verifiers)


def _print(found: Findings) -> None:
    screen = console.console()
    screen.print(
        f"核验 {found.events} 个事件、{found.seals} 次封印（{found.sealed} 条登记），推算 {found.derived} 件案件，"
        f"{len(found.broken)} 处不符。"
    )
    if found.broken:
        rows = [(each["no"], each["seq"] or "", each["what"]) for each in found.broken[:MOST]]
        screen.print(console.table("不符之处", ("编号", "第几个事件", "问题"), rows))
    if len(found.broken) > MOST:
        screen.print(f"另有 {len(found.broken) - MOST} 处，请用 --json 列出全部。")
    if found.changed:
        changed = [(each,) for each in found.changed]
        screen.print(console.table("上次封印以来有变动（请与变更的依据核对）", ("登记",), changed))
    if found.gaps:
        screen.print(f"没有案件的编号：{'、'.join(found.gaps)}（导入的台账中可能原本就没有）")
