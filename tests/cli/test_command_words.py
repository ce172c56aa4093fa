"""The command line speaks Chinese: every help, every refusal of a parameter, and what was typed is named."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from negotiation.cli.main import app
from tests.cli.terminal import Terminal, by

ENGLISH = re.compile(
    r"\b(Usage|Options|Arguments|Commands|required|default|Show|Missing|Invalid|Input|No such|Error)\b"
)
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")  # three words in a row
TYPES = re.compile(r"<(str|int|bool|path|file|float)>|\b(TEXT|INTEGER|PATH|OPTIONS|ARGS)\b")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the application by its words."""

    def under(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        yield " ".join(words), command
        for name, each in getattr(command, "commands", {}).items():
            yield from under(each, (*words, name))

    return under(get_command(app), ())


COMMANDS = dict(commands())
PARAMETERS = [
    (words, each) for words, command in COMMANDS.items() if words for each in command.params if each.name != "help"
]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_help_is_in_chinese(terminal: Terminal, words: str) -> None:
    status, told, _ = terminal.run(*words.split(), "--help")
    assert status == 0
    assert told.startswith(f"用法：negotiation {words}".rstrip())
    for pattern in (ENGLISH, SENTENCE, TYPES):
        assert not pattern.search(told.replace(f"negotiation {words}", "")), pattern.search(told)
    for each in COMMANDS[words].params:
        assert each.name in ("as_json_", "as_json") or each.opts[0] not in told or re.search("[一-鿿]", told)


def test_every_command_and_option_says_what_it_is_for() -> None:
    for words, command in COMMANDS.items():
        assert re.search("[一-鿿]", command.help or ""), words
    for words, each in PARAMETERS:
        if each.param_type_name == "option":
            assert re.search("[一-鿿]", each.help or ""), (words, each.name)


def wrongly(each: Any) -> list[str]:
    """The parameter with a value that it cannot have."""
    option = each.opts[0] if each.param_type_name == "option" else ""
    if option and each.is_flag:
        return [f"{option}=1"]
    annotation = str(each.type_descriptor.annotation)
    value = "x1" if "int" in annotation else "一\u202e二"
    return [option, value] if option else [value]


def filled(words: str, given: Any) -> list[str]:
    """What else a command must have, and the parameter in its place."""
    found: list[str] = []
    for each in COMMANDS[words].params:
        if each is given:
            found += wrongly(each)
        elif each.required:
            value = "1" if "int" in str(each.type_descriptor.annotation) else "甲"
            found += [each.opts[0], value] if each.param_type_name == "option" else [value]
    if (
        given.name not in [each.name for each in COMMANDS[words].params if each.required]
        and given not in COMMANDS[words].params
    ):
        found += wrongly(given)
    return found


@pytest.mark.parametrize(
    ("words", "each"),
    [(words, each) for words, each in PARAMETERS if "Path" not in str(each.type_descriptor.annotation)],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_every_wrong_value_is_a_chinese_sentence(terminal: Terminal, words: str, each: Any) -> None:
    status, out, told = terminal.run(*words.split(), *filled(words, each))
    assert (status, out) == (2, "")
    assert "怎么办：" in told
    assert not ENGLISH.search(told)
    assert not SENTENCE.search(re.sub(r"negotiation[a-z -]*", "", told))
    named = each.opts[0] if each.param_type_name == "option" else "参数“"
    assert named in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nosuch", "没有命令“nosuch”"),
        ("desc", "desk"),
        ("case opne", "是否为：open？"),
        ("case show", "缺少参数“编号”"),
        ("case act GX2026-0001 agree", "缺少选项 --by（以谁的身份）"),
        ("report abc", "参数“年份”写成了“abc”，应为整数"),
        ("demo --port 99999", "不得大于 65535"),
        ("desk --nosuch", "没有选项 --nosuch"),
        ("desk --jsno", "--json"),
        ("desk --as-of", "选项 --as-of 后面缺少内容"),
        ("desk --json=1", "选项 --json 后面不写内容"),
        ("desk 甲", "多余的参数：甲"),
        ("calendar due 2026-09-18 5 --layer nowhere", "不认识“nowhere”"),
        ("desk --as-of 昨天", "“昨天”不是日期"),
    ],
)
def test_what_was_put_wrongly_is_named(terminal: Terminal, words: str, told: str) -> None:
    status, _, said = terminal.run(*words.split())
    assert status == 2
    assert told in said
    assert not ENGLISH.search(said)
    error = (
        terminal.error(*(word for word in words.split() if word != "--json=1"), status=2) if "=1" not in words else {}
    )
    assert not ENGLISH.search("".join(error.values()))


