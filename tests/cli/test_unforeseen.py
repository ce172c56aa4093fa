"""What nobody foresaw in a command: a sentence for its user, where it arose in the log, and nothing that was typed."""

import json

import pytest

from negotiation.core import log
from negotiation.services.accounts import management
from tests.cli.terminal import Terminal


def test_an_error_that_nobody_foresaw_is_a_sentence_and_a_line_of_the_log(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_args: object, **_named: object) -> None:
        raise KeyError("s3cret")

    monkeypatch.setattr(management, "create_account", fail)
    error = office.error("account", "add", "wang", "--name", "s3cret", "--role", "office_clerk", status=1)
    assert error["what"] == "程序遇到没有预料到的错误"
    assert str(office.home / log.FOLDER) in error["todo"]
    text = "".join(path.read_text("utf-8") for path in (office.home / log.FOLDER).iterdir())
    (line,) = [found for found in map(json.loads, text.splitlines()) if found["event"] == "error"]
    assert line["error"] == "KeyError"
    assert any("account_add" in place for place in line["traceback"])
    assert "s3cret" not in text
