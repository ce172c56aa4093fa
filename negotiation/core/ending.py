"""The end of a process that was told to stop: in order if it can, by force where something hangs."""

import os
import sys
import threading
import time

SECONDS = 10  # from the signal to the end, whatever hangs


def end_by_force(seconds: float = SECONDS) -> None:
    """Ends this process after so many seconds as if it had been killed, which loses nothing that was acknowledged."""
    threading.Thread(target=_end, args=(seconds,), name="end", daemon=True).start()


def _end(seconds: float) -> None:
    time.sleep(seconds)
    sys.stderr.write(f"{seconds:.0f}秒内未能正常结束，已强行停止；已经登记的内容不受影响\n")
    sys.stderr.flush()
    os._exit(1)
