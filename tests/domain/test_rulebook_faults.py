"""The checker of rulebooks: every fault at once, each with its file and key, in a sentence; and never a traceback."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation.core.errors import NotFound, RulebookErrors
from negotiation.domain.rulebook import load, parse, shipped

BEIJING = shipped()["beijing-2017"]
SHARING, HEAD = "sharing.toml", "rulebook.toml"
SOURCE = {name: (BEIJING / name).read_text("utf-8") for name in (HEAD, SHARING)}
VERSION = next(line for line in SOURCE[HEAD].splitlines(keepends=True) if line.startswith("version"))


def edited(old: str, new: str, name: str = SHARING) -> dict[str, str]:
    assert old in SOURCE[name], old
    return SOURCE | {name: SOURCE[name].replace(old, new, 1)}


def faults_of(source: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(RulebookErrors) as caught:
        parse(source, where="一个文件夹")
    assert caught.value.where == "一个文件夹"
    assert caught.value.todo
    return caught.value.faults


WRONG: dict[str, tuple[str, str, str, str]] = {
    # what is wrong: (this text, becomes this, the key of the fault, words of its sentence)
    "an unknown state to go to": ('to = "coordination_failed"', 'to = "nowhere"', "fail", "没有状态“nowhere”"),
    "history that no ledger tells": (
        'closing = { events = ["close", "accept"',
        'closing = { events = ["accept"',
        "transitions（refused · close）.history",
        "[ledger] 的步骤中须有事件“close”",
    ),
    "history that the clock tells": (
        'event = "close"\nfrom = "refused"',
        'event = "close"\nby = ["office", "clock"]\nfrom = "refused"',
        "transitions（refused · close）.history",
        "不能由时钟办理",
    ),
    "history that is neither true nor false": ("history = true", 'history = "yes"', "history", "true 或 false"),
    "a step that demands what it has no column for": (
        "referral = { events",
        'referral = { required = ["doc_no"], events',
        "ledger.steps.referral.required",
        "doc_no",
    ),
    "a step that puts its words nowhere": (
        "referral = { events",
        'referral = { words_into = "nowhere", events',
        "ledger.steps.referral",
        "nowhere",
    ),
    "an unknown state to come from": ('from = "coordination_failed"', 'from = "nowhere"', "nowhere", "没有状态"),
    "an unknown state in a group": ('disputed = ["referred"', 'disputed = ["nowhere"', "groups.disputed", "nowhere"),
    "an unknown first state": ('initial = "draft"', 'initial = "nowhere"', "initial", "nowhere"),
    "a state that nobody reaches": (
        "[groups]",
        '[states.island]\ntitle = "孤岛"\nheld_by = "office"\nbasis = "office"\n\n[groups]',
        "states.island",
        "无法到达",
    ),
    "an event that nobody may send": (
        '[events.fail]\ntitle = "经协调仍未达成一致"\nby = ["office"]',
        '[events.fail]\ntitle = "经协调仍未达成一致"\nby = []',
        "events.fail.by",
        "没有任何角色",
    ),
    "an event sent by a role that is not there": (
        '[events.fail]\ntitle = "经协调仍未达成一致"\nby = ["office"]',
        '[events.fail]\ntitle = "经协调仍未达成一致"\nby = ["mayor"]',
        "events.fail.by",
        "mayor",
    ),
    "a word of the leading group without its meeting": (
        'required = ["meeting"]\noptional = ["decision", ',
        'required = []\noptional = ["meeting", "decision", ',
        "transitions（in_deliberation · decide）.requires",
        "须依据会议",
    ),
    "a row that requires what its form does not ask": (
        'event = "fail"\nfrom = "in_coordination"',
        'event = "fail"\nrequires = "decision"\nfrom = "in_coordination"',
        "requires",
        "“decision”",
    ),
    "an event that never happens": (
        '[[transitions]]\nevent = "defer"',
        '[[transitions]]\nevent = "remit"',
        "events.defer",
        "没有任何状态",
    ),
    "two rows for one state and event": (
        '[[transitions]]\nevent = "report_up"',
        '[[transitions]]\nevent = "fail"\nfrom = "in_coordination"\nto = "closed"\nbasis = "office"\n'
        '[[transitions]]\nevent = "report_up"',
        "from",
        "两行",
    ),
    "a row of an event that is not defined": (
        '[[transitions]]\nevent = "report_up"',
        '[[transitions]]\nevent = "surprise"\nfrom = "draft"\nto = "stay"\nbasis = "office"\n'
        '[[transitions]]\nevent = "report_up"',
        "event",
        "surprise",
    ),
    "a row that comes from no state": (
        'event = "report_up"\nfrom = "coordination_failed"',
        'event = "report_up"',
        "from",
        "",
    ),
    "a row without a basis": (
        'event = "report_up"\nfrom = "coordination_failed"\nto = "in_deliberation"\nbasis = "第十七条"',
        'event = "report_up"\nfrom = "coordination_failed"\nto = "in_deliberation"',
        "basis",
        "缺少",
    ),
    "a report judged by a figure that nobody counts": (
        'rate = "on_time_rate"',
        'rate = "score"',
        "report.rate",
        "score",
    ),
    "a report in a table that there is not": (
        'table = "coordination"',
        'table = "ranking"',
        "report.table",
        "ranking",
    ),
    "an outcome that nobody knows": (
        '{ outcome = "withdrawn", state = "withdrawn" }',
        '{ outcome = "forgotten", state = "withdrawn" }',
        "report.outcomes[1].outcome",
        "forgotten",
    ),
    "an outcome by a mark that no act sets": (
        '{ outcome = "agreed", when = { has_agreed = true } }',
        '{ outcome = "agreed", when = { mood = "settled" } }',
        "when",
        "mood",
    ),
    "a figure that counts an event that is not defined": (
        'supplements = ["ask_supplement"]',
        'supplements = ["ask_twice"]',
        "report.counts",
        "ask_twice",
    ),
    "a class of reasons that is no choice": (
        'refusal_class = "reason_class"',
        'refusal_class = "reason"',
        "report.refusal_class",
        "选项",
    ),
    "a term without a basis": (
        '[terms.report]\ntitle = "报请审议期限"\ndays = 5\nbasis = "office"',
        '[terms.report]\ntitle = "报请审议期限"\ndays = 5',
        "terms.report.basis",
        "缺少",
    ),
    "a state without a basis": (
        'term = "coordination"\nagenda = "coordination"\nbasis = "第十七条"',
        'term = "coordination"\nagenda = "coordination"',
        "states.in_coordination.basis",
        "缺少",
    ),
    "a state that nobody holds": (
        'title = "协调中"\nheld_by = "office"',
        'title = "协调中"',
        "states.in_coordination.held_by",
        "缺少",
    ),
    "a rung before the start of its term": (
        '{ days_before = 3, notice = "due_soon", to = ["applicant"] }',
        '{ days_before = 10, notice = "due_soon", to = ["applicant"] }',
        "reminders",
        "开始之前",
    ),
    "a rung after the lapse": (
        '{ days_before = 3, notice = "due_soon", to = ["applicant"] }',
        '{ days_before = -1, notice = "due_soon", to = ["applicant"] }',
        "reminders",
        "届满之后",
    ),
    "two rungs on one day": (
        '{ days_before = 3, notice = "due_soon", to = ["provider"] }',
        '{ days_before = 0, notice = "due_soon", to = ["provider"] }',
        "terms.reply.reminders",
        "两次",
    ),
    "a rung without a template": (
        '{ days_before = 3, notice = "due_soon", to = ["provider"] }',
        '{ days_before = 3, notice = "hurry", to = ["provider"] }',
        "terms.reply.reminders",
        "hurry",
    ),
    "a notice of a lapse without a template": (
        'notice = "lapsed_note"',
        'notice = "scandal"',
        "lapse_notices",
        "scandal",
    ),
    "a notice of a lapse on the day itself": (
        '{ after = 2, notice = "lapsed_note"',
        '{ after = 0, notice = "lapsed_note"',
        "lapse_notices",
        "after",
    ),
    "a notice without a template": (
        'notify = [{ to = "provider", notice = "new_case" }]',
        'notify = [{ to = "provider", notice = "x" }]',
        "events.submit.notify",
        "没有通知模板“x”",
    ),
    "a notice to a role that is not there": (
        'notify = [{ to = "provider", notice = "new_case" }]',
        'notify = [{ to = "press", notice = "new_case" }]',
        "events.submit.notify",
        "press",
    ),
    "a field that no form shows": (
        'remark = { title = "备注" }',
        'remark = { title = "备注" }\nsecret = { title = "密级" }',
        "fields.secret",
        "表单",
    ),
    "a form that asks for a field that is not there": (
        'required = ["materials"]',
        'required = ["stuff"]',
        "events.ask_supplement",
        "stuff",
    ),
    "a choice without choices": (
        'remark = { title = "备注" }',
        'remark = { title = "备注", kind = "choice" }',
        "fields.remark.choices",
        "choices",
    ),
    "a kind of field that is not known": (
        'remark = { title = "备注" }',
        'remark = { title = "备注", kind = "poem" }',
        "fields.remark.kind",
        "之一",
    ),
    "an unknown key of a term": (
        "[terms.report]",
        '[terms.report]\ncolour = "red"',
        "terms.report.colour",
        "不认识的键",
    ),
    "an unknown key of a row": (
        '[[transitions]]\nevent = "report_up"',
        '[[transitions]]\nhaste = true\nevent = "report_up"',
        "haste",
        "不认识的键",
    ),
    "an unknown key of the file": ('id = "sharing"', 'id = "sharing"\nmood = "good"', "mood", "不认识的键"),
    "a term that nothing starts": (
        "[terms.report]",
        '[terms.idle]\ntitle = "闲"\ndays = 1\nbasis = "office"\n\n[terms.report]',
        "terms.idle",
        "期限",
    ),
    "a state with a term that is not there": (
        'term = "report"',
        'term = "eternity"',
        "states.coordination_failed.term",
        "eternity",
    ),
    "a term without a length": (
        '[terms.report]\ntitle = "报请审议期限"\ndays = 5',
        '[terms.report]\ntitle = "报请审议期限"',
        "terms.report.days",
        "缺少",
    ),
    "a term of less than no days": (
        '[terms.report]\ntitle = "报请审议期限"\ndays = 5',
        '[terms.report]\ntitle = "报请审议期限"\ndays = -1',
        "terms.report.days",
        "0（当日）至",
    ),
    "a length in words": (
        '[terms.report]\ntitle = "报请审议期限"\ndays = 5',
        '[terms.report]\ntitle = "报请审议期限"\ndays = "five"',
        "terms.report.days",
        "整数",
    ),
    "two main terms": ("[terms.report]", "[terms.report]\nmain = true", "terms", "主期限"),
    "a lapse that refers by itself without a local document": (
        'on_lapse = "flag"',
        'on_lapse = "refer"',
        "terms.reply.lapse_basis",
        "本地文件",
    ),
    "a lapse that does what nobody defined": (
        'on_lapse = "flag"',
        'on_lapse = "explode"\nlapse_basis = "×政办发〔2026〕1号"',
        "terms.reply.on_lapse",
        "explode",
    ),
    "a lapse that proposes nothing": ('on_lapse = "flag"', 'on_lapse = "propose"', "terms.reply.on_lapse", "没有事件"),
    "silence that is consent": (
        'on_lapse = "flag"',
        'on_lapse = "agree"\nlapse_basis = "×政办发〔2026〕1号"',
        "terms.reply.on_lapse",
        "",
    ),
    "years of keeping beyond all sense": (
        'number = "GX{year}-{seq:04}"',
        'keep_years = 300\nnumber = "GX{year}-{seq:04}"',
        "keep_years",
        "200",
    ),
    "years of keeping that are none": (
        'number = "GX{year}-{seq:04}"',
        'keep_years = 0\nnumber = "GX{year}-{seq:04}"',
        "keep_years",
        "200",
    ),
    "a number without its year's place": ('number = "GX{year}-{seq:04}"', 'number = "GX{month}"', "number", "{year}"),
    "a milestone of an event that is not there": (
        'report_up = "reported_on"',
        'promote = "reported_on"',
        "milestones.promote",
        "promote",
    ),
    "a milestone in a column that is not there": (
        'report_up = "reported_on"',
        'report_up = "someday"',
        "milestones.report_up",
        "之一",
    ),
    "a column of the ledger with a field that is not there": (
        'title = "资源名称"\nfield = "resource"',
        'title = "资源名称"\nfield = "name"',
        "ledger",
        "name",
    ),
    "a step of the ledger with an event that is not there": (
        '"协调一致" = "settle"',
        '"协调一致" = "shake_hands"',
        "ledger.steps.coordination",
        "shake_hands",
    ),
    "a condition that does not say what to do": (
        'when_says = "须先反馈未收到或无法使用，由提供部门重新提供两次"\n',
        "",
        "when_says",
        "缺少",
    ),
    "a resource named in no field of that kind": (
        '[resource]\nfield = "resource_code"',
        '[resource]\nfield = "remark"',
        "resource.field",
        "kind",
    ),
    "a class that the catalogue does not know": (
        'classes = ["none"]',
        'classes = ["secret"]',
        "resource.contradictions[4].classes",
        "secret",
    ),
    "a class in a field that holds no class": (
        'class_field = "class"',
        'class_field = "urgency"',
        "resource.class_field",
        "unconditional",
    ),
    "advice that can be answered nowhere": (
        'field = "despite"\nbasis',
        'field = "opinion"\nbasis',
        "resource.advise.unconditional.field",
        "opinion",
    ),
    "advice without an article": (
        'field = "despite"\nbasis = "第十七条"',
        'field = "despite"',
        "resource.advise.unconditional.basis",
        "缺少",
    ),
    "an answer that nobody gives": (
        'events = ["disclaim"]\nclasses',
        'events = ["shrug"]\nclasses',
        "resource.contradictions[5].events",
        "shrug",
    ),
    "an answer by a field that its form does not ask": (
        'without = ["legal_basis"]',
        'without = ["minutes"]',
        "resource.contradictions[3]",
        "minutes",
    ),
    "an answer by a choice that is not there": (
        'when = { reason_class = "none" }',
        'when = { reason_class = "mood" }',
        "resource.contradictions[2].when",
        "mood",
    ),
    "an answer without words": (
        'says = "同意共享"\nbasis',
        "basis",
        "resource.contradictions[4].says",
        "缺少",
    ),
    "a target by a field that leaves a choice open": (
        'event = "withdraw"\nfrom = "draft"\nto = "withdrawn"',
        'event = "withdraw"\nfrom = "draft"\nto = { field = "class", unconditional = "withdrawn" }',
        "to",
        "class",
    ),
}


REGULATED = {name: load(shipped()["beijing-2025"]).source[name] for name in (HEAD, SHARING)}
AGAIN = REGULATED[SHARING].replace('id = "sharing"', 'id = "again"')
ALSO_WRONG: dict[str, tuple[str, str, str, str, str]] = {
    # what is wrong in the rulebook that rests on two laws: (file, this text, becomes this, the key, words)
    "an article of no document": (
        SHARING, 'term = "reply"\nbasis = "条例第二十一条"', 'term = "reply"\nbasis = "第二十一条"',
        "states.awaiting_reply.basis", "文件简称",
    ),
    "an article of a row of no document": (
        SHARING, 'from = ["coordination_failed", "deliberated"]\nto = "awaiting_decision"\nbasis = "条例第二十八条"',
        'from = ["coordination_failed", "deliberated"]\nto = "awaiting_decision"\nbasis = "办法第一条"',
        "deliberated · submit_up", "办法第一条",
    ),
    "a start by no document": (
        SHARING, 'start_basis = "条例第二十二条"', 'start_basis = "第二十二条"', "terms.supply.start", "文件简称",
    ),
    "a silence that nothing brings about": (
        SHARING, "[terms.admission]\n", '[terms.admission]\nsuppress_when = { mood = "bad" }\n',
        "terms.admission.suppress_when", "mood",
    ),
    "an act before the end of a term that is not there": (
        SHARING, 'before_due = "reply"', 'before_due = "eternity"', "request_extension", "eternity",
    ),
    "a document without its number": (HEAD, ', number = "国务院令第809号"', "", "documents.条例.number", "缺少"),
    "a state with two titles": (
        "again.toml", "", AGAIN.replace('title = "已撤回"', 'title = "撤了"'), "procedures", "两个名称",
    ),
    "a title of two states": (
        "again.toml", "", AGAIN.replace("disclaimed", "not_ours"), "procedures", "两个状态",
    ),
    "two procedures with the same numbers": (
        "again.toml", "", AGAIN, "procedures", "编号会重复",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ALSO_WRONG)
def test_the_checker_finds_among_two_laws(what: str) -> None:
    name, old, new, key, words = ALSO_WRONG[what]
    text = REGULATED.get(name, "")
    assert old in text
    faults = faults_of(REGULATED | {name: text.replace(old, new, 1)})
    assert any(key in fault and words in fault for fault in faults), faults


NOTICE = "rectification.toml"
WITH_NOTICE = SOURCE | {NOTICE: (BEIJING / NOTICE).read_text("utf-8")}
PREPARED_WRONGLY: dict[str, tuple[str, str, str, str]] = {
    # what is wrong in what one procedure prepares from another: (this text, becomes this, the key, words)
    "from a procedure that is not there": ('from = "sharing"', 'from = "barter"', "prepared[1].from", "barter"),
    "from a term that is not there": ('late = ["reply"', 'late = ["nap"', "prepared[1].late", "nap"),
    "a field that its form does not ask": (
        "fields = { provider",
        'fields = { reason = "—", provider',
        "fields",
        "reason",
    ),
    "a choice that a person makes": (
        "fields = { provider",
        'fields = { ground = "other", provider',
        "fields",
        "由人选择",
    ),
    "a fact that nobody knows": ("{subject}”的共享申请", "{mood}”的共享申请", "fields", "{mood}"),
    "a brace that is not closed": ("{subject}”的共享申请", "{subject”的共享申请", "fields", "没有"),
    "a word that only people may say": ("系统尚未登记", "贵单位拖延，尚未登记", "fields", "拖延"),
    "a case named in no field of that kind": ('related = "related"', 'related = "remark"', "related", "kind"),
    "without an article": (
        'after = "单位说明的原因："\nbasis = "第三十三条"',
        'after = ""',
        "prepared[1].basis",
        "缺少",
    ),
}


@pytest.mark.parametrize("what", PREPARED_WRONGLY)
def test_the_checker_finds_what_is_prepared_wrongly(what: str) -> None:
    old, new, key, words = PREPARED_WRONGLY[what]
    assert old in WITH_NOTICE[NOTICE]
    faults = faults_of(WITH_NOTICE | {NOTICE: WITH_NOTICE[NOTICE].replace(old, new, 1)})
    assert any(fault.startswith(f"{NOTICE} · ") and key in fault and words in fault for fault in faults), faults


@pytest.mark.parametrize("what", WRONG)
def test_the_checker_finds(what: str) -> None:
    old, new, key, words = WRONG[what]
    faults = faults_of(edited(old, new))
    assert any(fault.startswith(f"{SHARING} · ") and key in fault and words in fault for fault in faults), faults


def test_the_checker_finds_a_state_that_nobody_can_leave() -> None:
    source = edited("[groups]", '[states.island]\ntitle = "孤岛"\nheld_by = "office"\nbasis = "office"\n\n[groups]')
    void = 'event = "void"\nfrom = '
    source[SHARING] = source[SHARING].replace(f'{void}"open"', f'{void}["draft", "submitted"]')
    source[SHARING] += '\n[[transitions]]\nevent = "defer"\nfrom = "draft"\nto = "island"\nbasis = "office"\n'
    faults = faults_of(source)
    assert f"{SHARING} · states.island：无法离开这一状态（撤回、作废等各状态都可办理的事件不算）" in faults
    island = {f"{SHARING} · states.island：", f"{SHARING} · states.island.term："}
    # An act that is not open in nearly every state is no longer everybody's: in deliberation it needs a meeting.
    island.add(f"{SHARING} · transitions（in_deliberation · close_merged）.requires：")
    assert {fault.split("：")[0] + "：" for fault in faults} == island


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "beijing-2017"\n', "", "id"),
        (VERSION, "", "version"),
        ('document = "京政发〔2017〕37号"\n', "", "document"),
        ("in_force_from = 2017-12-27", 'in_force_from = "2017年"', "in_force_from"),
        ("calendar_layer", "calendar_lawyer", "calendar_lawyer"),
    ],
)
def test_the_head_of_a_rulebook_is_checked_too(old: str, new: str, key: str) -> None:
    assert any(fault.startswith(f"{HEAD} · {key}") for fault in faults_of(edited(old, new, HEAD)))


def test_what_is_no_toml_is_named_with_its_file_and_line() -> None:
    (fault,) = faults_of(SOURCE | {"broken.toml": "id = \n"})
    assert fault.startswith("broken.toml · TOML：第1行第6列不符合 TOML 的写法")


def test_nothing_is_said_that_would_only_follow_from_a_file_that_is_no_toml() -> None:
    source = edited('required = ["materials"]', 'required = ["stuff"]') | {HEAD: SOURCE[HEAD] + "]"}
    (fault,) = faults_of(source)
    assert fault.startswith(f"{HEAD} · TOML：")


def test_all_faults_are_named_at_once() -> None:
    source = edited('required = ["materials"]', 'required = ["stuff"]')
    source[SHARING] = source[SHARING].replace('notice = "lapsed_note"', 'notice = "scandal"', 1)
    source[HEAD] = source[HEAD].replace(VERSION, "", 1)
    faults = faults_of(source)
    for words in ("stuff", "scandal", "version"):
        assert any(words in fault for fault in faults), words
    with pytest.raises(RulebookErrors) as caught:
        parse(source)
    assert str(len(faults)) in str(caught.value)
    assert all(fault in str(caught.value) for fault in faults)


def test_the_shipped_rulebooks_have_no_fault() -> None:
    assert set(shipped()) == {"beijing-2017", "beijing-2025", "national-2025"}
    for folder in shipped().values():
        assert load(folder).procedures


def test_a_folder_without_a_rulebook_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"rulebook\.toml"):
        load(tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    for name, text in SOURCE.items():
        (tmp_path / name).write_bytes(text.encode("gbk" if name == SHARING else "utf-8"))
    with pytest.raises(RulebookErrors, match=SHARING):
        load(tmp_path)


# ------------------------------------------------------------------------------------ whatever a file may contain


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and every index of a document, from the top."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from places(below, (*path, key))
    elif isinstance(value, list):
        for n, below in enumerate(value[:2]):
            yield from places(below, (*path, n))


def toml(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(each)}' for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def replaced(document: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(document[path[0]], path[1:], new)
    return copy


DOCUMENTS = {name: tomllib.loads(text) for name, text in SOURCE.items()}


SHAPES = [5, "乱", True, [], [1], ["乱"], {}, {"乱": 1}, [{"乱": 1}]]
TRIED = len(SHAPES) if "NEGOTIATION_SOAK" in os.environ else 1  # shapes for each place; the long run tries them all


@pytest.mark.parametrize("name", [HEAD, SHARING])
def test_a_value_of_any_other_shape_is_a_fault_or_harmless_but_never_a_traceback(name: str) -> None:
    document = DOCUMENTS[name]
    clauses = list(places(document))
    assert len(clauses) > 10
    for n, path in enumerate(clauses):
        for other in (SHAPES * 2)[n % len(SHAPES) :][:TRIED]:
            text = "\n".join(f'"{key}" = {toml(value)}' for key, value in replaced(document, path, other).items())
            try:
                parse(SOURCE | {name: text})
            except RulebookErrors as faults:
                assert all(" · " in fault for fault in faults.faults), path  # noqa: PT017
            except Exception as error:  # the place matters more than where it broke
                pytest.fail(f"{name} {path} = {other!r}: {type(error).__name__}: {error}")
