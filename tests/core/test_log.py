"""The file of the log: what cannot be written stops nobody."""

import pytest

from negotiation.core import log
from tests.log_lines import LogLines


def test_a_log_that_cannot_be_written_stops_nothing_and_is_said_once(
    log_lines: LogLines, capsys: pytest.CaptureFixture[str]
):
    log_lines.home.write_text("a file in the place of the folder", encoding="utf-8")
    log.logger().info("request")
    log.logger().info("request")
    assert capsys.readouterr().err.count("日志无法写入") == 1
