"""The refusal of files that bear a mark of secrecy."""

import re

from negotiation.domain.attachments.kinds import CSV, DOC, DOCX, OFD, PPT, PPTX, TXT, XLS, XLSX, Kind, fault
from negotiation.domain.attachments.packed import words_of
from negotiation.domain.attachments.recognition import decoded
from negotiation.domain.secrecy import mark_in, mark_in_name


def text_of(kind: Kind, content: bytes) -> str:
    """The text that can cheaply be read of a file: of pictures nothing, and of PDF only by a process of its own."""
    if kind in (TXT, CSV):
        text = decoded(content, "utf-8") or content.decode("gb18030")
        return text if kind is TXT else re.sub('[,\t"]', "\n", text)  # each cell for itself
    if kind in (DOCX, XLSX, PPTX, OFD):
        return words_of(content)
    if kind in (DOC, XLS, PPT):  # their text stands at even or odd places, two bytes a character
        return "\n".join(content[start:].decode("utf-16-le", "replace") for start in (0, 1))
    return ""


def demand_clean(name: str, text: str) -> None:
    """Raises FieldError for a file whose name or text bears a mark of secrecy: no classified matter here."""
    mark = mark_in_name(name) or mark_in(text)
    if mark:
        raise fault(f"附件“{name}”含有“{mark}”字样，不得上传本系统", "请线下办理，并在系统中只登记编号、单位和日期")
