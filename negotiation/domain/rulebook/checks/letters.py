"""Faults of the letters of a procedure, each under the key where it stands."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from negotiation import template_folder
from negotiation.core.enums import UPWARD_KINDS, LetterKind
from negotiation.domain.rulebook.checks.names import no_such
from negotiation.domain.rulebook.model import AGENDAS, Procedure
from negotiation.domain.rulebook.output_rules import LetterRule
from negotiation.domain.rulebook.reader import Reader


def check_letters(procedure: Procedure, read: Reader, roles: tuple[str, ...]) -> None:
    """Every fault of its letters. What a template asks for is not looked into here: that opens the file."""
    for letter in procedure.letters:
        key = f"letters（{letter.name}）"
        for part, what in (*_named_nowhere(letter, procedure, roles), *_unfit(letter, roles)):
            read.fault(f"{key}.{part}", what)
    places = [(letter.template, place) for letter in procedure.letters for place in (*letter.states, *letter.meetings)]
    for template, place in sorted({each for each in places if places.count(each) > 1}):
        read.fault("letters", f"“{template}”在“{place}”有两份，应只有一份")


def _named_nowhere(letter: LetterRule, procedure: Procedure, roles: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if letter.template not in letter_templates():
        yield "template", no_such("公文模板", letter.template, letter_templates())
    named: list[tuple[str, Collection[str], Collection[str], str]] = [
        ("from", [letter.sender], roles, "角色"),
        ("to", letter.to, roles, "角色"),
    ]
    named += [("states", letter.states, procedure.states, "状态"), ("meetings", letter.meetings, AGENDAS, "会议")]
    named += [("needs", letter.needs, procedure.fields, "字段")]
    named += [("after_due", [letter.after_due] if letter.after_due else [], procedure.terms, "期限")]
    for part, names, known, kind in named:
        for name in names:
            if name not in known:
                yield part, no_such(kind, name, known)


def _unfit(letter: LetterRule, roles: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The faults of a letter against its kind (党政机关公文处理工作条例第十五条), or for which none can be drafted."""
    if bool(letter.states) == bool(letter.meetings):
        yield "states", "须写明在哪些状态起草（states），或依据哪种会议起草（meetings），二者取一"
    if letter.kind is LetterKind.MINUTES and letter.to:
        yield "to", "纪要没有主送机关"
    if letter.kind is not LetterKind.MINUTES and not letter.to:
        yield "to", "缺少：须写明主送给谁"
    if letter.kind in UPWARD_KINDS and len(letter.to) > 1:
        yield "to", "请示和报告只主送一个机关"
    if (letter.kind is LetterKind.REQUEST) != bool(letter.asks):
        yield "asks", "请示须写明请求的事项（如“审议”），其他文种不能有"
    try:
        letter.title.format(subject="", **dict.fromkeys(roles, ""))
    except (KeyError, ValueError, IndexError):
        yield "title", "标题中只能使用 {subject} 和角色名（代之以机关全称）"


@lru_cache(maxsize=1)
def letter_templates() -> frozenset[str]:
    """The names of the templates that come with the product."""
    return frozenset(path.stem for path in template_folder("letters").glob("*.docx"))
