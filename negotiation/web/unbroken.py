"""What no line breaks inside (W3C clreq): dates, numbers of cases and documents, articles, short brackets, shares."""

import re

from markupsafe import Markup, escape

_NUMERAL = "[一二三四五六七八九十百零〇0-9]"
_WHOLE = re.compile(
    r"[A-Z]{2,6}\d{4}-\d+(?:-\d+)?"  # GX2026-0077-2
    r"|\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?(?: → \d{4}-\d{2}-\d{2})?"
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（星期.）)?"
    r"|[\u4e00-\u9fff]{0,8}〔\d{4}〕\d+号"  # 国办发明电〔2025〕7号
    rf"|第{_NUMERAL}+条(?:第{_NUMERAL}+款)?(?:第?（{_NUMERAL}+）项)?"
    r"|\d+(?:\.\d+)?%(?:（\d+/\d+）)?"
    r"|（[^（）\s]{1,12}）"
    r"|\d{3,4}-\d{7,8}"  # a telephone number
)


def unbroken(text: object) -> Markup:
    """The text with each such piece in a ``.nb``; what is markup already stays as it is."""
    if isinstance(text, Markup):
        return text
    parts, done, plain = [], 0, str(text)
    for found in _WHOLE.finditer(plain):
        parts += [escape(plain[done : found.start()]), Markup('<span class="nb">{}</span>').format(found[0])]
        done = found.end()
    return Markup("").join([*parts, escape(plain[done:])])
