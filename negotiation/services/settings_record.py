"""Settings stand in a file and the environment: what a process starts with is put on record where it has changed."""

import json
from datetime import datetime
from urllib.parse import urlsplit

from negotiation.core.enums import AdminKind
from negotiation.core.settings import Settings
from negotiation.core.settings_sources import SECRET
from negotiation.domain.administration import AdminAct, Words
from negotiation.services.administration import Operation
from negotiation.store import administration as log
from negotiation.store.administration import Wanted
from negotiation.store.database import Database
from negotiation.store.transaction import Transaction


def record_settings(database: Database, settings: Settings, operation: Operation) -> None:
    """Puts on record which settings are others than when a process last started; nothing if none is."""
    became = _words(settings)
    with database.read() as transaction:
        if _recorded(transaction) == became:
            return
    with database.write() as transaction:
        was = _recorded(transaction)
        act = AdminAct.of_change(AdminKind.SETTINGS, "设置有变动", "设置", was, became)
        operation.record_change(transaction, act)


def set_since(transaction: Transaction, name: str) -> datetime | None:
    """When a process first started with a setting as it is now; None where that is not on record."""
    key = _key(name)
    entries = log.entries(transaction, Wanted(AdminKind.SETTINGS))
    return next((each.recorded_at for each in entries if key in json.loads(each.became)), None)


def _recorded(transaction: Transaction) -> Words:
    """The settings as the log has them, change upon change; what stands nowhere has its default."""
    found: dict[str, str] = {}
    for entry in reversed(log.entries(transaction, Wanted(AdminKind.SETTINGS))):
        found |= json.loads(entry.became)
    return {key: value for key, value in found.items() if value}


def _words(settings: Settings) -> Words:
    """The settings that are not as shipped, without what may be secret."""
    default = Settings()
    changed = {key: value for key, value in settings if value != getattr(default, key) and key != "home"}
    return {_key(name): _shown(name, value) for name, value in changed.items()}


def _key(name: str) -> str:
    return f"NEGOTIATION_{name.upper()}"


def _shown(key: str, value: object) -> str:
    if key in SECRET:
        return _without_password(str(value))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
