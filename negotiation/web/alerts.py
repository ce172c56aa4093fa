"""The alert of the unattended work on every page of the office, and the checks of the system; read anew at times."""

from datetime import datetime, timedelta

from negotiation.services import system_checks, unattended
from negotiation.services.context import Context
from negotiation.services.findings import Check
from negotiation.services.unattended import Alert, Watch
from negotiation.store.database import Database

READ_ANEW = timedelta(seconds=5)
CHECKED_ANEW = timedelta(seconds=30)  # the disk is written to for it, and /health is open to strangers


class Alerts:
    """The alert as of an instant; ``since``: when this process began, from which a missing heartbeat is counted."""

    def __init__(self, database: Database, since: datetime) -> None:
        self._database, self._since = database, since
        self._known: tuple[datetime, Watch] | None = None
        self._checked: tuple[datetime, list[Check]] | None = None

    def at(self, instant: datetime) -> Alert | None:
        """The fault of the unattended work at an instant, None if there is none. DatabaseUnavailable."""
        return unattended.alert(self.watch(instant), instant, self._since)

    def watch(self, instant: datetime) -> Watch:
        """The heartbeats and the last jump of the clock, as of a few seconds ago at most. DatabaseUnavailable."""
        if self._known is None or not self._known[0] <= instant < self._known[0] + READ_ANEW:
            with self._database.read() as transaction:
                self._known = instant, unattended.read(transaction)
        return self._known[1]

    def checks(self, context: Context, instant: datetime) -> list[Check]:
        """The checks of all but the mail server, as of half a minute ago at most. DatabaseUnavailable."""
        if self._checked is None or not self._checked[0] <= instant < self._checked[0] + CHECKED_ANEW:
            with self._database.read() as transaction:
                self._checked = instant, system_checks.examined(transaction, context, instant, self._since)
        return self._checked[1]

    def forget(self) -> None:
        """Has it read anew the next time; the disk is not looked at for it."""
        self._known = None
