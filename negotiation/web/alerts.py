"""The alert of the unattended work on every page of the office, read anew after some seconds."""

from datetime import datetime, timedelta

from negotiation.services import unattended
from negotiation.services.unattended import Alert, Watch
from negotiation.store.database import Database

READ_ANEW = timedelta(seconds=5)


class Alerts:
    """The alert as of an instant; ``since``: when this process began, from which a missing heartbeat is counted."""

    def __init__(self, database: Database, since: datetime) -> None:
        self._database, self._since = database, since
        self._known: tuple[datetime, Watch] | None = None

    def at(self, instant: datetime) -> Alert | None:
        """The fault of the unattended work at an instant, None if there is none. DatabaseUnavailable."""
        return unattended.alert(self.watch(instant), instant, self._since)

    def watch(self, instant: datetime) -> Watch:
        """The heartbeats and the last jump of the clock, as of a few seconds ago at most. DatabaseUnavailable."""
        if self._known is None or not self._known[0] <= instant < self._known[0] + READ_ANEW:
            with self._database.read() as transaction:
                self._known = instant, unattended.read(transaction)
        return self._known[1]

    def forget(self) -> None:
        """Has it read anew the next time."""
        self._known = None