def test_who_names_no_command_is_shown_what_there_is(terminal: Terminal) -> None:
    for words in ((), ("case",)):
        status, told, _ = terminal.run(*words)
        assert status == 0
        assert told.startswith("用法：negotiation")


# --------------------------------------------------------------------------------------------------------- --field

NEEDED = ("--field", "applicant=市民政局", "--field", "provider=市公安局", "--field", "resource=常住人口基本信息")


def test_a_list_that_is_given_several_times_is_taken_whole(office: Terminal) -> None:
    items = ("--field", "items=姓名、住址", "--field", "items=出生日期")
    no = office.json("case", "open", "sharing", *NEEDED, *items)["no"]
    rest = ("use_basis=《社会救助暂行办法》第五十八条", "scenario=低保", "mode=服务接口", "period=长期")
    words = [word for each in rest for word in ("--field", each)]
    shown = office.json("case", "act", no, "submit", *by("applicant"), *words)
    assert [each["name"] for each in shown["items"]] == ["姓名", "住址", "出生日期"]


@pytest.mark.parametrize("field", ["scenario", "provider", "wished_for"])
def test_what_takes_one_value_is_not_given_two(office: Terminal, field: str) -> None:
    twice = ("--field", f"{field}=2026-12-01", "--field", f"{field}=2026-12-02")
    error = office.error("case", "open", "sharing", *NEEDED, *twice, status=1)
    assert "只能填一项" in error["what"]
    assert office.json("cases")["cases"] == []


def test_a_figure_is_not_given_twice(office: Terminal) -> None:
    error = office.error("report-data", "2026", "目录数=1", "目录数=2", "--source", "目录系统", status=2)
    assert "给出了两次" in error["what"]


# ------------------------------------------------------------------------------------------------ days yet to come


@pytest.mark.parametrize("on", ["2999-12-31", "2999年1月1日"])
def test_a_case_of_a_day_to_come_takes_no_number(office: Terminal, on: str) -> None:
    assert "之后" in office.error("case", "open", "sharing", *NEEDED, "--on", on, status=1)["what"]
    assert office.json("case", "open", "sharing", *NEEDED)["no"].endswith("-0001")


@pytest.mark.parametrize("words", [("rename", "市民政局", "市社会局"), ("merge", "市民政局", "市公安局")])
def test_a_department_is_not_changed_from_a_day_to_come(office: Terminal, words: tuple[str, ...]) -> None:
    before = office.json("department", "list")
    assert "之后" in office.error("department", *words, "--on", "2999-01-01", status=1)["what"]
    assert office.json("department", "list") == before


# ----------------------------------------------------------------------------------------------- who may do what (F29)


def test_an_event_that_is_none_is_answered_with_those_that_may_be_done(office: Terminal) -> None:
    no = office.json("case", "open", "sharing", *NEEDED)["no"]
    assert "submit（提出申请）" in office.error("case", "act", no, "nosuch", "--by", "applicant", status=1)["todo"]
    error = office.error("case", "act", no, "submit", *by("provider"), status=1)
    assert "provider" not in error["what"] + error["todo"]
    assert "提供部门" in error["what"]
