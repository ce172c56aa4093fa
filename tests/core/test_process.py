"""Which process still runs, by the name under which it took something."""

import subprocess
import sys

from negotiation.core import process

HOST, NUMBER, BEGAN = process.OWN.split(":")


def test_the_one_that_asks_runs() -> None:
    assert not process.is_gone(process.OWN)


def test_one_that_ended_is_gone_even_before_anybody_waited_for_it() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.read()  # it has closed all that it had
        name = f"{HOST}:{child.pid}:1"
        assert process.is_gone(name)
    assert process.is_gone(name)


def test_another_that_was_given_the_same_number_is_not_it() -> None:
    """In a container the first process has the number 1 each time."""
    assert process.is_gone(f"{HOST}:{NUMBER}:{int(BEGAN) - 1}")


def test_of_another_machine_or_of_none_nobody_can_tell() -> None:
    for name in ("elsewhere:1:2", f"elsewhere:{NUMBER}:{BEGAN}", "", HOST, f"{HOST}:", f"{HOST}:x:1"):
        assert not process.is_gone(name), name
