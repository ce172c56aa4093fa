"""The types of file that may come with an act, and the fault of a file that may not."""

from typing import NamedTuple

from negotiation.core.errors import FieldError

FIELD = "files"


MEGABYTE = 1024 * 1024


_OOXML = "application/vnd.openxmlformats-officedocument"


class Kind(NamedTuple):
    """A type of file: how people call it, its media type, the endings that its names may have."""

    title: str
    media: str
    endings: tuple[str, ...]


PDF = Kind("PDF", "application/pdf", ("pdf",))


PNG = Kind("PNG 图片", "image/png", ("png",))


JPEG = Kind("JPEG 图片", "image/jpeg", ("jpg", "jpeg"))


DOCX = Kind("Word 文档", f"{_OOXML}.wordprocessingml.document", ("docx",))


XLSX = Kind("Excel 表格", f"{_OOXML}.spreadsheetml.sheet", ("xlsx",))


PPTX = Kind("PowerPoint 演示文稿", f"{_OOXML}.presentationml.presentation", ("pptx",))


OFD = Kind("OFD 版式文件", "application/ofd", ("ofd",))


DOC = Kind("Word 97 或 WPS 文字", "application/msword", ("doc", "wps"))


XLS = Kind("Excel 97 或 WPS 表格", "application/vnd.ms-excel", ("xls", "et"))


PPT = Kind("PowerPoint 97 或 WPS 演示", "application/vnd.ms-powerpoint", ("ppt", "dps"))


TXT = Kind("文本", "text/plain", ("txt",))


CSV = Kind("CSV 表格", "text/csv", ("csv",))


KINDS = (PDF, OFD, DOCX, XLSX, PPTX, DOC, XLS, PPT, PNG, JPEG, TXT, CSV)


ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)


def fault(what: str, todo: str) -> FieldError:
    """The error of the field ``files``, to be raised."""
    return FieldError(what, field=FIELD, todo=todo)


def allowed() -> str:
    """The advice that lists the endings which may be uploaded."""
    return f"可以上传：{'、'.join(ENDINGS)}；程序、脚本、网页和压缩包不接受"
