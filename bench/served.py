"""A web process to be measured: ``python -m bench.served (ours | idiomatic) URL PORT INSTANT``, until SIGTERM.

Its clock starts at the instant and runs on, so that what is done once a second or once a minute is done.
"""

import gc
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import uvicorn
from fastapi import FastAPI

from bench import idiomatic
from negotiation.core.settings import read_settings
from negotiation.store.database import Database
from negotiation.web import create_app


def main(who: str, url: str, port: str, start: str) -> None:
    now = _clock(datetime.fromisoformat(start))
    app = idiomatic.create_app(url, now) if who == "idiomatic" else _desk(url, now)
    gc.freeze()  # as ``serve`` does
    uvicorn.run(app, host="127.0.0.1", port=int(port), http="httptools", log_level="warning", access_log=False)


def _desk(url: str, now: Callable[[], datetime]) -> FastAPI:
    return create_app(read_settings(), Database(url), clock=now)


def _clock(start: datetime) -> Callable[[], datetime]:
    begun = monotonic()
    return lambda: start + timedelta(seconds=monotonic() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
