"""A spreadsheet that comes in by a page: chosen, shown as a preview, and carried on to be taken in as it was shown."""

import base64
import binascii
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from negotiation.core.enums import AccountRole
from negotiation.core.errors import FieldError, NegotiationError
from negotiation.web.form_data import Files
from negotiation.web.pages.inputs import TICK, demand_reviewed
from negotiation.web.request_context import RequestContext, upload_of
from negotiation.web.templating import page

FILE, KEPT = "file", "kept"
FORMATS = ".xlsx,.xls,.et,.ods,.csv"
LARGEST_KEPT = 700_000  # bytes of a sheet that a preview can carry on; of a larger one the file is chosen again


class SheetPage:
    """A page that takes a sheet in: its template, who may use it, and what a sheet is called there.

    ``take_in``: takes the content of a sheet and the name of its file in, or only looks (``dry_run``).
    """

    def __init__(
        self, template: str, here: str, title: str, roles: Collection[AccountRole],
        take_in: Callable[[RequestContext, bytes, str, bool], object],
    ) -> None:  # fmt: skip
        self.template, self.here, self.title, self.roles, self.take_in = template, here, title, roles, take_in

    def form(self, ctx: RequestContext) -> Response:
        """The empty form."""
        ctx.demand(*self.roles)
        return self._shown(ctx, {})

    async def came_in(self, request: Request, ctx: RequestContext, *, dry_run: bool) -> Response:
        """Takes the sheet of a form in, or shows what it would bring; what is wrong with it stands in the form."""
        typed, chosen = await upload_of(request, ctx)
        ctx.demand(*self.roles)
        try:
            content = reviewed(ctx, typed, chosen, self.title)
            name = chosen[0][0] if chosen else f"{self.title}.xlsx"
            done = await run_in_threadpool(self.take_in, ctx, content, name, dry_run)
        except NegotiationError as error:
            return self._shown(ctx, typed, error=error)
        return self._shown(ctx, typed, done=done, kept=carried(content) if dry_run else "", dry_run=dry_run)

    def _shown(
        self, ctx: RequestContext, typed: Mapping[str, str], *, done: object = None, kept: str = "",
        dry_run: bool = True, error: NegotiationError | None = None,
    ) -> Response:  # fmt: skip
        facts = ctx.facts(
            done=done, kept=kept, dry_run=dry_run, error=error, ticked=bool(typed.get(TICK)), formats=FORMATS,
            here=self.here,
        )  # fmt: skip
        return page(self.template, facts, status=400 if error else 200)


def reviewed(ctx: RequestContext, typed: Mapping[str, str], chosen: Files, title: str) -> bytes:
    """The sheet of a form that was reviewed for secrecy. Raises FieldError for none, or a text that may not stand."""
    ctx.demand_texts()
    content = _content(typed, chosen, title)
    demand_reviewed({key: text for key, text in typed.items() if key != KEPT})
    return content


def _content(typed: Mapping[str, str], chosen: Files, title: str) -> bytes:
    """The sheet that was chosen, else the one that the preview carried on. Raises FieldError for none."""
    if chosen:
        return chosen[0][1]
    try:
        content = base64.b64decode(typed.get(KEPT, ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise FieldError("没有选择文件", field=FILE, todo=f"请选择{title}的表格文件")
    return content


def carried(content: bytes) -> str:
    """The sheet as the form of a preview carries it on, "" where it is too large for that."""
    return base64.b64encode(content).decode() if len(content) <= LARGEST_KEPT else ""


@contextmanager
def as_file(content: bytes, name: str) -> Iterator[Path]:
    """The sheet as a file of that name, for as long as it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
