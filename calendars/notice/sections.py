"""Sections of a notice: numbered items, sentences, and whether each sentence is finished."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from calendars.notice.text import NoticeText

NUMERAL = "[一二三四五六七八九十]{1,3}|[0-9]{1,2}"
NUMBERING = re.compile(rf"(?:(?:{NUMERAL})、|\((?:{NUMERAL})\)、?|[0-9]{{1,2}}\))(?![日月])")
ENDS = "。；"
BEFORE_NUMBER = "\n：" + ENDS
ORDER = {name: n for n, name in enumerate("一二三四五六七八九十", 1)}
LINK = r"(?:[上下]一?[篇条页则]|相关(?:链接|阅读|新闻|文章|文件|稿件|推荐|资讯|信息)|(?:推荐|延伸|扩展)阅读|热门)"
OTHER = (
    r"(?:(?:责任编辑|责编|编辑|来源|信息来源|稿件来源|主办|主办单位|承办单位)(?:：|$|\n)|扫一扫|扫码|分享(?:到|至|：|$|\n)|浏览次数"
    r"|(?:返回|打印|关闭)(?:顶部|首页|列表|本页|窗口|\)|$|\n)|版权所有|网站(?:地图|标识码|声明))"
)
LINK_LABEL = re.compile(rf"[(〈>\-]?{LINK}")
FOOTER_LABEL = re.compile(rf"[(〈>\-]?(?:{LINK}|{OTHER})")
FOOTER = re.compile(rf"\n{FOOTER_LABEL.pattern}")
TITLE = re.compile("关于.{2,80}?的(?:通[知告]|公告)")
ARRANGING = re.compile("放假|假期|上班|补班|[休调补]|(?:停止|暂停)办公")
NO_HEADLINE = re.compile("上班|补班|星期|周[一二三四五六日]|[。；]")


@dataclass(frozen=True)
class Segment:
    """A sentence: where it stands, its words without line breaks, the number it begins with, whether it is finished."""

    start: int
    end: int
    words: str
    number: str
    finished: bool


@dataclass
class Paragraph:
    """A numbered item with its sentences; the number is empty before the first."""

    number: str
    start: int
    segments: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "。".join(segment.words for segment in self.segments)


def outline(notice: NoticeText, start: int) -> list[Paragraph]:
    """The text from there on, item by item. Raises Unreadable where a number is missing: a paragraph has been lost."""
    paragraphs = [Paragraph("", start)]
    for segment in _segments(notice.text, start):
        if segment.number:
            paragraphs.append(Paragraph(segment.number, segment.start))
        if segment.words or segment.number:
            paragraphs[-1].segments.append(segment)
    _check_numbers(notice, paragraphs)
    return paragraphs


def without_footer(notice: NoticeText, body: int, signatures: list[int]) -> NoticeText:
    """The text without what a web page adds below a signature, from the first line that begins like such an addition.

    All is kept where an item or a title stands there, or a day is arranged by a line that no link announces: it may be
    a part of the notice, or a second one.
    """
    first = min((place for place in signatures if place >= body), default=len(notice.text))
    found = next((one for one in FOOTER.finditer(notice.text, first) if one.start() >= first), None)
    if found is None:
        return notice
    plain, links = "", False
    for line in notice.text[found.start() + 1 :].split("\n"):
        link, label = LINK_LABEL.match(line), FOOTER_LABEL.match(line)
        if not label and (NUMBERING.match(line) or TITLE.search(line)):
            return notice
        links = links or bool(link)
        plain += "" if link else line
    arranged = ARRANGING.search(plain) and re.search("[0-9]日", plain)
    if arranged and (not links or NO_HEADLINE.search(plain)):
        return notice
    return notice.upto(found.start())


def _segments(text: str, start: int) -> Iterator[Segment]:
    """Cut after 。 and ； and before the number of an item."""
    begin, number, place = start, "", start
    while place < len(text):
        found = NUMBERING.match(text, place) if place == start or text[place - 1] in BEFORE_NUMBER else None
        if found:
            if place > begin:
                yield _stretch(text, begin, place, number)
            number, begin, place = found[0], place, found.end()
            continue
        if text[place] in ENDS:
            yield _stretch(text, begin, place + 1, number)
            begin, number = place + 1, ""
        place += 1
    if begin < len(text):
        yield _stretch(text, begin, len(text), number)


def _stretch(text: str, begin: int, end: int, number: str) -> Segment:
    words = text[begin:end].replace("\n", "")[len(number) :]
    return Segment(begin, end, words.rstrip(ENDS), number, words.endswith(tuple(ENDS)))


def _check_numbers(notice: NoticeText, paragraphs: list[Paragraph]) -> None:
    """一、二、三、 without a gap, and （一）（二） without one below each."""
    main = below = 0
    for paragraph in paragraphs[1:]:
        value = _ordinal(paragraph.number)
        if "(" in paragraph.number:
            expected = 1 if value == 1 else below + 1
            below = value
        else:
            expected = main + 1
            main, below = value, 0
        if value != expected:
            raise notice.refusal(f"前面缺了第{expected}项", paragraph.start, paragraph.start + 30)


def _ordinal(number: str) -> int:
    """三、 is 3, (十一) is 11."""
    bare = number.strip("()、")
    if bare.isdigit():
        return int(bare)
    if "十" in bare:
        tens, _, ones = bare.partition("十")
        return 10 * ORDER.get(tens, 1) + ORDER.get(ones, 0)
    return ORDER[bare[0]]
