"""Runs the desk of the demonstration, and with it its worker, until it is stopped; none of them outlives it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from negotiation.core.errors import NegotiationError, UsageError
from negotiation.core.settings import Settings
from negotiation.demo.mail_server import LOOPBACK

PORTS_TRIED = 50
SECONDS_TO_STOP = 15
PULSE = 0.2  # seconds between two looks at the desk
PULSES_TO_START = 300


def free_port(wanted: int) -> int:
    """That port of this machine, or the next that is free. UsageError if none of the next fifty is."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise UsageError(f"端口 {wanted} 及其后的端口都不可用", where="--port", todo="请另选一个端口")


def answers(port: int) -> bool:
    """True if somebody serves on that port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(PULSE)
        return probe.connect_ex((LOOPBACK, port)) == 0


def run(settings: Settings, port: int, started: Callable[[], None]) -> None:
    """Starts it in this process group, calls ``started`` when it answers, returns after SIGTERM or Ctrl-C.

    Raises NegotiationError if it ends by itself; what it and its worker printed is in its log.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with _running(settings, "serve", "--port", str(port)) as desk:
        for _ in range(PULSES_TO_START):
            if answers(port) or stop.wait(PULSE):
                break
            _demand_alive(settings, desk)
        if not stop.is_set():
            started()
        while not stop.wait(PULSE):
            _demand_alive(settings, desk)


def _demand_alive(settings: Settings, desk: subprocess.Popen[bytes]) -> None:
    if desk.poll() is not None:
        raise NegotiationError("serve 已自行停止", where=str(_log(settings.home, "serve")), todo="请看其记录")


@contextmanager
def _running(settings: Settings, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of this program in the demonstration's home; it is ended, if need be by force."""
    with _log(settings.home, command[0]).open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "negotiation", *command],
            env=os.environ | _environment(settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """The settings of the demonstration, as its processes read them."""
    names = ("home", "database_url", "smtp_url", "base_url", "office_mail", "office_phone", "mail_from", "rulebook")
    return {f"NEGOTIATION_{name.upper()}": str(getattr(settings, name)) for name in names}


def _log(home: Path, command: str) -> Path:
    return home / f"{command}.log"
