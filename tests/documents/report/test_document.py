"""The report as a document: seven sections, figures in sentences, blocks for people, paper as in GB/T 9704-2012."""

import shutil
from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from negotiation.core.enums import BANNED_WORDS
from negotiation.core.errors import NegotiationError
from negotiation.documents.report.document import template_of, write_document
from negotiation.documents.report.papers import Sender
from tests.conftest import CHAOYANG, POLICE
from tests.documents.report import made

SECTIONS = (
    "一、总体情况", "二、共享申请办理情况", "三、目录与数据质量", "四、开放情况", "五、协调审议与整改", "六、存在问题",
    "七、下一步工作安排",
)  # fmt: skip


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return Sender(
        "领导小组办公室",
        "市政务信息资源管理工作领导小组",
        "2027年1月15日",
        tmp_path / "home",
        key="leading_group",
        title="{year}年度政务信息资源共享开放工作年度报告",
        subject="政务信息资源共享开放工作",
        basis="《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第二十九条",
        sections=("quality", "opening", "putting_right"),
        number="京政数〔2027〕3号",
        signer="张三",
    )


@pytest.fixture
def document(tmp_path: Path, sender: Sender) -> Path:
    path = tmp_path / "年度报告.docx"
    write_document(made.report(), sender, path)
    return path


def sentences(path: Path) -> list[str]:
    return [each.text for each in Document(str(path)).paragraphs]


def words(path: Path) -> str:
    """All that stands in it, tables too."""
    return written(Document(str(path)).element.body)


def written(element) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


# ------------------------------------------------------------------------------------------------------ what it says


def test_it_reports_to_the_leading_group_in_seven_sections(document):
    said = sentences(document)
    assert said[:2] == ["京政数〔2027〕3号\t签发人：张三", ""]
    assert said[2:4] == ["2026年度\n政务信息资源共享开放工作年度报告", ""]
    assert said[4] == "市政务信息资源管理工作领导小组："
    assert said[5] == (
        "根据《北京市政务信息资源管理办法（试行）》（京政发〔2017〕37号）第二十九条，"
        "现将2026年1月1日至2026年12月31日政务信息资源共享开放工作情况报告如下。"
    )
    assert tuple(each for each in said if each.partition("、")[0] in "一二三四五六七" and "、" in each) == SECTIONS
    assert said[-2:] == ["领导小组办公室", "2027年1月15日"]


def test_every_ratio_in_a_sentence_bears_numerator_and_denominator_and_the_period_is_named(document):
    said = words(document)
    assert "统计期间（2026年1月1日至2026年12月31日）内，共享申请上年结转2件，本年新收13件" in said
    assert "应答复10件，按时答复8件，按时答复率为80.0%（8/10）；平均答复用时6.2个工作日（9件）" in said
    assert "同意共享7件、部分同意1件、决定共享1件、不同意共享1件、撤回1件" in said
    assert "答复不同意2件次，按理由分为：涉及个人信息2件" in said
    assert "整改完成率为50.0%（1/2）" in said
    assert f"共享申请1件的提供部门由{POLICE}变更为{CHAOYANG}，分别计入划出和划入" in said
    assert "目录数1200条（来源：市级大数据平台）" in said


def test_what_only_people_can_say_is_marked_for_them(document):
    said = sentences(document)
    for section in SECTIONS[5:]:
        assert said[said.index(section) + 1] == "【由本办公室补充】"
    assert sum("由本办公室补充】" in each for each in said) >= 6


def test_departments_stand_in_official_order_and_nothing_is_scored(document):
    said = words(document)
    assert said.index("表3") < said.rindex(POLICE) < said.rindex(CHAOYANG)
    assert not [word for word in (*BANNED_WORDS, "排名", "得分", "评分") if word in said]


def test_a_ratio_over_nothing_and_a_year_without_data_are_written(tmp_path, sender):
    path = tmp_path / "空.docx"
    write_document(made.nothing(), sender, path)
    said = words(path)
    assert "应答复0件，按时答复0件，按时答复率为—；平均答复用时—" in said
    assert "按结果分为：无" in said
    assert "【目录数、汇聚率、接口调用量、开放数据集，由本办公室补充】" in said


# ------------------------------------------------------------------------------------------------------- the paper


def test_the_page_is_that_of_the_standard(document):
    page = Document(str(document)).element.body.sectPr
    size, margins = millimetres(page.find(qn("w:pgSz"))), millimetres(page.find(qn("w:pgMar")))
    assert (size["w"], size["h"]) == (210, 297)
    assert (margins["top"], margins["left"]) == (37, 28)
    assert size["w"] - margins["left"] - margins["right"] == 156
    assert size["h"] - margins["top"] - margins["bottom"] == 225


