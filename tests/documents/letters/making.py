"""Makes the templates of letters that the product ships: ``python -m tests.documents.letters.making FOLDER``.

The page is that of GB/T 9704-2012: A4, type area 156 × 225 mm, 22 lines × 28 characters, pitch 28 pt. An office edits
the result in Word or WPS; a test holds that what is shipped is what is made here.
"""

import sys
from pathlib import Path

from docx.oxml import OxmlElement
from docx.shared import Mm

from tests.documents.letters.page import Doc, blank_page, fill

Line = tuple[str, str]  # style, text
WORDING = Path(__file__).with_name("wording.txt")


def wording() -> dict[str, list[Line]]:
    """The paragraphs of each template, from the text beside this file."""
    found: dict[str, list[Line]] = {}
    name = ""
    for line in WORDING.read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append(_read(line))
    return found


def _read(line: str) -> Line:
    if line == "~":
        return "公文空行", ""
    return ("公文结语", line[2:]) if line.startswith("= ") else ("公文正文", line)


WORDS = wording()
LETTERS = [name for name in WORDS if " " not in name]
NUMBER_AT: dict[str, str] = {  # 函 right, 上行文 left beside the signer, the others in the middle
    "request": "signed", "rectify_report": "signed",
    "meeting_notice": "centre", "minutes": "centre", "rectify": "centre",
}  # fmt: skip
# The annex, and in which case there is one: an annex that would be empty is not there, and nobody is told of it.
RULER, ITEMS = ("期限计算明细", "case.term and case.term.ruler"), ("数据项情况表", "case.items | length > 1")
ANNEXES = {"chase": RULER, "reply": ITEMS, "request": ITEMS}


def make(name: str) -> Doc:
    """One template."""
    document = blank_page()
    _head(document, NUMBER_AT.get(name, "right"), addressed=name != "minutes")
    for style, text in WORDS[name]:
        _line(document, style, text)
    annex = ANNEXES.get(name)
    if annex is not None:
        _named(document, *annex)
    if name != "minutes":  # 纪要 is issued with its number and its day in the head, and signed by nobody
        _foot(document)
    if annex is not None:
        _annex(document, *annex)
    return document


# ---------------------------------------------------------------------------------------------------------- its parts


def _head(document: Doc, number_at: str, *, addressed: bool) -> None:
    if number_at == "signed":
        _line(document, "发文字号（上行文）", "{{ number }}\t签发人：{{ signer }}")
    else:
        _line(document, "发文字号（函）" if number_at == "right" else "发文字号", "{{ number }}")
    if not addressed:
        _line(document, "发文字号（上行文）", "{{ author }}\t{{ dated }}")
    _line(document, "公文空行", "")
    _line(document, "公文标题", "{{ title }}")
    _line(document, "公文空行", "")
    if addressed:
        _line(document, "主送机关", "{{ addressees }}：")


def _named(document: Doc, title: str, present: str) -> None:
    """The annex is named under the text; the only one bears no ordinal (GB/T 9704-2012, 7.3.4)."""
    _tags(document, f"{{%p if {present} %}}")
    _line(document, "公文空行（不分页）", "")
    _line(document, "附件说明", f"附件：{title}")
    _tags(document, "{%p endif %}")


def _foot(document: Doc) -> None:
    _line(document, "公文空行（不分页）", "")
    _line(document, "发文机关署名", "{{ author }}")
    _line(document, "成文日期", "{{ dated }}")
    _tags(document, "{%p if note %}")
    _line(document, "附注", "{{ note }}")
    _tags(document, "{%p endif %}")


def _annex(document: Doc, title: str, present: str) -> None:
    """The ruler of days, or the data items with what became of each."""
    _tags(document, f"{{%p if {present} %}}")
    _annex_head(document, "附件", title)
    if title == RULER[0]:
        _tags(document, "{%p for term in case.terms %}")
        _line(document, "附件正文", _words("term of the annex"))
        days = [("第几日", "{{ row.number }}", 26), ("日期", "{{ row.days }}", 76), ("说明", "{{ row.why }}", 54)]
        _table(document, "row in term.ruler", days)
        _tags(document, "{%p endfor %}")
    else:
        answers = [("数据项", "{{ item.name }}", 36), ("答复", "{{ item.answer }}", 24)]
        said = [
            ("条件、理由和依据", "{{ item.said }}", 54),
            ("提供期限", "{% if item.owed %}{{ item.due }}{% endif %}", 42),
        ]
        _table(document, "item in case.items", [*answers, *said])
    _tags(document, "{%p endif %}")


def _annex_head(document: Doc, number: str, title: str) -> None:
    _line(document, "附件标识", number)
    _line(document, "公文空行", "")
    _line(document, "公文标题", title)
    _line(document, "公文空行", "")


def _words(name: str) -> str:
    return WORDS[name][0][1]


def _table(document: Doc, loop: str, columns: list[tuple[str, str, int]]) -> None:
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.autofit = False
    for n, (heading, text, width) in enumerate(columns):
        table.columns[n].width = Mm(width)
        for row in table.rows:
            row.cells[n].width = Mm(width)
        fill(table.rows[0].cells[n].paragraphs[0], f"**{heading}**", "附件表格")
        fill(table.rows[2].cells[n].paragraphs[0], text, "附件表格")
    fill(table.rows[1].cells[0].paragraphs[0], f"{{%tr for {loop} %}}", "附件表格")
    fill(table.rows[3].cells[0].paragraphs[0], "{%tr endfor %}", "附件表格")
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # it stands again on every page


def _line(document: Doc, style: str, text: str) -> None:
    fill(document.add_paragraph(), text, style)


def _tags(document: Doc, *tags: str) -> None:
    """Paragraphs that only say what is repeated, or left out."""
    for tag in tags:
        _line(document, "公文正文", tag)


if __name__ == "__main__":
    for letter in LETTERS:
        make(letter).save(str(Path(sys.argv[1]) / f"{letter}.docx"))
