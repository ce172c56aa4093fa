"""The worker as a child of the web server: watched, started again with a growing pause, and ended with it.

The child lives as long as the pipe to its standard input: it ends with this process, however this process ends.
"""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence

from negotiation.core.clock import stopwatch
from negotiation.core.errors import reason
from negotiation.worker.scheduler import SECONDS_TO_STOP

COMMAND = (sys.executable, "-m", "negotiation", "worker", "--supervised")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before the next start; twice as long after each that failed
STEADY = 60.0  # seconds after which a worker counts as running
_WHEN = re.compile(r"^[\d:, -]+")  # the time before a line of its log
_ADVICE = "怎么办："


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


class Supervisor:
    """One child at a time. Its stderr is passed on; of one that dies again and again only each change."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        write: Callable[[str], None] = _to_stderr,
        *,
        first_pause: float = FIRST_PAUSE,
        steady: float = STEADY,
        patience: float = SECONDS_TO_STOP + 5,
    ) -> None:
        self._command, self._write = command, write
        self._first_pause, self._steady, self._patience = first_pause, steady, patience
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._failure = ""  # how the last worker ended, while none has been steady since
        self._last_line = ""
        self._thread = threading.Thread(target=self._live, name="supervisor", daemon=True)

    def start(self) -> None:
        """Starts the worker, and watches it on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the worker: what it has begun is finished, or ended by force after some seconds."""
        with self._starting:
            self._stopping.set()
            child = self._child
            if child is not None and child.stdin is not None:
                child.stdin.close()
        self._thread.join(self._patience)
        if child is not None and self._thread.is_alive():
            child.kill()
            self._thread.join()

    def _live(self) -> None:
        pause = self._first_pause
        while True:
            begun = stopwatch()
            failure = self._one_life()
            if stopwatch() - begun >= self._steady:
                pause = self._first_pause
            if self._stopping.wait(pause):  # no word of it to whoever ends the worker with the web server
                return
            if failure != self._failure:
                self._write(f"后台服务（检查期限、发送通知）自行停止：{failure}。系统会自动重新启动它，网页照常使用")
            self._failure = failure
            pause = min(pause * 2, LONGEST_PAUSE)

    def _one_life(self) -> str:
        """Starts a worker and waits for its end; returns how it ended."""
        with self._starting:
            if self._stopping.is_set():
                return ""
            try:
                self._child = child = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                    text=True, encoding=sys.stderr.encoding, errors="replace",
                )  # fmt: skip
            except OSError as error:
                return reason(error)
        with child:
            assert child.stderr is not None
            self._last_line = ""
            reader = threading.Thread(target=self._read, args=(child.stderr,), daemon=True)
            reader.start()
            try:
                child.wait(self._steady)
            except subprocess.TimeoutExpired:
                self._is_steady()
            code = child.wait()
            reader.join()
        return _ending(code, self._last_line)

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            text = line.rstrip("\n")
            if not text.startswith(_ADVICE):
                self._last_line = _WHEN.sub("", text)
            if not self._failure:
                self._write(text)

    def _is_steady(self) -> None:
        if self._failure:
            self._write("后台服务（检查期限、发送通知）已恢复运行")
        self._failure = ""


def _ending(code: int, last_line: str) -> str:
    """How a worker ended, in words: by a signal, or with its last line."""
    if code < 0:
        return f"被信号{-code}终止"
    return last_line if code and last_line else f"退出码{code}"
