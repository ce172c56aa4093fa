"""Usable and permitted addresses of mails, and Message-IDs."""

import hashlib

from negotiation.core.addresses import is_address, is_allowed
from negotiation.core.settings import Settings
from negotiation.core.texts import is_line
from negotiation.domain.wording import one_line
from negotiation.notifications.channels.base import Refusal


def message_id_of(case_id: int, key: str, sender: str) -> str:
    """Stable: a notice that is sent twice, after a crash, is one mail to its reader."""
    digest = hashlib.sha256(f"{case_id}/{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def demand_mail_address(address: str, settings: Settings) -> None:
    """Raises Refusal for what is no address, and for one outside the permitted domains."""
    if not is_address(address):
        raise Refusal(f"邮箱“{one_line(address)}”无法使用，请核对")
    if not is_allowed(address, settings.mail_domains):
        raise Refusal(f"邮箱“{address}”不在允许的政务邮箱域名内")


def is_header_safe(text: str) -> bool:
    """True for a name or number that can stand in a header: no line break or other control character."""
    return is_line(text)
