"""No line breaks inside a date, a number, an article or a short bracket (W3C clreq)."""

import re

import pytest
from markupsafe import Markup

from negotiation.web.unbroken import unbroken


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("至11月27日（星期五）届满", ["11月27日（星期五）"]),
        ("见 GX2026-0077-2、ZJ2026-0001", ["GX2026-0077-2", "ZJ2026-0001"]),
        ("依据《办法》第二十八条第一款和第40条", ["第二十八条第一款", "第40条"]),
        ("按国办发明电〔2025〕7号放假", ["按国办发明电〔2025〕7号"]),
        ("按时答复率82%（14/17），其余待答复", ["82%（14/17）"]),
        ("电话 010-55550000，2026-11-27 09:30 登记", ["010-55550000", "2026-11-27 09:30"]),
        ("申请协调处理（待受理）", ["（待受理）"]),
        ("没有可以连着的", []),
    ],
)
def test_what_belongs_together_stays_together(text, whole):
    marked = unbroken(text)
    assert re.findall(r'<span class="nb">(.*?)</span>', marked) == whole
    assert re.sub(r"<[^>]+>", "", marked) == text


def test_what_people_typed_is_text_and_what_is_markup_stays():
    assert unbroken("<b>（甲&乙）") == '&lt;b&gt;<span class="nb">（甲&amp;乙）</span>'
    assert unbroken(Markup("<i>第一条</i>")) == "<i>第一条</i>"
