"""Marks of secrecy: what bears one, with ★ and without, and what only speaks of secrets."""

import pytest

from negotiation.domain.secrecy import mark_in, mark_in_name

MARKED = {
    "见附件（机密★1年）": "机密★",
    "机 密　★ 1年": "机密★",
    "秘密☆长期": "秘密☆",
    "机密*1年": "机密*",
    "机密\n关于报送数据的函": "机密",
    "关于报送数据的函\n　　秘密 5年\n市公安局：": "秘密5年",
    "绝密": "绝密",
    "绝密·特急": "绝密·特急",
    "（秘密）关于核对人口信息的函": "（秘密）",
    "关于核对人口信息的函（机密）": "（机密）",
    "【内部】工作方案": "【内部】",
    "内部文件": "内部文件",
    "内部资料 注意保存": "内部资料",
    "仅供内部使用": "仅供内部使用",
    "工作秘密": "工作秘密",
    "秘密级": "秘密级",
    "密级：机密": "密级：机密",
    "保密等级：内部": "保密等级：内部",
    "本件（机密 3年）请妥存": "机密3年",
    "机密 关于报送数据的函": "机密",
    "姓名\n机密\n住址": "机密",
    "秘密三年": "秘密三年",
    "000001 机密　特急\n关于报送数据的函": "机密",
}


@pytest.mark.parametrize(("text", "mark"), MARKED.items())
def test_a_text_that_bears_a_mark_is_known_by_it(text: str, mark: str) -> None:
    assert mark_in(text) == mark


SPOKEN_OF = [
    "已报市国家保密局备案",
    "本系统处理秘密级以下信息",
    "不涉及国家秘密、工作秘密和商业秘密",
    "涉及商业秘密，3年内不得公开",
    "商业秘密3年内不得披露",
    "保守国家秘密三年",
    "国家秘密",
    "商业秘密",
    "涉及个人信息或商业秘密",
    "机密计算平台的建设情况",
    "密级：无",
    "密级：非密",
    "密级分为绝密、机密、秘密三级",
    "公开、内部、秘密、机密",
    "1 绝密\n2 机密\n3 秘密",
    "绝密\n机密\n秘密\n公开",
    "代码\n名称\n1\n绝密\n2\n机密\n3\n秘密",
    "内部",
    "仅限单位内部人员查询",
    "内部使用的编码规则",
    "（含商业秘密）",
    "根据《中华人民共和国保守国家秘密法》第十三条",
    "数据涉密的，线下办理",
    "",
]


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_a_text_that_speaks_of_secrets_bears_no_mark(text: str) -> None:
    assert mark_in(text) == ""


NAMES = {
    "机密.pdf": "机密", "机密★1年 函.pdf": "机密★", "机密-关于数据的函.docx": "机密", "绝密文件.doc": "绝密文件",
    "关于数据的函（秘密）.docx": "（秘密）", "关于数据的函_内部.xlsx": "内部", "【内部】方案.docx": "【内部】",
    "秘密 关于数据的函.pdf": "秘密",
}  # fmt: skip


@pytest.mark.parametrize(("name", "mark"), NAMES.items())
def test_a_file_whose_name_bears_a_mark_is_known_by_it(name: str, mark: str) -> None:
    assert mark_in_name(name) == mark


@pytest.mark.parametrize(
    "name",
    [
        "市保密局来函.pdf",
        "秘密级以下系统清单.xlsx",
        "机密计算方案.docx",
        "商业秘密保护办法.pdf",
        "内部审计报告.docx",
        "函.pdf",
    ],
)
def test_a_file_whose_name_speaks_of_secrets_bears_no_mark(name: str) -> None:
    assert mark_in_name(name) == ""
