"""A spreadsheet that comes in by a page: chosen, shown as a preview, and carried on to be taken in as it was shown."""

import base64
import binascii
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from negotiation.core.errors import FieldError
from negotiation.web.form_data import Files
from negotiation.web.pages.inputs import demand_reviewed
from negotiation.web.request_context import RequestContext

FILE, KEPT = "file", "kept"
LARGEST_KEPT = 700_000  # bytes of a sheet that a preview can carry on; of a larger one the file is chosen again


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
