"""The frame of a notice, around its arrangement: title, document number, year, holidays announced, date of issue."""

import re
from dataclasses import dataclass
from datetime import date

from calendars.formats.errors import Unreadable
from calendars.names import plain_name
from calendars.notice.text import NoticeText

NAMES = {
    "五一": "劳动节",
    "十一": "国庆节",
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "劳动": "劳动节",
}
HOLIDAY = re.compile(
    '元旦|春节|清明节?|"五一"(?:国际)?(?:劳动节)?|(?:国际)?劳动节|端午节?|中秋节?|国庆节?|"十一"(?:国庆节)?'
)
TITLE_YEAR = re.compile("([0-9]{4})年")
ANNOUNCED_YEAR = re.compile(r"(?:现将|现就|将)(?:延长|调整)?([0-9]{4})年")
ENDING = r"的(?:紧急)?(?:通\n?[知告]|公\n?告)"  # of a title
SUBJECT = re.compile(r"^(?:延长|调整|做好)?(?:[0-9]{4}年)?(.*?)(?:期间)?(?:部分节假日|调休|放假|假期|休假|休息)")
DOC_NO = re.compile(r"([\u4e00-\u9fff]{2,10})\(?([0-9]{4})\)第?([0-9]{1,4})号")
DOC_LABEL = re.compile("^(?:发文字号|发文号|文号|字号|文件编号)：?")
DIGIT_DATE = r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
NUMERAL_DATE = r"[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
SIGNED = re.compile(
    rf"(?:^|(?<=[\n。；]))[^\n。；，：0-9《》]{{0,40}}\n?({DIGIT_DATE}|{NUMERAL_DATE})"
    r"(?=\n|\((?![^)]{0,20}(?:周|星期))|$|[^，。；至\-、]{0,40}$)"
)
ISSUED_AT_END = re.compile(f"(?:{DIGIT_DATE}|{NUMERAL_DATE})$")
BELOW = re.compile(r"如下[^。；，：\n]{0,6}[。：；\n]")
QUOTED_YEAR = re.compile(r"《[^《》]{0,30}?([0-9]{4})年[^《》]{0,10}节假日[^《》]{0,20}》")

DRAFT_WORD = "(?:征求意见稿?|征求稿|送审稿|讨论稿|审议稿|代拟稿|草案|草稿|初稿)"
DRAFT_TITLE = re.compile(rf"{DRAFT_WORD}|征[求询集].{{0,60}}意见")
DRAFT_BEHIND = re.compile(rf"[\n:：〈(\-]{{0,3}}{DRAFT_WORD}")
DRAFT_MARK = re.compile(
    rf"[(〈][^()〈〉\n。]{{0,10}}{DRAFT_WORD}[^()〈〉\n。]{{0,10}}[)〉]|(?:^|\n){DRAFT_WORD}(?:\n|$)"
)


@dataclass(frozen=True)
class Heading:
    """title, subject: of the notice, without its year; end: where the body may begin; announced: holidays promised."""

    title: str
    subject: str
    doc_no: str | None
    years: tuple[int, ...]
    announced: tuple[str, ...]
    end: int

    @property
    def numbered(self) -> int | None:
        """The year of its document number."""
        return int(self.doc_no.split("〔")[1][:4]) if self.doc_no else None

    @property
    def national(self) -> bool:
        return "国务院" in self.title

    @property
    def yearly(self) -> bool:
        return self.national and "部分节假日" in self.title


def holidays_in(text: str) -> list[str]:
    """The statutory holidays that a text names, in order, as the yearly notices name them."""
    names: list[str] = []
    for found in HOLIDAY.findall(text):
        bare = found.replace('"', "").replace("国际", "")
        name = NAMES.get(bare.removesuffix("劳动节").removesuffix("国庆节") or bare, bare)
        if name not in names:
            names.append(NAMES.get(name, name))
    return names


def name_of(text: str) -> str:
    """A holiday's name as the calendar keeps it: “五一”国际劳动节 is 劳动节, 中秋节和国庆节 is 中秋节、国庆节.

    Nothing for words that are no name: 12月, 全市.
    """
    if not re.sub("[、和及与]", "", HOLIDAY.sub("", text)):
        return "、".join(holidays_in(text))
    return plain_name(text.replace('"', ""))


def read_heading(notice: NoticeText) -> Heading:
    """Unreadable for a draft, and where title and preamble, or number and date, name two years."""
    text = notice.text
    title, end = _title(text)
    _refuse_draft(notice, title, end)
    marker = BELOW.search(text, end)
    below = _first_item_after(text, end)
    preamble = text[end : marker.end()] if marker and marker.end() <= below else ""
    doc_no, numbered = _doc_no(notice, end)
    return Heading(
        title,
        _subject(title),
        doc_no,
        _years(notice, title, preamble, end),
        tuple(holidays_in(_announcement(preamble))),
        max(numbered, end + len(preamble)),
    )


