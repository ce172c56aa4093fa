"""The HTTP status of each error, and when to come again."""

from negotiation.core.errors import (
    Busy,
    Conflict,
    DatabaseUnavailable,
    NegotiationError,
    NotFound,
    TooManyTries,
    TryLater,
)
from negotiation.store.attachments import Sealed
from negotiation.web.api.answers import OUT_OF_ORDER, TRY_LATER

_STATUS: dict[type[NegotiationError], int] = {
    NotFound: 404,
    Conflict: 409,
    Sealed: 410,
    TooManyTries: 429,
    Busy: 503,
    DatabaseUnavailable: 503,
}


def status_of(error: NegotiationError) -> int:
    """The status with which an error is answered; 400 for what its sender can mend."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def shown(error: NegotiationError) -> NegotiationError:
    """The error as a page tells it: what the database answered is for whoever keeps it."""
    return DatabaseUnavailable(OUT_OF_ORDER, todo=TRY_LATER) if isinstance(error, DatabaseUnavailable) else error


def headers_of(error: NegotiationError) -> dict[str, str]:
    """The headers of the answer: after how many seconds it may be tried again, where that is known."""
    return {"Retry-After": str(error.seconds)} if isinstance(error, TryLater) else {}
