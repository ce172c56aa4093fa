"""The page of a letter: its styles, fonts, grid, header and page numbers."""

from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEAVY, LIGHT, TITLE, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
INSTEAD = {BODY: "仿宋", HEAVY: "SimHei", LIGHT: "楷体", TITLE: "华文中宋", SONG: "SimSun"}  # what comes closest
PITCH = Pt(28)
GRID = {"type": "linesAndChars", "linePitch": "560", "charSpace": "-850"}  # 28 pt × 20; (156 mm / 28 - 16 pt) × 4096
DRAFT = "草稿，未经签批不得印发"
CHARACTER = 320  # a character of the body, in twentieths of a point
Doc = Any


def fill(paragraph: Doc, text: str, style: str) -> None:
    """The text in its style; what stands between ** is set in 黑体, by a character style."""
    paragraph.style = style
    for n, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part, style="层次标题" if n % 2 else None)


def blank_page() -> Doc:
    document = Document()
    document.core_properties.author = document.core_properties.title = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    _styles(document)
    _font_table(document)
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
        fill(header.paragraphs[0], DRAFT, "页眉（草稿）")
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
    _tighten(normal)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    _style(document, "公文正文", first=2, justified=True)
    # The foot of a letter never stands alone on a page: its last sentence goes with it.
    _style(document, "公文结语", first=2, keep=True)
    _style(document, "公文空行")
    _style(document, "公文空行（不分页）", keep=True)
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
    _style(document, "成文日期", align=centre, left=14, keep=True)
    _style(document, "附注", first=2)
    _style(document, "附件标识", HEAVY, 16, new_page=True, keep=True)
    _style(document, "附件正文", BODY, 14, pitch=24, keep=True)
    _style(document, "附件表格", BODY, 12, pitch=18)
    _style(document, "页眉（草稿）", LIGHT, 14, align=centre, pitch=18)
    _style(document, "页码（单页）", SONG, 14, align=right, right=1, pitch=18)
    _style(document, "页码（双页）", SONG, 14, left=1, pitch=18)
    heavy = document.styles.add_style("层次标题", WD_STYLE_TYPE.CHARACTER)
    _fonts(heavy.element.get_or_add_rPr().get_or_add_rFonts(), HEAVY)


def _font_table(document: Doc) -> None:
    """The fonts that are named, each with what comes closest: a program without it takes a Chinese one."""
    table = OxmlElement("w:fonts")
    for name, instead in INSTEAD.items():
        font = _element("w:font", name=name)
        for tag, val in (("altName", instead), ("charset", "86"), ("family", "auto"), ("pitch", "fixed")):
            font.append(_element(f"w:{tag}", val=val))
        table.append(font)
    document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = serialize_part_xml(table)


def _tighten(normal: Any) -> None:
    """28 characters of 16 pt in 156 mm: each three tenths of a point closer. The grid says the same, but a program that
    knows no narrower grid would give every character two of its places, so that the text does not hold to it.
    Nor is anything put between figures and characters: two figures are as wide as one character."""
    form, look = normal.element.get_or_add_pPr(), normal.element.get_or_add_rPr()
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        form.find(qn("w:spacing")).addprevious(_element(name, val="0"))
    form.find(qn("w:spacing")).addprevious(_element("w:snapToGrid", val="0"))
    for element in (_element("w:snapToGrid", val="0"), _element("w:spacing", val="-6")):
        look.find(qn("w:sz")).addprevious(element)


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
    named = {
        ("hanging" if n < 0 else "firstLine") if side == "first" else side: abs(n) for side, n in characters.items()
    }
    wanted = {side: n for side, n in named.items() if n}
    if wanted:
        chars = {f"{side}Chars": str(100 * n) for side, n in wanted.items()}
        points = {side: str(CHARACTER * n) for side, n in wanted.items()}
        indent = style.element.get_or_add_pPr().get_or_add_ind()
        for name, value in (chars | points).items():
            indent.set(qn(f"w:{name}"), value)


def _set(style: Any, font: str, size: int) -> None:
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    _fonts(properties.get_or_add_rFonts(), font)


def _fonts(fonts: Any, font: str) -> None:
    """One font for characters, figures and letters (5.2.2): a line does not depend on how wide a second one is."""
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), font)


def _pitch(style: Any, pitch: Any) -> None:
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = pitch


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
