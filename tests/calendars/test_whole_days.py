"""What turns a day turns it whole and for everybody; half a day, or a day for some people, is refused with its line."""

from datetime import date

import pytest

from calendars import Arrangement, WorkingCalendar
from calendars.formats.manual import read_typed
from calendars.notice.parser import Unreadable, parse_notice

HEAD = "某市人民政府办公厅关于2026年放假安排的通知\n"
DAY = date(2026, 12, 24)  # a Thursday


def refusal(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        (parse_notice if text.startswith("某市") else read_typed)(text)
    return caught.value


# ------------------------------------------------------------------------------------------- parts of a day, of people


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("12月24日下午放假。", "下午"),
        ("12月24日（星期四，下午）放假。", "下午"),
        ("12月24日（上午）放假。", "上午"),
        ("12月24日放假半天。", "半天"),
        ("12月24日放假，半日。", "半日"),
        ("12月24日（半 天）放假。", "半天"),
        ("12月24日14时起放假。", "14时"),
        ("12月24日放假，时间为14:00至18:00。", "14:00"),
        ("12月24日放假，下午2点开始。", "下午"),
        ("12月24日放假0.5天。", "0.5天"),
        ("12月24日放假。当日上午照常上班。", "上午"),
        ("12月24日放假。当日下午除外。", "下午"),
        ("12月24日放假。下午照常上班。", "下午"),
        ("12月24日放假。当日14:00前照常上班。", "14:00"),
        ("12月25日至27日放假。12月19日（星期六）上午上班。", "上午"),
        ("12月25日至27日放假。12月19日（星期六）9:00至12:00上班。", "9:00"),
        ("12月24日女职工放假。", "女职工"),
        ("12月24日放假（限女职工）。", "女职工"),
        ("12月24日放假。放假对象为女职工。", "女职工"),
        ("12月24日放假。青年职工放假。", "青年"),
        ("12月24日放假一天。妇女干部除外。", "妇女"),
        ("妇女节：12月24日放假。", "妇女"),
        ("12月24日青年职工放假。", "青年"),
        ("12月24日少数民族职工放假。", "少数民族"),
        ("12月24日全市教师放假一天。", "教师"),
        ("12月24日放假，适用于各学校。", "学校"),
        ("12月24日停止办公半天。", "半天"),
        ("12月24日下午全市停止办公。", "下午"),
    ],
)
def test_a_notice_that_turns_a_part_of_a_day_or_of_the_people_is_refused_with_its_sentence(sentence, word):
    fault = refusal(f"{HEAD}一、元旦：1月1日放假。\n二、{sentence}\n三、各单位要妥善安排值班。\n")
    assert f"“{word}”" in fault.why
    assert fault.line == 3


def test_a_title_may_say_it_for_the_whole_notice():
    text = "某市人民政府办公厅关于2026年妇女节放假的通知\n一、3月9日放假。\n"
    assert "“妇女”" in refusal(text).why


def test_those_for_whom_it_is_may_stand_in_an_item_of_their_own():
    fault = refusal(f"{HEAD}一、放假对象：市直机关女职工。\n二、3月9日放假。\n")
    assert ("“女职工”" in fault.why, fault.line) == (True, 2)


@pytest.mark.parametrize(
    "sentence",
    [
        "各学校、幼儿园要妥善安排值班。",
        "中小学校放假由教育部门另行通知。",
        "三八妇女节期间女职工的活动由各单位自行安排。",
        "三八妇女节，女职工放假半天。",
        "放假期间值班时间为上午9:00至下午5:00。",
        "少数民族习惯节日的放假办法另行公布。",
        "请于节前一日下午5时前报送值班表。",
    ],
)
def test_what_is_said_of_others_in_a_sentence_of_its_own_turns_no_day_and_stops_none(sentence):
    assert set(parse_notice(f"{HEAD}一、12月24日放假。{sentence}\n").off) == {DAY}


def test_hours_of_summer_in_an_item_of_their_own_stop_no_notice():
    text = f"{HEAD}一、12月24日放假。\n二、夏季作息时间：上午9:00上班，下午6:00下班。\n"
    assert set(parse_notice(text).off) == {DAY}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("放假：2026-12-24 下午 总结会", "下午"),
        ("放假：2026-12-24下午 总结会", "下午"),
        ("放假：2026-12-24（下 午） 总结会", "下午"),
        ("放假：2026-12-24 14:00 总结会", "14:00"),
        ("放假：2026-12-24 总结会（半天）", "半天"),
        ("放假：2026-12-24、2026-12-25上午 总结会", "上午"),
        ("上班：2026-12-26 9点 补班", "9点"),
        ("上班：2026-12-26 补班半日", "半日"),
        ("放假：2027-03-08 妇女节", "妇女"),
        ("放假：2027-05-04 五四青年节", "青年"),
        ("放假：2026-09-10 教师节", "教师"),
        ("放假：2026-12-24 少数民族职工", "少数民族"),
        ("停止办公：2026-08-12 下午", "下午"),
        ("放假：2026-12-24 四小时", "四小时"),
        ("放假：2026-12-24 下班后", "下班后"),
        ("放假：2026-12-24 正午起", "正午"),
        ("放假：2027-06-01 六一", "六一"),
        ("放假：2026-12-24 男职工", "职工"),
        ("放假：2026-12-24 窗口人员", "人员"),
        ("放假：2026-12-24 轮休", "轮休"),
        ("放假：2026-12-24 元旦，上班照常", "上班"),
        ("放假：2026-12-24 元旦不放假", "不"),
        ("上班：2026-12-26 值班", "值班"),
        ("上班：2026-12-26 不补班", "不"),
    ],
)
def test_a_typed_line_of_a_part_of_a_day_or_of_the_people_is_refused(line, word):
    fault = refusal(f"文号：京政办发〔2026〕9号\n{line}\n")
    assert (f"“{word}”" in fault.why, fault.line) == (True, 2)


