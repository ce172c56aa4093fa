"""This process among those of its machine: what it takes is free again once it has ended, however it ended."""

import os
import socket
from pathlib import Path

_HOST = socket.gethostname()


def is_gone(name: str) -> bool:
    """True for the name of a process of this machine that has ended; False for one of another machine, of which nobody
    here can tell, and for a text that names none."""
    host, _, rest = name.partition(":")
    number, _, began = rest.partition(":")
    return host == _HOST and number.isdigit() and _began(int(number)) not in ("?", began)


def _began(number: int) -> str:
    """When a process began, in ticks since the machine did; "" where none of that number runs, "?" where the machine
    does not say. The number alone is given again, in a container at once."""
    if not _PROCESSES.exists():
        return "?"
    try:
        state, *others = (_PROCESSES / str(number) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return others[_TICKS] if state not in _ENDED else ""


_PROCESSES = Path("/proc/self").parent
_TICKS, _ENDED = 18, "ZX"  # of /proc/[pid]/stat, behind the name in brackets: state, then from the fourth field on
OWN = f"{_HOST}:{os.getpid()}:{_began(os.getpid())}"