def _refuse_draft(notice: NoticeText, title: str, end: int) -> None:
    """通知（征求意见稿） asks for opinions and arranges nothing."""
    sentence_end = notice.text.find("。", end)
    head = notice.text[: min(_first_item_after(notice.text, end), sentence_end if sentence_end >= 0 else end + 40)]
    behind = DRAFT_BEHIND.match(notice.text, end) if title else None
    mark = behind or DRAFT_MARK.search(head)
    if mark or DRAFT_TITLE.search(title):
        raise notice.refusal(
            "这是征求意见的稿子，不是正式的通知；请等正式通知印发后再导入", 0, max(end, mark.end() if mark else 0)
        )


def _title(text: str) -> tuple[str, int]:
    """The title without line breaks, and where it ends; a title quoted in 《》 is another notice's."""
    for found in re.finditer(rf"关于[^。《》]{{2,80}}?{ENDING}", text):
        if text[found.end() : found.end() + 1] != "》" and text[: found.start()].count("《") == text[
            : found.start()
        ].count("》"):
            line_start = max(text.rfind(mark, 0, found.start()) for mark in "\n。》") + 1
            before = text[line_start : found.start()]
            return ((before or _issuer(text, line_start)) + found[0]).replace("\n", ""), found.end()
    return "", 0


def _issuer(text: str, line_start: int) -> str:
    """The issuer alone on the line above a title that begins with 关于; a line with digits is a date or a label."""
    above = text[:line_start].rstrip("\n").rpartition("\n")[2]
    return "" if re.search("[0-9：]", above) else above


def _subject(title: str) -> str:
    """The subject of the notice: 劳动节 of 关于调整2019年劳动节假期安排的通知."""
    about = re.search(f"关于(.*){ENDING}$", title)
    found = SUBJECT.match(about[1]) if about else None
    return name_of(found[1].removeprefix("中国人民")) if found else ""


def _first_item_after(text: str, start: int) -> int:
    found = re.compile(r"\n(?:一|1)、|\n\((?:一|1)\)").search(text, start)
    return found.start() + 1 if found else len(text)


def _announcement(preamble: str) -> str:
    """The holidays that the last sentence of the preamble lists: 现将2016年元旦、…和国庆节放假."""
    found = re.search(r"(?:现将|现就|[0-9]{4}年)[^。]*$", preamble.replace("\n", "").rstrip("。：；"))
    return BOOKS.sub("", found[0]) if found else ""


BOOKS = re.compile("《[^《》]*》")


def _years(notice: NoticeText, title: str, preamble: str, end: int) -> tuple[int, ...]:
    """The year that title and preamble name; none where they name none."""
    own = BOOKS.sub("", preamble.replace("\n", ""))
    about = title[title.find("关于") :]
    years = dict.fromkeys(map(int, [*TITLE_YEAR.findall(about)[:1], *ANNOUNCED_YEAR.findall(own)]))
    if len(years) > 1:
        stated = "、".join(f"{year}年" for year in years)
        raise notice.refusal(f"标题和正文说的不是同一年：{stated}", end, end + len(preamble))
    return tuple(years)


def quoted_years(notice: NoticeText) -> list[int]:
    """The years of the yearly notices that this one quotes."""
    return sorted({int(year) for year in QUOTED_YEAR.findall(notice.text.replace("\n", ""))})


def _doc_no(notice: NoticeText, title_end: int) -> tuple[str | None, int]:
    """Its own number: alone on its line, or right behind the title. Another document's is quoted within a sentence."""
    numbers: dict[str, int] = {}
    start = 0
    for line in notice.text.split("\n"):
        found = DOC_NO.fullmatch(DOC_LABEL.sub("", line.strip("()")))
        if found:
            numbers[_number(found)] = start + len(line) if start >= title_end else title_end
        start += len(line) + 1
    behind = re.compile(r"\(?" + DOC_NO.pattern).match(
        notice.text, title_end + (notice.text[title_end : title_end + 1] == "\n")
    )
    if behind and title_end:
        numbers.setdefault(_number(behind), behind.end())
    if len(numbers) > 1:
        raise Unreadable(f"有两个文号：{'、'.join(numbers)}；请一次只读一份通知", "、".join(numbers))
    return next(iter(numbers.items()), (None, title_end))


def _number(found: re.Match[str]) -> str:
    return f"{found[1]}〔{found[2]}〕{int(found[3])}号"


def read_issued(notice: NoticeText, after: int) -> tuple[date | None, int]:
    """The date of signature, the first alone after the place given, else the last before it; where it ends the text.

    Raises Unreadable for a date that does not exist.
    """
    signed = list(SIGNED.finditer(notice.text))
    below = next((one for one in signed if one.start(1) >= after), None)
    found = below or (signed[-1] if signed else None)
    if found is None:
        return None, len(notice.text)
    try:
        issued = date(*map(_value, re.split("[年月日]", found[1])[:3]))
    except ValueError:
        raise notice.refusal(f"落款日期{found[1]}不存在", *found.span(1)) from None
    return issued, below.end(1) if below else len(notice.text)


def _value(numerals: str) -> int:
    """2006 or 二〇〇六, 14 or 十四."""
    if numerals[0] in "0123456789":
        return int(numerals)
    if "十" in numerals and len(numerals) < 4:
        tens, ones = numerals.split("十", 1)
        return 10 * (_value(tens) if tens else 1) + (_value(ones) if ones else 0)
    return int("".join(str("〇一二三四五六七八九".index(one.replace("零", "〇"))) for one in numerals))
