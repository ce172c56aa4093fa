"""The way from a reply's POST to its mail does not grow longer."""

import subprocess
import sys

from tests.repo.shape import ROOT


def test_a_reply_leaves_as_mail_by_no_more_functions_than_before() -> None:
    words = [sys.executable, "-m", "tests.repo.trace"]  # a process of its own: nothing is remembered from other tests
    walked = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert walked.returncode == 0, walked.stdout + walked.stderr