def millimetres(element):
    """The measures of an element; a .docx has them in twentieths of a point."""
    found = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    return {name: round(int(value) / 20 / 72 * 25.4) for name, value in found.items() if value.isdigit()}


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Body Text", "仿宋_GB2312", 16),
        ("Normal", "仿宋_GB2312", 16),
    ],
)
def test_fonts_and_sizes_are_those_of_the_standard(document, style, font, size):
    found = Document(str(document)).styles[style]
    fonts = found.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("eastAsia", "ascii", "hAnsi", "cs")} == {font}
    assert not [name for name in fonts.attrib if "Theme" in name]  # a theme's font would win over the named one
    assert found.font.size == Pt(size)
    assert not found.font.bold


def test_lines_are_28_points_apart_and_paragraphs_begin_two_characters_in(document):
    styles = Document(str(document)).styles
    for name in ("Normal", "Body Text", "Heading 1", "Heading 2"):
        assert styles[name].paragraph_format.line_spacing == Pt(28)
    for name in ("Body Text", "Heading 1", "Heading 2"):
        assert styles[name].element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_every_paragraph_has_an_exact_pitch(document):
    """Whatever the ascent of the font that stands in for one that is missing."""
    found = Document(str(document))
    (section,) = found.sections
    outside = (section.header, section.even_page_header, section.footer, section.even_page_footer)
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    for part in (found, *outside, *cells):
        for paragraph in part.paragraphs:
            if not list(paragraph._p.iter(qn("w:drawing"))):
                assert paragraph.style.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY, paragraph.text


def test_every_text_has_one_of_these_styles_and_no_font_of_its_own(document):
    found = Document(str(document))
    assert {each.style.name for each in found.paragraphs if each.style} <= {
        "Title", "Heading 1", "Heading 2", "Body Text", "Normal", "Caption",
    }  # fmt: skip
    assert not list(found.element.body.iter(qn("w:rFonts")))


def test_page_numbers_stand_between_dashes_on_the_outer_side(document):
    found = Document(str(document))
    assert found.settings.odd_and_even_pages_header_footer
    (section,) = found.sections
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        (line,) = footer.paragraphs
        assert written(line._p) == "— 1 —"
        assert line._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
        assert line.alignment.name.lower() == side


def test_it_opens_and_prints(document, office_suite, tmp_path):
    said = "".join(office_suite.pages(document, tmp_path))
    for section in SECTIONS:
        assert section in said
    assert "—1—" in said
    assert "—2—" in said
    assert "草稿，未经签批不得印发" in said


# ---------------------------------------------------------------------------------------------- the office's template


def test_the_office_s_own_template_wins(tmp_path, sender):
    own = copied(sender)
    document = Document(str(own))
    document.paragraphs[2].text = "{{ year }}年度工作报告（本办公室模板）"
    document.save(str(own))
    path = tmp_path / "own.docx"
    write_document(made.report(), sender, path)
    assert sentences(path)[2] == "2026年度工作报告（本办公室模板）"


def test_a_wrong_variable_is_named_with_its_paragraph_and_nothing_is_written(tmp_path, sender):
    own = copied(sender)
    document = Document(str(own))
    document.paragraphs[6].text = "全年共{{ f.recieved }}件。"
    document.save(str(own))
    path = tmp_path / "own.docx"
    with pytest.raises(NegotiationError) as caught:
        write_document(made.report(), sender, path)
    assert "recieved" in caught.value.what
    assert "全年共{{ f.recieved }}件。" in caught.value.where
    assert not path.exists()


@pytest.mark.parametrize("text", ["{{ f.received", "{% for %}", "{%p for each in entered %}"])
def test_a_broken_tag_is_a_sentence(tmp_path, sender, text):
    own = copied(sender)
    document = Document(str(own))
    document.paragraphs[6].text = text
    document.save(str(own))
    with pytest.raises(NegotiationError) as caught:
        write_document(made.report(), sender, tmp_path / "own.docx")
    assert "模板" in caught.value.what


def test_what_is_no_document_is_a_sentence(tmp_path, sender):
    copied(sender).write_text("不是文档", "utf-8")
    with pytest.raises(NegotiationError, match="不是"):
        write_document(made.report(), sender, tmp_path / "own.docx")


def test_a_template_can_reach_nothing_but_the_figures(tmp_path, sender):
    own = copied(sender)
    document = Document(str(own))
    document.paragraphs[6].text = "{{ notes.__class__.__mro__ }}"
    document.save(str(own))
    with pytest.raises(NegotiationError):
        write_document(made.report(), sender, tmp_path / "own.docx")


def test_names_with_the_signs_of_xml_are_names(tmp_path, sender):
    path = tmp_path / "odd.docx"
    write_document(made.report(notes=("“甲<乙>&丙”更名为丁",)), sender, path)
    assert "“甲<乙>&丙”更名为丁。" in sentences(path)


def copied(sender: Sender) -> Path:
    own = sender.home / "report" / "annual.docx"
    own.parent.mkdir(parents=True)
    shutil.copy(template_of(Path("nowhere")), own)
    return own
