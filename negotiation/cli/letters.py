"""Commands of official letters: which may be drafted, a draft as .docx, what is wrong with a template."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from negotiation.cli import console
from negotiation.cli.context import CliContext
from negotiation.cli.option_groups import grouped
from negotiation.cli.options import FOUND_WANTING, Json, emit, end_if, read_day, writing_to
from negotiation.core.clock import now
from negotiation.core.errors import UsageError
from negotiation.core.labels import LETTER_KIND_TITLES
from negotiation.core.local_time import local_date
from negotiation.core.settings import read_settings
from negotiation.documents import letters
from negotiation.documents.letters import EXAMPLE, Draft, Matter, Wishes
from negotiation.domain import rulebook
from negotiation.services.cases import acting
from negotiation.services.context import Context, UnitOfWork
from negotiation.store import meetings
from negotiation.store.transaction import Transaction

app = typer.Typer()


_COLUMNS = ("标识", "公文", "由谁", "主送", "依据")


@app.command("list")
def letter_list(no: str, as_json: Json = False) -> None:
    """现在可以起草的公文；编号可以是案件的，也可以是会议的。"""
    cli, at = CliContext.open(), now()
    with cli.database.read() as transaction:
        if meetings.known(transaction, no) is None:
            no = cli.case_no(no)
        found = _open_letters(transaction, cli.context, no, at)
    answer = {"no": no, "letters": [_as_json(each) for each in found]}
    rows = [_as_row(each) for each in found]
    emit(answer, lambda: console.console().print(console.table(f"{no}：可以起草的公文", _COLUMNS, rows)), as_json)


def _open_letters(transaction: Transaction, context: Context, no: str, at: datetime) -> list[Matter]:
    """Of a meeting, if ``no`` is one's number; else of a case. Raises NotFound."""
    work, meeting = UnitOfWork(transaction, context, at), meetings.known(transaction, no)
    if meeting is not None:
        return letters.letters_of_meeting([acting.take(work, each.no) for each in meeting.on_agenda], meeting)
    file = acting.take(work, no)
    return [Matter(file, letter) for letter in letters.letters_open(file, local_date(at))]


def _as_json(matter: Matter) -> dict[str, object]:
    file, letter = matter
    return {
        "template": letter.template,
        "name": letter.name,
        "kind": LETTER_KIND_TITLES[letter.kind],
        "from": letter.sender,
        "to": list(letter.to),
        "basis": file.rulebook.cited(letter.basis),
    }


def _as_row(matter: Matter) -> tuple[str, ...]:
    (file, letter), title = matter, matter.file.rulebook.role_title
    to = "、".join(map(title, letter.to))
    return letter.template, letter.name, title(letter.sender), to, file.rulebook.cited(letter.basis)


@dataclass(frozen=True)
class WishOptions:
    """The wishes for a draft; what is empty stays blank."""

    number: Annotated[str, typer.Option("--number", help=f"发文字号，如 {EXAMPLE}；不填则留空。")] = ""
    signer: Annotated[str, typer.Option("--signer", help="签发人（请示、报告必填）。")] = ""
    attention: Annotated[str, typer.Option("--attention", help="请对方转交的处室或人员。")] = ""
    on: Annotated[str, typer.Option("--on", help="成文日期（默认今天）。", metavar="日期")] = ""
    contact: Annotated[str, typer.Option("--contact", help="附注中的联系人（请示必填）。")] = ""
    proposal: Annotated[str, typer.Option("--proposal", help="拟办意见（请示必填，报告可填）。")] = ""

    def wishes(self) -> Wishes:
        """The wishes, their date read. Raises UsageError for a date that is none."""
        on = read_day(self.on) if self.on else None
        return Wishes(self.number, self.signer, self.attention, on, self.contact, self.proposal)


@app.command("write")
@grouped
def letter_write(
    no: str,
    kind: Annotated[str, typer.Argument(help="公文的标识或名称，见 letter list。")],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="写到哪个文件（默认以编号和公文命名）。")] = None,
    options: WishOptions,
    as_json: Json = False,
) -> None:
    """起草一份公文（.docx 草稿）：编号可以是案件的，也可以是会议的；不登记、不发送。"""
    cli, at = CliContext.open(), now()
    wishes = options.wishes()
    with cli.database.read() as transaction:
        if meetings.known(transaction, no) is None:
            no = cli.case_no(no)
        draft = _drafted(transaction, cli.context, no, kind, wishes, at)
    path = _kept(draft, out)
    answer = {"no": no, "template": draft.template, "title": draft.title, "file": str(path)}
    emit(answer, lambda: console.console().print(f"已起草《{draft.title}》：{path}（草稿，未经签批不得印发）"), as_json)


def _drafted(
    transaction: Transaction,
    context: Context,
    no: str,
    kind: str,
    wishes: Wishes,
    at: datetime,
) -> Draft:
    """Of a meeting, if ``no`` is one's number; else of a case."""
    meeting = meetings.known(transaction, no)
    if meeting is not None:
        return letters.write_of_meeting(transaction, context, meeting, kind, wishes, at)
    file = acting.take(UnitOfWork(transaction, context, at), no)
    return letters.write(transaction, letters.find_open(file, kind, local_date(at)), wishes, at)


def _kept(draft: Draft, out: Path | None) -> Path:
    """Writes the draft to a file that is new: one that somebody may have edited is never overwritten."""
    path = out or Path(draft.name)
    taken = UsageError("已有同名的文件", where=str(path), todo="请用 --out 换一个文件名，以免覆盖改过的草稿")
    with writing_to(path, "请换一个文件夹"):
        try:
            with path.open("xb") as file:
                file.write(draft.content)
        except FileExistsError:
            raise taken from None
    return path


@app.command("check")
def letter_check(
    file: Annotated[Path | None, typer.Argument(help="一个模板（.docx）；不填则检查全部在用的模板。")] = None,
    as_json: Json = False,
) -> None:
    """检查公文模板：变量是否都有，标记是否完整。"""
    home = read_settings().home
    books = [rulebook.load(folder) for folder in rulebook.available(home).values()]
    paths = [file] if file else letters.templates_in_use(home)
    faults = [{"file": str(path), "fault": each} for path in paths for each in letters.faults_of_file(path, books)]
    answer: dict[str, object] = {"ok": not faults, "files": [str(path) for path in paths], "faults": faults}

    def print_words() -> None:
        rows = [(each["file"], each["fault"]) for each in faults]
        found = console.table(f"{len(faults)}处问题", ("模板", "问题"), rows)
        console.console().print(found if faults else f"检查了{len(paths)}个模板，没有问题。")

    emit(answer, print_words, as_json)
    end_if(faults, FOUND_WANTING)
