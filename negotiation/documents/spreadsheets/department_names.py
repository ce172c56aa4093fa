"""Names of departments as they stand in a cell: one name is read, anything else is refused. Pure."""

import re
from collections.abc import Collection

from negotiation.domain.departments import tidy_name

_OPEN, _CLOSE = r"[（(〔\[【<＜《「『{｛]", r"[）)〕\]】>＞》」』}｝]"
_SEAL = r"(已|须|需|请|未|加)?(盖|签|加盖|代)?(公|印|电子|单位|骑缝)*(章|印)(处|页|有效|签字)?|签[字名章]|印章"
_SEALED = re.compile(rf"({_OPEN}({_SEAL}){_CLOSE}|[:：]?(加?盖公?章|签章|公章)处?[:：]?)$")
_SIGN = re.compile(r"[^\w（(〔\[【）)〕\]】]|[_①-⓿]")  # between names or beside one, never inside
_ORGAN = r"(局|委|办|厅|部|院|署|室|中心|政府|(委员|联合|协|管委|学|商)会|公司|集团|[大总支]队|银行|大学)"
_AND = re.compile(rf"{_ORGAN}(和(?!平)|与|及|暨|以及|会同|或者?)(?=..+{_ORGAN}$)")  # 公安局和平分局 is one
_TOGETHER = re.compile(rf"..{_ORGAN}市(?!场|政(?!府)|容|民(?!政)|区|级|域).+{_ORGAN}$")  # nothing between two names
_NOBODY = re.compile(
    r"[待未]定|(待|未|尚未)(明确|确定|填)|不详|不明|未知|暂无|暂缺|空白|null|none|nil|tbd", re.IGNORECASE
)
_MANY = re.compile(
    r"(各|有关|相关|所有|多个|若干).+|.+等([\d一二两三四五六七八九十]+[个家])?((有关|相关)?(部门|单位|委办局))?"
)
_POINTER = re.compile(r"(同|如|见)(上|前|下|左|右|第|序)|(上|前|左)同$")  # at another cell
_LETTER = re.compile(r"[^\W\d_]")


def read_department(text: str, known: Collection[str]) -> str:
    """The department that a cell names, without blanks and without the words of a seal (“（盖章）”).

    Raises ValueError with a sentence for several names, for a remark in brackets, for what is no name; a name that is
    ``known`` is always one.
    """
    name = tidy_name(text)
    while name not in known and (sealed := _SEALED.search(name)):
        name = name[: sealed.start()]
    if name in known:
        return name
    parts = text.split()
    if _are_several(name, parts, known):
        why = "像是几个部门，或带有名称以外的符号，一行只能写一个部门，请分行填写"
        raise ValueError(f"“{name}”{why}（确为一个部门的，请先登记该部门）")
    if re.search(rf"{_OPEN}|{_CLOSE}", name):
        raise ValueError(f"“{name}”的括号内容无法识别，请只写部门名称（确为名称的一部分，请先登记该部门）")
    if _is_none(name, parts, known):
        raise ValueError(f"“{tidy_name(text)}”不是部门名称，请写出部门全称")
    return name


def _are_several(name: str, parts: list[str], known: Collection[str]) -> bool:
    if _LETTER.search(name) and (_SIGN.search(name) or _MANY.fullmatch(name)):
        return True
    return bool(_AND.search(name) or _TOGETHER.search(name)) or (len(parts) > 1 and _are_names(parts, known))


def _is_none(name: str, parts: list[str], known: Collection[str]) -> bool:
    """True for a pointer at another cell, a word for nobody yet, and a name with a person or a number beside it."""
    if _POINTER.match(name) or _NOBODY.fullmatch(name) or len(name) < 2 or not _LETTER.search(name):
        return True
    return len(parts) > 1 and _are_names(parts[:1], known) and not re.search(f"{_ORGAN}$", name)


def _are_names(parts: list[str], known: Collection[str]) -> bool:
    """True if what stands apart in a cell is a name each; a narrow column breaks one name as well."""
    return all(part in known or re.search(rf"..{_ORGAN}$", _SEALED.sub("", part)) for part in parts)
