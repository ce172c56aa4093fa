"""Settings that are lists, as people write them, and what each of their parts has to be."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from negotiation.core import addresses
from negotiation.core.enums import AccountRole

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_PUBLIC_KEY = re.compile(r"age1[0-9a-z]{58}")
_SEPARATORS = re.compile(r"[\s,，、;；]+")


def parts_of(text: str) -> Any:
    """The parts of a list as it was set. Raises ValueError for one in brackets that is none."""
    if not text.strip().startswith("["):
        return [each for each in _SEPARATORS.split(text) if each]
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError("方括号里的列表不完整") from None


def _day(given: Any) -> Any:
    if isinstance(given, date):
        return given
    match = _DAY.fullmatch(given) if isinstance(given, str) else None
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError(f"“{given}”不是日期") from None


def _domain(given: Any) -> str:
    if not (isinstance(given, str) and addresses.is_domain(given)):
        raise ValueError(f"“{given}”不是域名")
    return given


def _public_key(given: Any) -> str:
    if not (isinstance(given, str) and _PUBLIC_KEY.fullmatch(given)):
        raise ValueError("不是公钥")
    return given


def _role(given: Any) -> Any:
    if given not in tuple(AccountRole):
        raise ValueError(f"“{given}”不是角色")
    return given


PARTS: Mapping[str, Callable[[Any], Any]] = {
    "mail_domains": _domain, "quiet_dates": _day, "backup_recipients": _public_key, "second_factor_roles": _role,
}  # fmt: skip