@pytest.mark.parametrize(
    "name", ["端午节", "全国学生（青年）运动会", "少数民族习惯节日", "统一时间活动", "春节联欢晚会"]
)
def test_a_name_that_only_looks_like_it_is_a_name(name):
    assert read_typed(f"放假：2026-12-24 {name}\n").off == {DAY: name}


# ----------------------------------------------------------------------------------------------------- stops of work


@pytest.mark.parametrize(
    "sentence",
    [
        "8月12日全市停止办公一天。",
        "8月12日（星期三）全市停止办公1天。",
        "受台风影响，8月12日全市停止办公一天，学校停课。",
        "8月12日，全市各级机关停止办公。",
        "8月12日，除应急值守岗位外，全市停止办公一天。",
        "8月12日全市停工停课、停止办公一天。",
        "停止办公时间为8月12日。",
        "8月12日全市暂停办公一天。8月13日起恢复正常办公。",
    ],
)
def test_a_stop_of_work_for_a_storm_is_read_under_its_name(sentence):
    assert parse_notice(HEAD + sentence + "\n").off == {date(2026, 8, 12): "停止办公"}


def test_a_stop_of_several_days():
    read = parse_notice(f"{HEAD}8月12日至13日全市机关停止办公。\n")
    assert read.off == {date(2026, 8, 12): "停止办公", date(2026, 8, 13): "停止办公"}


@pytest.mark.parametrize(
    "sentence",
    ["8月12日全市停工停课一天。", "8月12日各学校停课。", "8月12日8时至20时停止办公。", "8月12日起停止办公。"],
)
def test_a_stop_that_is_not_of_the_offices_or_not_of_whole_days_is_refused(sentence):
    refusal(HEAD + sentence + "\n")


def test_a_typed_stop_keeps_its_cause():
    read = read_typed("停止办公：2026-08-12至2026-08-13 台风\n停止办公：2026-08-20\n")
    assert list(read.off.values()) == ["停止办公（台风）", "停止办公（台风）", "停止办公"]


def test_the_ruler_tells_a_stop_of_work_from_a_holiday():
    storm = Arrangement(2026, "京政办发〔2026〕9号", None, {date(2026, 8, 12): "停止办公（台风）"}, {})
    calendar = WorkingCalendar.official(layers=[storm])
    day = calendar.day(date(2026, 8, 12))
    assert (day.kind, day.name, day.source) == ("stoppage", "停止办公（台风）", "京政办发〔2026〕9号")
    assert calendar.due(date(2026, 8, 11), 1) == date(2026, 8, 13)
    assert calendar.day(date(2026, 10, 1)).kind == "holiday"


# ------------------------------------------------------------------------------------------ weekends, months, nobody


@pytest.mark.parametrize(
    "clause",
    [
        "4月11日至12日放假，与周末连休",
        "4月15日至16日放假，与周末连休",
        "4月11日、12日放假，与双休日连休",
        "4月11日至12日放假，与周六日连休",
        "4月11日至12日放假，与周六、周日连休",
        "4月11日至12日放假，与4月13日、14日周末连休",
    ],
)
def test_days_that_touch_a_weekend_at_either_end_are_joined_to_it(clause):
    """Guangxi, 2024: 11 April was a Thursday."""
    text = f"广西壮族自治区人民政府办公厅关于2024年“壮族三月三”放假的通知\n一、{clause}。\n"
    first = 15 if "15日" in clause else 11
    assert parse_notice(text).off == dict.fromkeys([date(2024, 4, first), date(2024, 4, first + 1)], "壮族三月三")


@pytest.mark.parametrize("count", ["，共4天", "共4天", "4天"])
def test_the_weekend_that_is_joined_may_be_counted_too(count):
    title = "广西壮族自治区人民政府办公厅关于2024年“壮族三月三”放假的通知"
    text = f"{title}\n一、4月11日至12日放假，与周末连休{count}。\n"
    assert set(parse_notice(text).off) == {date(2024, 4, 11), date(2024, 4, 12)}
    with pytest.raises(Unreadable, match="共5天"):
        parse_notice(text.replace("4天", "5天"))


@pytest.mark.parametrize("clause", ["4月9日至11日放假", "4月10日、12日放假", "4月16日至17日放假"])
def test_days_that_touch_no_weekend_are_not(clause):
    text = f"广西壮族自治区人民政府办公厅关于2024年“壮族三月三”放假的通知\n一、{clause}，与周末连休。\n"
    with pytest.raises(Unreadable, match="不挨着周末"):
        parse_notice(text)


@pytest.mark.parametrize(
    "title",
    [
        "关于2027年12月放假的通知",
        "关于2027年12月份放假安排的通知",
        "关于2027年12月1日至3日放假的通知",
        "关于2027年十二月放假的通知",
        "关于2027年全市放假的通知",
        "关于2027年机关事业单位放假的通知",
    ],
)
@pytest.mark.parametrize("clause", ["12月1日至3日放假", "2027年12月1日至3日放假", "12月1日至3日全市放假三天"])
def test_a_month_or_everybody_is_no_name_of_a_day_off(title, clause):
    read = parse_notice(f"{title}\n一、{clause}。\n")
    assert read.off == {date(2027, 12, day): "放假" for day in (1, 2, 3)}


def test_a_name_with_a_month_in_it_stays():
    assert set(parse_notice("关于2027年“壮族三月三”放假的通知\n一、4月9日放假。\n").off.values()) == {"壮族三月三"}
