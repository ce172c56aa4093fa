"""Words that keep a sentence from turning a day: it speaks of a part of the day, or of some people only.

On such a day a term runs on for everybody: 《全国年节及纪念日放假办法》 art. 3 frees women, young people and soldiers
for half a day, art. 4 leaves the customary holidays of a minority to its region.
"""

import re
import unicodedata

NUMERAL = "[零〇一二两三四五六七八九十]"
CLOCK = re.compile(
    r"[0-9]{1,2}[:：][0-9]{2}|[0-9]{1,2}[时点](?![间期段候限代])"
    rf"|{NUMERAL}{{1,3}}[时点](?=[半整钟起止至到前后以开放上下停离恢，。、；)）-]|{NUMERAL}{{1,3}}分|$)"
    rf"|(?!24小时|二十四小时)(?:(?<![0-9])[0-9]+|(?<!{NUMERAL}){NUMERAL}+)个?半?小时|半个?小时"
)
PART = re.compile(
    "[上中下]午|(?<!端)午[前后间]|正午|早[上晨退]|下班[前后]|晚[上间]|傍晚|夜[里间]|凌晨|清晨|半[天日休]|半个(?:工作日|[天日])|1⁄2[天日]"
    "|(?<![0-9])0[.·]5个?[天日]|提[前早](?:下班|离岗|放学|放假)|(?<![A-Za-z])(?i:[ap]\\.?m\\.?)(?![A-Za-z])"
)
PEOPLE = re.compile(
    "女(?:职工|工|性|同志|同胞|干部|教师|公务员|员工)|妇女|三八|轮[休班流]|分批|错峰"
    rf"|(?<!{NUMERAL})(?:六一|五四)(?!{NUMERAL}|青年|儿童)"
    "|青年|青少年|少年|少儿|儿童|孕|哺乳|军人|建军节|老年|老人|退役|残疾"
    "|学校|中学|小学|中小学|高校|大学生|幼儿园|学生|师生|教师|教职工|护士|记者"
    "|少数民族(?!(?:传统)?(?:习惯)?(?:传统)?节日)|[汉回满壮藏苗蒙维]族(?:职工|群众|干部|公民|同胞|人员)"
    "|部分(?:人员|单位|职工|岗位|地区|区域)|[仅只]限|限于|[仅只]适用"
)
SOME = re.compile("人员|职工|员工|干部|同志|党员|团员|居民|村民|部分")  # in a name, where everybody has been taken out
GAMES = re.compile("(?:学生|青少年|青年|少数民族传统|残疾人|老年人?)(?:[(（][^()（）]*[)）])?(?:体育)?运动会")
OTHERS_AFFAIR = re.compile("停[课业产运市工]|自行|另行|参照")  # of others, in passing; it turns no day
LIMITS = re.compile(
    "(?:放假|休假|休息|停止办公|调休|适用)的?(?:对象|范围|人员)|(?:对象|范围)[为是：]|适用于|(?<!不)仅|只限|限于|^限|只(?:有|对|在)"
    "|除外|(?:放假|休假|休息)[。；!！]?$"
)
REFERS_BACK = re.compile("当[日天]|该日|是日|此日|其中|上述|以上|前述|本次|此次")
ARRANGING = re.compile("放假|[上下补]班|办公|休[息假]|调休")
DURING = re.compile("(?:节假日|放假|假期|假日|休假|值班|值守)(?:期间|时间|电话)")
BOOK = re.compile("《[^《》]*》")
DATED = re.compile("[0-9]{1,2}日")
SPACE = re.compile(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])")  # all but what keeps two numbers or words apart


def why_no_day(text: str, *, clock: bool = True) -> str | None:
    """The reason why a text that would turn a day turns none, as a sentence; None where there is no such reason.

    clock: whether a clock time counts too, as it does but beside a make-up day, where it gives the office hours.
    """
    plain = BOOK.sub("", SPACE.sub("", unicodedata.normalize("NFKC", text)))
    if part := _part_of_day(plain, clock=clock):
        return f"“{part}”只是一天的一部分，不足一天的不改变工作日"
    if people := PEOPLE.search(GAMES.sub("", plain)):
        return f"“{people[0]}”只涉及一部分人，不改变全体的工作日"
    return None


def why_sentence_turns_none(sentence: str) -> str | None:
    """The reason, as by `why_no_day`, for a sentence of a notice that turns days; words of others do not count."""
    clauses = BOOK.sub("", sentence).split("，")
    return why_no_day("，".join(one for one in clauses if DATED.search(one) or not OTHERS_AFFAIR.search(one)))


def why_limited(sentence: str, *, beside_days: bool) -> str | None:
    """The reason why a sentence that turns no day takes back what others turn: 放假对象为女职工, 当日上午照常上班.

    beside_days: whether it stands in an item that turns days; only there can it speak of a part of them.
    """
    plain = BOOK.sub("", sentence)
    people = PEOPLE.search(GAMES.sub("", plain))
    if people and LIMITS.search(plain) and not OTHERS_AFFAIR.search(plain):
        return why_no_day(people[0])
    own = DURING.sub("", plain)
    speaks_of_them = REFERS_BACK.search(own) or (ARRANGING.search(own) and not people)
    if beside_days and speaks_of_them and not DATED.search(plain) and (part := _part_of_day(plain)):
        return why_no_day(part)
    return None


def _part_of_day(plain: str, *, clock: bool = True) -> str | None:
    found = PART.search(plain) or (CLOCK.search(plain) if clock else None)
    return found[0] if found else None
