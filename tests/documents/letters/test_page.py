"""The page of the shipped templates is that of GB/T 9704-2012, asserted from their XML."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from negotiation import template_folder
from tests.documents.letters.making import LETTERS, make

SHIPPED = template_folder("letters")
PARTS = re.compile(r"word/(document|fontTable|styles|settings|header\d*|footer\d*)\.xml")
each_template = pytest.mark.parametrize("name", LETTERS)


@pytest.fixture
def document(name: str) -> Any:
    return Document(str(SHIPPED / f"{name}.docx"))


def test_there_are_the_thirteen_kinds_and_no_others() -> None:
    assert sorted(path.stem for path in SHIPPED.iterdir()) == sorted(LETTERS)
    assert len(LETTERS) == 13


@each_template
def test_what_is_shipped_is_what_is_made(name: str) -> None:
    made = BytesIO()
    make(name).save(made)
    assert parts_of(made) == parts_of(SHIPPED / f"{name}.docx")


def parts_of(file: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        return {part: packed.read(part) for part in packed.namelist() if PARTS.fullmatch(part)}


@each_template
def test_the_type_area_is_156_by_225_on_a4_with_its_top_at_37_and_its_left_at_28(document: Any) -> None:
    (section,) = document.sections
    assert near(section.page_width, Mm(210))
    assert near(section.page_height, Mm(297))
    assert near(section.top_margin, Mm(37))
    assert near(section.left_margin, Mm(28))
    assert near(section.page_width - section.left_margin - section.right_margin, Mm(156))
    assert near(section.page_height - section.top_margin - section.bottom_margin, Mm(225))


def near(one: int, other: int) -> bool:
    """To a twentieth of a millimetre: the file counts in twentieths of a point."""
    return abs(one - other) <= Mm(0.05)


@each_template
def test_the_grid_has_22_lines_of_28_characters_at_a_pitch_of_28_points(document: Any) -> None:
    (grid,) = document.sections[0]._sectPr.findall(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert pitch == 28
    assert int(Mm(225).pt / pitch) == 22
    assert int(Mm(156).pt / character) == 28


@each_template
def test_programs_that_know_no_grid_set_28_characters_all_the_same(document: Any) -> None:
    spacing = document.styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert int(Mm(156).pt / (16 + int(spacing.get(qn("w:val"))) / 20)) == 28


@each_template
@pytest.mark.parametrize(
    ("style", "font", "size", "pitch"),
    [
        ("公文正文", "仿宋_GB2312", 16, 28),
        ("公文标题", "方正小标宋简体", 22, 28),
        ("主送机关", "仿宋_GB2312", 16, 28),
        ("成文日期", "仿宋_GB2312", 16, 28),
        ("附件标识", "黑体", 16, 28),
        ("页眉（草稿）", "楷体_GB2312", 14, 18),
        ("页码（单页）", "宋体", 14, 18),
    ],
)
def test_every_style_has_one_font_for_all_scripts_its_size_and_its_pitch(
    document: Any, style: str, font: str, size: int, pitch: int
) -> None:
    found = document.styles[style]
    fonts = found.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("eastAsia", "ascii", "hAnsi", "cs")} == {font}
    assert found.font.size == Pt(size)
    assert found.paragraph_format.line_spacing == Pt(pitch)


@each_template
def test_every_font_is_named_with_what_stands_in_for_it(name: str) -> None:
    with zipfile.ZipFile(SHIPPED / f"{name}.docx") as packed:
        table = packed.read("word/fontTable.xml").decode()
        named = set(
            re.findall(r'w:eastAsia="([^"]+_GB2312|[黑宋]体|方正[^"]+)"', packed.read("word/styles.xml").decode())
        )
    found = dict(re.findall(r'<w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"/><w:charset w:val="86"/>', table))
    assert set(found) == named
    assert found["仿宋_GB2312"] == "仿宋"


@each_template
def test_every_paragraph_has_an_exact_pitch(document: Any) -> None:
    """Whatever the ascent of the font that stands in: “at least” and “single” would grow with it."""
    section = document.sections[0]
    outside = (section.header, section.even_page_header, section.footer, section.even_page_footer)
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    for part in (document, *outside, *cells):
        for paragraph in part.paragraphs:
            assert paragraph.style.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY, paragraph.text
            assert paragraph.paragraph_format.line_spacing is None


@each_template
def test_the_headings_of_the_first_level_are_set_in_hei(document: Any) -> None:
    assert document.styles["层次标题"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    headings = {run.text for run in runs if run.style.name == "层次标题"}
    assert {run.text for run in runs if run.text.startswith(("一、", "二、"))} <= headings


@each_template
def test_the_title_stands_in_the_middle_and_paragraphs_begin_two_characters_in(document: Any) -> None:
    assert document.styles["公文标题"].paragraph_format.alignment == 1
    indent = document.styles["公文正文"].element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


@each_template
def test_the_page_number_stands_at_the_outer_side_between_dashes(document: Any) -> None:
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer is True
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == ("— 1 —", "— 1 —")
    assert "PAGE" in odd._p.xml
    assert odd.style.paragraph_format.alignment == 2
    assert even.style.paragraph_format.alignment is None
    for paragraph, side in ((odd, "right"), (even, "left")):
        assert paragraph.style.element.pPr.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"


@each_template
def test_every_page_is_marked_as_a_draft(document: Any) -> None:
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        assert [paragraph.text for paragraph in header.paragraphs] == ["草稿，未经签批不得印发"]


@each_template
def test_no_style_and_no_run_falls_back_to_the_fonts_of_a_theme(name: str) -> None:
    with zipfile.ZipFile(SHIPPED / f"{name}.docx") as packed:
        styles, body = packed.read("word/styles.xml").decode(), packed.read("word/document.xml").decode()
    defaults = re.search(r"<w:docDefaults>.*?</w:docDefaults>", styles, re.DOTALL)
    assert defaults is not None
    assert "Theme" not in defaults[0]
    assert "<w:rFonts" not in body
