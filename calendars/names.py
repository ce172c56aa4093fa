"""Names of days off, where the words around it are no name: months, dates, 全市."""

import re

NO_NAME = "放假"
ORDINAL = "[一二三四五六七八九十]{1,3}"  # 三月三 is a holiday, 三月三日 a date
DATE_WORDS = re.compile(
    "(?:[0-9]{4}年)?[0-9]{1,2}月份?(?:[上中下]旬|[初中底末])?|[0-9]{1,4}[年日号天]"
    f"|{ORDINAL}月(?:份|{ORDINAL}[日号])|^{ORDINAL}月$|^{ORDINAL}天$|年[初底末]"
)
LINKS = "至到和及与、，,-—－~～ \u3000"
EVERYBODY = re.compile(
    "(?:全国|全省|全区|全市|全县|[我本](?:省|市|区|县|单位|机关)|各级|各地区?|各部门|各单位|机关|企?事业单位|社会团体|单位|全体"
    "|工作人员|干部职工|职工|公民|人员|统一|临时|近期|有关|相关|和|及|、)+"
)


def plain_name(text: str) -> str:
    """The name without the dates that stand in it; nothing where dates or 全市 are all there is."""
    bare = DATE_WORDS.sub("", text)
    if bare != text:
        bare = bare.strip(LINKS)
    return "" if EVERYBODY.fullmatch(bare) else bare
