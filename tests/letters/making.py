"""Makes the templates of letters that the product ships: ``python -m tests.letters.making FOLDER``.

The page is that of GB/T 9704-2012: A4, type area 156 × 225 mm, 22 lines × 28 characters, pitch 28 pt. An office edits
the result in Word or WPS; a test holds that what is shipped is what is made here.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEAVY, LIGHT, TITLE, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"
PITCH = Pt(28)
GRID = {"type": "linesAndChars", "linePitch": "560", "charSpace": "-845"}  # (156 mm / 28 - 16 pt) × 4096; 28 pt × 20
DRAFT = "草稿，未经签批不得印发"
CHARACTER = 320  # a character of the body, in twentieths of a point

Doc = Any
Line = tuple[str, str]  # style, text; ** around what is set in 黑体


# ------------------------------------------------------------------------------------------------------- the letters

OPENS = "{{ case.applicant }}关于“{{ case.subject }}”的{{ case.procedure }}事项（编号{{ case.no }}）"
ITEMS = "{% for item in case.items %}{{ item.name }}{% if not loop.last %}、{% endif %}{% endfor %}"
ANSWERED = "{% for item in case.items %}{{ item.name }}（{{ item.answer }}）{% if not loop.last %}、{% endif %}{% endfor %}"
SAID = "{% for said in step.said %}{{ said.title }}：{{ said.text | sentence }}{% endfor %}"
STEPS = (
    ("p", "{%p for step in STEPS %}"),
    ("公文正文", "{{ step.on }}，{{ step.title | sentence }}" + SAID),
    ("p", "{%p endfor %}"),
)


def _steps(which: str) -> list[Line]:
    return [(style, text.replace("STEPS", which)) for style, text in STEPS]


LETTERS: dict[str, list[Line]] = {
    "chase": [
        (
            "公文正文",
            OPENS + "，{{ you }}于{{ case.term.started }}收到。{{ case.term.according }}{{ case.term.basis }}，"
            "{{ case.term.title }}{% if case.term.days %}为{{ case.term.days }}个工作日，{% endif %}至{{ case.term.due }}"
            "届满{% if case.term.provisional %}（{{ case.term.provisional }}）{% endif %}"
            "{% if not case.term.past %}，尚余{{ case.term.left }}个工作日{% endif %}。"
            "{% if case.items %}申请的数据项为：" + ITEMS + "。{% endif %}",
        ),
        (
            "公文正文",
            "截至{{ today }}，系统尚未登记{{ you }}的{{ case.term.awaits }}。{% if basis %}依据{{ basis }}，{% endif %}"
            "现商请{{ you }}研究答复：如已书面答复，请告知文号和日期，我办即行补登；如尚在办理，请尽快答复并告知预计时间。"
            "未答复不视为同意。",
        ),
        ("公文正文", "特此函商，请予函复。"),
    ],
    "reply": [
        ("公文正文", "{{ you }}关于“{{ case.subject }}”的{{ case.procedure }}事项（编号{{ case.no }}）于{{ case.received }}收悉。"
                     "{% if basis %}依据{{ basis }}，{% endif %}经研究，现答复如下："),
        ("公文正文", "**一、答复意见。**{{ case.answer.opinion | sentence }}"),
        ("p", "{%p for said in case.answer.said %}"),
        ("公文正文", "**{{ (loop.index + 1) | numeral }}、{{ said.title }}。**{{ said.text | sentence }}"),
        ("p", "{%p endfor %}"),
        ("p", "{%p if case.items %}"),
        ("公文正文", "**{{ (case.answer.said | length + 2) | numeral }}、数据项。**" + ANSWERED + "。"),
        ("p", "{%p endif %}"),
        ("公文正文", "特此函复。"),
    ],
    "meeting_notice": [
        ("公文正文", "{% if basis %}依据{{ basis }}，{% endif %}定于{{ meeting.on }}召开{{ meeting.kind }}会议，"
                     "对下列事项进行{{ meeting.kind }}。现就有关事项通知如下："),
        ("公文正文", "**一、时间。**{{ meeting.on }}（{{ meeting.weekday }}）{{ meeting.at }}。"),
        ("公文正文", "**二、地点。**{{ meeting.place | sentence }}"),
        ("公文正文", "**三、主持。**{{ meeting.chair | sentence }}"),
        ("公文正文", "**四、参会单位。**{{ addressees }}。"),
        ("公文正文", "**五、议题。**{% for item in meeting.items %}（{{ loop.index | numeral }}）{{ item.applicant }}与"
                     "{{ item.provider }}关于“{{ item.subject }}”的事项（编号{{ item.no }}）"
                     "{% if loop.last %}。{% else %}；{% endif %}{% endfor %}"),
        ("公文正文", "**六、有关要求。**请各参会单位派熟悉情况、能够表达本单位意见的同志参会，并携带各数据项的书面意见及依据。"),
        ("公文正文", "特此通知。"),
    ],
    "minutes": [
        ("公文正文", "{{ meeting.on }}{{ meeting.at }}，{{ meeting.chair }}在{{ meeting.place }}主持召开{{ meeting.kind }}会议。"
                     "{% if basis %}依据{{ basis }}，{% endif %}会议对{{ meeting.items | length }}件事项进行了{{ meeting.kind }}。"
                     "现将议定事项纪要如下："),
        ("p", "{%p for item in meeting.items %}"),
        ("公文正文", "**{{ loop.index | numeral }}、{{ item.applicant }}与{{ item.provider }}关于“{{ item.subject }}”的事项"
                     "（编号{{ item.no }}）。**{{ item.agreed | sentence }}{% if item.who %}由{{ item.who }}负责"
                     "{% if item.by %}，于{{ item.by }}前（含当日）完成{% endif %}。{% endif %}"),
        ("p", "{%p endfor %}"),
        ("公文空行", ""),
        ("公文正文", "**出席：**{{ meeting.present }}"),
    ],
    "request": [
        ("公文正文", OPENS + "，经协商、协调仍未达成一致。{% if basis %}依据{{ basis }}，{% endif %}现提请{{ asks }}。有关情况如下："),
        ("公文正文", "**一、申请情况。**{{ case.received }}，{{ case.provider }}收到申请。{% for said in case.application %}"
                     "{{ said.title }}：{{ said.text | sentence }}{% endfor %}"),
        ("公文正文", "**二、{{ case.provider }}的意见。**{% if case.answer %}{{ case.answer.on }}，{{ case.answer.opinion | sentence }}"
                     "{% for said in case.answer.said %}{{ said.title }}：{{ said.text | sentence }}{% endfor %}{% else %}"
                     "截至{{ today }}，系统未登记答复。{% endif %}{% if case.items %}各数据项：" + ANSWERED + "。{% endif %}"),
        ("公文正文", "**三、协调情况。**{% for step in case.referral %}{{ step.on }}，{{ step.title | sentence }}" + SAID + "{% endfor %}"),
        ("公文正文", "**四、请示事项。**请对上述数据是否应予共享予以{{ asks }}。"),
        ("公文正文", "妥否，请批示。"),
    ],
    "rectify": [
        ("公文正文", "{% if basis %}依据{{ basis }}，{% endif %}现就“{{ case.subject }}”通知{{ you }}整改："),
        ("公文正文", "**一、整改情形。**{{ field.ground | sentence }}"),
        ("公文正文", "**二、有关事实和原因。**{{ field.facts | sentence }}"),
        ("公文正文", "**三、整改要求。**{{ field.demand | sentence }}"),
        ("公文正文", "**四、完成期限。**请于{{ field.rectify_by }}前（含当日）完成整改，并将整改情况书面告知我办，由我办核实。"
                     "{{ you }}对上述事实有不同意见的，请在期限内书面说明。"),
        ("公文正文", "特此通知。"),
    ],
    "rectify_report": [
        ("公文正文", "{% if basis %}依据{{ basis }}，{% endif %}现将{{ case.provider }}“{{ case.subject }}”（编号{{ case.no }}）"
                     "的整改情况报告如下："),
        ("公文正文", "**一、整改通知情况。**整改情形：{{ field.ground | sentence }}事实和原因：{{ field.facts | sentence }}"
                     "整改要求：{{ field.demand | sentence }}完成期限：{{ field.rectify_by }}。"),
        ("公文正文", "**二、整改进展。**{% for step in case.steps %}{% if not loop.first %}{{ step.on }}，{{ step.title | sentence }}" + SAID
                     + "{% endif %}{% endfor %}{% if case.term.past %}整改期限已于{{ case.term.due }}届满；截至{{ today }}，"
                     "案件状态为“{{ case.state }}”。{% endif %}"),
        ("公文正文", "特此报告。"),
    ],
}  # fmt: skip
NUMBER_AT: dict[str, str] = {  # 函 right, 上行文 left beside the signer, the others in the middle
    "chase": "right", "reply": "right", "request": "signed", "rectify_report": "signed",
}  # fmt: skip


def make(name: str) -> Doc:
    """One template."""
    document = _page()
    _head(document, NUMBER_AT.get(name, "centre"), addressed=name != "minutes")
    for style, text in LETTERS[name]:
        _line(document, style, text)
    _foot(document, signed=name != "minutes")
    _annex(document)
    return document


# ---------------------------------------------------------------------------------------------------------- its parts


def _head(document: Doc, number_at: str, *, addressed: bool) -> None:
    if number_at == "signed":
        _line(document, "发文字号（上行文）", "{{ number }}\t签发人：{{ signer }}")
    else:
        _line(document, "发文字号（函）" if number_at == "right" else "发文字号", "{{ number }}")
    _line(document, "公文空行", "")
    _line(document, "公文标题", "{{ title }}")
    _line(document, "公文空行", "")
    if addressed:
        _line(document, "主送机关", "{{ addressees }}：")


def _foot(document: Doc, *, signed: bool) -> None:
    _line(document, "公文空行", "")
    _line(document, "附件说明", "附件：1. 期限计算明细")
    _line(document, "附件说明（续）", "2. 系统通知记录")
    if signed:
        _line(document, "公文空行", "")
        _line(document, "发文机关署名", "{{ author }}")
    _line(document, "成文日期", "{{ dated }}")
    if signed:
        _line(document, "p", "{%p if note %}")
        _line(document, "附注", "{{ note }}")
        _line(document, "p", "{%p endif %}")


def _annex(document: Doc) -> None:
    """The ruler of days, and the record of what was sent."""
    _line(document, "附件标识", "附件1")
    _line(document, "公文标题", "期限计算明细")
    for style, text in (
        ("p", "{%p for each in cases %}"),
        ("附件正文", "**{{ each.no }}　{{ each.subject }}**（{{ each.state }}，{{ each.light }}）"),
        ("p", "{%p for term in each.terms %}"),
        ("附件正文", "{{ term.title }}：{% if term.counted %}{{ term.counts_from }}当日不计，自次日起第{{ term.counted }}个工作日，"
                     "{% endif %}至{{ term.due }}届满。{% if term.provisional %}{{ term.provisional | sentence }}{% endif %}"
                     "依据：{{ term.basis }}。{% if term.start %}起算：{{ term.start }}（{{ term.start_basis }}）。{% endif %}"
                     "{% if not term.ruler %}该日期由办理时确定，不按工作日推算。{% endif %}"),
        ("p", "{%p if term.ruler %}"),
    ):  # fmt: skip
        _line(document, style, text)
    _table(document, "row in term.ruler", [("第几日", "{{ row.number }}", 32), ("日期", "{{ row.days }}", 62), ("说明", "{{ row.why }}", 62)])
    for text in ("{%p endif %}", "{%p endfor %}", "{%p endfor %}"):
        _line(document, "p", text)
    _line(document, "附件标识", "附件2")
    _line(document, "公文标题", "系统通知记录")
    for text in ("{%p for each in cases %}",):
        _line(document, "p", text)
    _line(document, "附件正文", "**{{ each.no }}　{{ each.subject }}**{% if not each.notices %}：截至{{ today }}，没有可列的系统通知。{% endif %}")
    _line(document, "p", "{%p if each.notices %}")
    _table(document, "sent in each.notices", [("日期", "{{ sent.on }}", 46), ("发往", "{{ sent.to }}", 60), ("通知", "{{ sent.kind }}", 50)])
    for text in ("{%p endif %}", "{%p endfor %}"):
        _line(document, "p", text)


def _table(document: Doc, loop: str, columns: list[tuple[str, str, int]]) -> None:
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.autofit = False
    for n, (heading, text, width) in enumerate(columns):
        for row in table.rows:
            row.cells[n].width = Mm(width)
        _fill(table.rows[0].cells[n].paragraphs[0], f"**{heading}**", "附件表格")
        _fill(table.rows[2].cells[n].paragraphs[0], text, "附件表格")
    _fill(table.rows[1].cells[0].paragraphs[0], f"{{%tr for {loop} %}}", "附件表格")
    _fill(table.rows[3].cells[0].paragraphs[0], "{%tr endfor %}", "附件表格")
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))  # the heading stands again on every page


def _line(document: Doc, style: str, text: str) -> None:
    _fill(document.add_paragraph(), text, "公文正文" if style == "p" else style)


def _fill(paragraph: Doc, text: str, style: str) -> None:
    """The text in its style; what stands between ** is set in 黑体, by a character style."""
    paragraph.style = style
    for n, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part, style="层次标题" if n % 2 else None)


# ----------------------------------------------------------------------------------------------------------- the page


def _page() -> Doc:
    document = Document()
    document.core_properties.author = document.core_properties.title = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    _styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(210 - 28 - 156), Mm(297 - 37 - 225)
    section.header_distance, section.footer_distance = Mm(20), Mm(22)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    section._sectPr.append(_element("w:docGrid", **GRID))
    document.settings.odd_and_even_pages_header_footer = True
    for header in (section.header, section.even_page_header):
        _fill(header.paragraphs[0], DRAFT, "页眉（草稿）")
    for footer, style in ((section.footer, "页码（单页）"), (section.even_page_footer, "页码（双页）")):
        _number(footer.paragraphs[0], style)
    return document


def _number(paragraph: Doc, style: str) -> None:
    """— 1 —"""
    paragraph.style = style
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind in ("begin", "", "separate", "text", "end"):
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.text = "PAGE"
            run._r.append(instruction)
        elif kind == "text":
            run.add_text("1")
        else:
            run._r.append(_element("w:fldChar", fldCharType=kind))
    paragraph.add_run(" —")


Look = Callable[[Any], None]


def _styles(document: Doc) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    fonts = defaults.find(".//" + qn("w:rFonts"))
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    _fonts(fonts, BODY)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    _set(normal, BODY, 16)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    _pitch(normal, PITCH)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    _style(document, "公文正文", first=2, justified=True)
    _style(document, "公文空行")
    _style(document, "公文标题", TITLE, 22, align=centre, keep=True)
    _style(document, "主送机关")
    _style(document, "发文字号", align=centre)
    _style(document, "发文字号（函）", align=right)
    signed = _style(document, "发文字号（上行文）", left=1)
    signed.paragraph_format.tab_stops.add_tab_stop(Pt(15.79 * 27), alignment=2)  # 右空一字
    _style(document, "附件说明", left=5, first=-3, keep=True)
    _style(document, "附件说明（续）", left=5, keep=True)
    # Both are centred in the right half, so that the date stands under its organ, some four characters from the edge.
    _style(document, "发文机关署名", align=centre, left=14, keep=True)
    _style(document, "成文日期", align=centre, left=14)
    _style(document, "附注", first=2)
    _style(document, "附件标识", HEAVY, 16, new_page=True, keep=True)
    _style(document, "附件正文", BODY, 14, first=0, pitch=24)
    _style(document, "附件表格", BODY, 12, pitch=18)
    _style(document, "页眉（草稿）", LIGHT, 14, align=centre, pitch=18)
    _style(document, "页码（单页）", SONG, 14, align=right, right=1, pitch=18)
    _style(document, "页码（双页）", SONG, 14, left=1, pitch=18)
    heavy = document.styles.add_style("层次标题", WD_STYLE_TYPE.CHARACTER)
    _fonts(heavy.element.get_or_add_rPr().get_or_add_rFonts(), HEAVY)


def _style(
    document: Doc,
    name: str,
    font: str = BODY,
    size: int = 16,
    *,
    align: Any = None,
    first: int = 0,
    left: int = 0,
    right: int = 0,
    pitch: int = 28,
    justified: bool = False,
    keep: bool = False,
    new_page: bool = False,
) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _set(style, font, size)
    form = style.paragraph_format
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if justified else align
    form.keep_with_next, form.page_break_before = keep or None, new_page or None
    _pitch(style, Pt(pitch))
    _indent(style, first=first, left=left, right=right)
    return style


def _indent(style: Any, **characters: int) -> None:
    """Indents in characters, and in the points that they are, for programs that know no characters."""
    named = {("hanging" if n < 0 else "firstLine") if side == "first" else side: abs(n) for side, n in characters.items()}
    wanted = {side: n for side, n in named.items() if n}
    if wanted:
        chars = {f"{side}Chars": str(100 * n) for side, n in wanted.items()}
        points = {side: str(CHARACTER * n) for side, n in wanted.items()}
        style.element.get_or_add_pPr().append(_element("w:ind", **chars, **points))


def _set(style: Any, font: str, size: int) -> None:
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    _fonts(properties.get_or_add_rFonts(), font)


def _fonts(fonts: Any, east: str) -> None:
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", east), ("cs", LATIN)):
        fonts.set(qn(f"w:{name}"), font)


def _pitch(style: Any, pitch: Any) -> None:
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = pitch


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


if __name__ == "__main__":
    for letter in LETTERS:
        make(letter).save(str(Path(sys.argv[1]) / f"{letter}.docx"))
