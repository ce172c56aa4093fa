"""Templates of letters: found, looked through, filled in. A template is a .docx that the office edits in Word or WPS.

What is wrong with one is named with the words of its paragraph. The office's own copy under ``HOME/letters`` wins.
"""

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import fields
from functools import lru_cache
from html import unescape
from io import BytesIO
from pathlib import Path

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from negotiation import template_folder
from negotiation.core.errors import NegotiationError, NotFound, reason
from negotiation.documents.letters.model import LetterFacts
from negotiation.documents.letters.numbering import alike, clause, numeral, sentence
from negotiation.documents.letters.placeholders import unknown_names

LARGEST = 10_000_000  # bytes, unpacked: a letter is a few pages
_PARAGRAPH = re.compile(r"(?=<w:(?:p|tr)[ >])")
_MARKUP = re.compile(r"<[^>]+>")
_WHOLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_ENDS = ("{{", "}}", "{%", "%}", "{#", "#}")
_LONGEST_WORDS = 80
_ENDINGS = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


def template_file(name: str, home: Path) -> Path:
    """The file of a template: the office's own copy, or the one that comes with the product. Raises NotFound."""
    for folder in (home / "letters", template_folder("letters")):
        if (folder / f"{name}.docx").is_file():
            return folder / f"{name}.docx"
    raise NotFound(f"没有公文模板“{name}”", todo="请核对规则中 letters 的 template")


def filled(path: Path, facts: LetterFacts) -> bytes:
    """The letter: the template with these facts. Raises NegotiationError that names what is wrong with the template."""
    demand_sound(path, facts.field)
    template = _opened(path)
    context = {each.name: getattr(facts, each.name) for each in fields(facts)}
    try:
        template.render(context, environment())
    except _ENDINGS as error:
        raise _broken(path, [f"{_near(error)}{error}"]) from None
    written = BytesIO()
    template.save(written)
    return written.getvalue()


def demand_sound(path: Path, field_keys: Collection[str]) -> None:
    """Checks a template; ``field_keys``: the keys that ``field`` has. Raises NegotiationError with every fault."""
    faults = list(faults_of(path, field_keys))
    if faults:
        raise _broken(path, faults)


def faults_of(path: Path, field_keys: Collection[str]) -> Iterator[str]:
    """Each wrong variable and broken tag of a template, with the words of its paragraph. Raises NegotiationError if the
    file is no .docx."""
    template = _opened(path)
    for xml in _parts(template):
        broken = [words for words in _paragraphs(_in_lines(xml)) if _is_broken(words)]
        yield from (f"标记没有写完整：“{_short(words)}”" for words in broken)
        if not broken:
            yield from _faults_of_part(template.patch_xml(_in_lines(xml)), field_keys)


def _faults_of_part(source: str, field_keys: Collection[str]) -> Iterator[str]:
    lines = _paragraphs(source)
    try:
        tree = environment().parse(source)
        environment().compile(source)  # filters and tests are known only here
    except TemplateSyntaxError as error:
        yield f"标记有误（{error.message}）：“{_short(lines[error.lineno - 1])}”"
        return
    for name, line in unknown_names(tree, field_keys, environment().globals):
        yield f"没有变量“{name}”：“{_short(lines[line - 1])}”"


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """Templates are edited by people: they reach nothing but the facts, and what they print is escaped for XML."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made.filters |= {"numeral": numeral, "sentence": sentence, "clause": clause, "alike": alike}
    return made


def _opened(path: Path) -> DocxTemplate:
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST:
                raise NegotiationError("文件展开后过大，不是公文模板", where=str(path), todo="请删去其中的图片等内容")
        template = DocxTemplate(BytesIO(content))
        template.init_docx()
    except OSError as error:
        raise NegotiationError(f"不能读取（{reason(error)}）", where=str(path), todo="请核对文件") from None
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError):  # lxml's errors are the last
        raise NegotiationError(
            "不是 .docx 文件，或文件已损坏", where=str(path), todo="请用 Word 或 WPS 另存为 .docx"
        ) from None
    return template


def _parts(template: DocxTemplate) -> Iterator[str]:
    """The XML of the body, the headers and the footers."""
    yield template.get_xml()
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.get_part_xml(part)


def _in_lines(xml: str) -> str:
    """Every paragraph begins a line, so that the number of a line leads to its words."""
    return _PARAGRAPH.sub("\n", xml.replace("\n", " "))


def _paragraphs(source: str) -> list[str]:
    """The words of each line, without the markup."""
    return [unescape(_MARKUP.sub("", line)).strip() for line in source.split("\n")]


def _is_broken(words: str) -> bool:
    rest = _WHOLE.sub("", words)
    return any(end in rest for end in _ENDS)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}…"


def _near(error: Exception) -> str:
    """The words around the place where filling in stopped, as docxtpl knows them."""
    around = "".join(getattr(error, "docx_context", ()))
    words = unescape(_MARKUP.sub("", around)).strip()
    return f"“{_short(words)}”附近：" if words else ""


def _broken(path: Path, faults: list[str]) -> NegotiationError:
    listed = "；".join(faults)
    return NegotiationError(
        f"公文模板有{len(faults)}处问题：{listed}", where=str(path), todo="请改正后用 letter check 检查"
    )
