"""The report as a document, in the form of a paper that goes up, made from a template: what it is called, to whom and
under which article is the rulebook's (``papers``).

The template is the office's: a copy of its own, edited in any word processor, wins over the shipped one. What only
people know stands in it as 【…由本办公室补充】.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from negotiation import template_folder
from negotiation.core.errors import NegotiationError
from negotiation.core.whole_file import write_whole
from negotiation.documents.report.model import Report
from negotiation.documents.report.papers import Sender
from negotiation.documents.report.template_facts import facts_of

TEMPLATE = "annual.docx"


def write_document(report: Report, sender: Sender, path: Path) -> None:
    """Writes the document; it appears whole or not at all.

    Raises NegotiationError for a template that cannot be used, naming what is wrong in it and in which paragraph.
    """
    template = template_of(sender.home)
    try:
        document = DocxTemplate(template)
        document.render(facts_of(report, sender), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    except (PackageNotFoundError, BadZipFile, KeyError):
        raise NegotiationError(
            "模板不是 .docx 文件，或已损坏", where=str(template), todo="请用文字处理软件另存"
        ) from None
    except TemplateError as error:
        raise _fault(template, str(error)) from None
    write_whole(path, document.save)


def template_of(home: Path) -> Path:
    """The office's own template, else the shipped one."""
    own = home / "report" / TEMPLATE
    return own if own.exists() else template_folder("report") / TEMPLATE


# ------------------------------------------------------------------------------------------------ a template's faults


def _fault(template: Path, message: str) -> NegotiationError:
    """The error for a faulty template, with the words of the paragraph at fault."""
    name = next(iter(re.findall(r"'(\w+)'(?= is undefined|$)", message)), "")
    what = f"模板中没有可用的内容“{name}”" if name else f"模板中的标记无法识别（{message}）"
    where = next((f"，段落“{text[:40]}”" for text in _paragraphs(template) if name and name in text), "")
    return NegotiationError(what, where=f"{template.name}{where}", todo="请改正模板中的这一处后重试")


def _paragraphs(template: Path) -> Iterator[str]:
    for each in Document(str(template)).element.body.iter(qn("w:p")):
        yield "".join(part.text or "" for part in each.iter(qn("w:t")))
