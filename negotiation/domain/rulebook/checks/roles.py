"""Faults of the roles of rulebook.toml: each of them must be somebody who can act, and hears of what happens."""

from collections.abc import Mapping

from negotiation.core.enums import CLOCK, OFFICE, PARTY_ROLES
from negotiation.domain.rulebook.checks.names import unknown
from negotiation.domain.rulebook.model import Rulebook
from negotiation.domain.rulebook.reader import Reader

RESERVED = (*PARTY_ROLES, OFFICE)  # departments that a case names, and the office
NO_ROLES = (CLOCK, "copied")  # the system itself, and the departments that a case is copied to


def check_roles(rulebook: Rulebook, filled_by: Mapping[str, str], head: Reader) -> None:
    """Add each role that nobody fills, and what is said twice of who does; ``filled_by``: role → department."""
    for role in RESERVED:
        if role not in rulebook.roles:
            head.fault(f"roles.{role}", "缺少：使用部门（applicant）、提供部门（provider）和办公室（office）须有名称")
    for role in rulebook.roles:
        entered, filled = rulebook.entered_by.get(role, ""), filled_by.get(role, "")
        key = f"roles.{role}"
        if role in NO_ROLES:
            head.fault(key, "这一名称由系统使用，请换一个")
        elif role in RESERVED and (entered or filled):
            head.fault(key, "由案件中的部门或办公室自己担任，不写 entered_by 和 department")
        elif role not in RESERVED and bool(entered) == bool(filled):
            todo = '办公室代为登记的写 entered_by = "office"，由一个部门担任的写 department = "部门全称"'
            head.fault(key, f"须写明由谁担任，二者取一：{todo}")
        if entered:
            unknown(head, f"{key}.entered_by", (entered,), (*RESERVED, *filled_by), "可以登记的角色")
