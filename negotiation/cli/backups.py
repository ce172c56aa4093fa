"""Commands of backup: a copy of the installation while it runs, its restoration, the key for encrypted ones."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.database import connect
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if, writing_to
from negotiation.core.clock import now
from negotiation.core.settings import Settings, read_settings
from negotiation.notifications.channels.smtp import trouble_of
from negotiation.services import doctor
from negotiation.services.backup import encryption
from negotiation.services.backup.making import Made, make
from negotiation.services.backup.restoring import RESTORED_SETTINGS, Restored, restore
from negotiation.services.findings import Finding

app = typer.Typer()

AFTER = (
    "negotiation audit verify 核验每个案件的事件链",
    "negotiation doctor 检查安装；密码不在备份中的，先在设置中填写",
    "核对账号和令牌：备份之后停用的账号、撤销的令牌已恢复到备份时的状态；所有登录已结束",
    "备份之后发出的通知会再发一次（Message-ID 相同）；不应再发的，请先在“发件箱”核对，再启动 negotiation serve",
)

Recipients = Annotated[
    list[str] | None,
    typer.Option("--recipient", help="加密用的公钥（age1…），可多次给出；默认按设置。", metavar="公钥"),
]


@app.command("backup")
def back_up(
    file: Annotated[Path, typer.Argument(help="写到哪个文件（须是新文件）。")],
    recipient: Recipients = None,
    as_json: Json = False,
) -> None:
    """备份：数据库和安装位置中的文件，合为一个文件；办公照常进行，密码不在其中。"""
    settings = read_settings()
    made = make(settings, connect(settings), file, now(), recipient or settings.backup_recipients)
    answer = {
        "file": str(made.path), "size": made.size, "sha256": made.sha256, "encrypted": made.encrypted,
        "revision": made.manifest.revision, "rows": made.manifest.rows, "not_carried": made.not_carried,
        "files": len(made.manifest.members) - 1,
    }  # fmt: skip
    emit(answer, lambda: _print_made(made), as_json)


def _print_made(made: Made) -> None:
    screen = console.console()
    rows = made.manifest.rows
    kind = "已加密" if made.encrypted else "未加密，请像数据库一样保管"
    screen.print(f"备份 {made.path}（{made.size:,} 字节，{kind}）")
    screen.print(f"案件 {rows['case']} 件，事件 {rows['event']} 个，文件 {len(made.manifest.members) - 1} 个。")
    screen.print(f"SHA-256 {made.sha256}", soft_wrap=True)
    if made.not_carried:
        screen.print(f"提示：安装位置中这些不在备份之内：{'、'.join(made.not_carried)}")


@app.command("restore")
def restore_from(
    file: Annotated[Path, typer.Argument(help="negotiation backup 生成的文件。")],
    key: Annotated[Path | None, typer.Option("--key", help="加密的备份：私钥文件。", metavar="文件")] = None,
    as_json: Json = False,
) -> None:
    """恢复备份：只恢复到空的安装位置和空的数据库；先核对全部摘要，有一处不符即不写入。"""
    settings = read_settings()
    done = restore(settings, connect(settings), file, key)
    findings = _findings()
    answer = {
        "made_at": done.manifest.made_at, "from_revision": done.manifest.revision, "revision": done.revision,
        "rows": done.manifest.rows, "files": done.files, "settings": done.settings, "next": AFTER,
        "findings": [asdict(each) for each in findings],
    }  # fmt: skip
    emit(answer, lambda: _print_restored(done, settings, findings), as_json)
    end_if(any(each.serious for each in findings), FOUND_WANTING)


def _findings() -> list[Finding]:
    """The findings of ``doctor`` on what was restored, by the settings that came with it."""
    return doctor.examine(read_settings(), now(), trouble_of)[0]


def _print_restored(done: Restored, settings: Settings, findings: list[Finding]) -> None:
    screen = console.console()
    rows = done.manifest.rows
    screen.print(f"已恢复到 {settings.home}：案件 {rows['case']} 件，事件 {rows['event']} 个，文件 {done.files} 个。")
    if done.manifest.revision != done.revision:
        screen.print(f"数据库版本：{done.manifest.revision} → {done.revision}")
    if done.settings == RESTORED_SETTINGS:
        screen.print(f"原有的设置保留；备份中的设置写入 {RESTORED_SETTINGS}，请对照。")
    for each in findings:
        screen.print(f"{'问题' if each.serious else '提示'}：{each.what}（{each.todo}）")
    screen.print("接下来：")
    for number, step in enumerate(AFTER, 1):
        screen.print(f"  {number}. {step}")


@app.command("backup-key")
def make_key(
    file: Annotated[Path, typer.Argument(help="私钥写到哪个文件（须是新文件）。")], as_json: Json = False
) -> None:
    """生成加密备份的一对密钥：私钥写入文件，另处保管；公钥写入设置。"""
    text, public = encryption.new_key()
    with writing_to(file, "请另选文件名，并检查文件夹是否存在、能否写入"):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)

    def print_words() -> None:
        screen = console.console()
        screen.print(f"私钥写入 {file}：请移到别处保管，没有它加密的备份无法恢复。")
        screen.print(f"公钥（写入 NEGOTIATION_BACKUP_RECIPIENTS）：{public}", soft_wrap=True)

    emit({"file": str(file), "public": public}, print_words, as_json)
