"""Whoever keeps the machine: what a command does is put on record under the name of the system's user."""

import getpass
from datetime import datetime

from negotiation.core.enums import OFFICE_ID
from negotiation.domain.entered import EnteredBy
from negotiation.services.administration import Operation

COMMAND = "命令行"


def by_command(at: datetime) -> Operation:
    """An act of administration by this command."""
    return Operation(at_terminal(), at)


def at_terminal(actor: str = "") -> EnteredBy:
    """The one who gave this command; ``actor``: whom they named."""
    user = _user()
    named = f"{actor}（{COMMAND}，{user}）" if actor not in ("", COMMAND) else f"{COMMAND}（{user}）"
    return EnteredBy(named, side=OFFICE_ID)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know no name for its user
        return "未知用户"
