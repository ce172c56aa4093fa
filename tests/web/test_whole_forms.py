"""Forms that are wrong in several places: all of it is said at once, each beside its field, and nothing is lost."""

import re
from pathlib import Path
from typing import Any

import pytest

from negotiation.domain.attachments.upload import read_upload
from negotiation.web import held_files
from negotiation.web.held_files import HeldFiles
from tests.web_client import TODAY

PAPERS = Path(__file__).with_name("papers")


def _sent(browser: Any, no: str, event: str, files: list[tuple[str, bytes]], **fields: str) -> Any:
    """The page after the form with these files was sent, as a browser sends it."""
    path = f"/cases/{no}/acts/{event}"
    data = {"csrf": browser.csrf, "version": browser.hidden("version"), "on": TODAY, **fields}
    return browser._read(
        browser.client.post(
            path, data=data, files=[("files", (name, content, "text/plain")) for name, content in files]
        )
    )


def test_all_that_is_wrong_with_a_form_is_said_at_once_and_leads_to_its_fields(browser_as, story):
    case = story.submitted("2026-09-18")
    browser = browser_as("chief").get(f"/cases/{case.no}/acts/refuse")
    page = _sent(browser, case.no, "refuse", [], on="昨天").page
    assert "处须改正，其余已保留" in page
    for anchor in ("#on", "#f-reason", "#reviewed"):
        assert f'<a href="{anchor}">' in page
        assert f'id="{anchor[1:]}"' in page
    assert case.events()[-1][0] == "submit"


def test_of_ten_files_one_of_them_bad_nine_are_kept_and_go_with_the_form(browser_as, story, database):
    case = story.submitted("2026-09-18")
    files = [(f"附件{n}.txt", f"第{n}份".encode()) for n in range(1, 10)] + [("坏的.exe", b"MZ\x90")]
    browser = browser_as("chief").get(f"/cases/{case.no}/acts/agree")
    page = _sent(browser, case.no, "agree", files, reviewed="yes").page
    assert page.count("已保留，随本表提交") == 9
    assert "坏的.exe" in page
    assert case.events()[-1][0] == "submit"
    done = _sent(browser, case.no, "agree", [], reviewed="yes", held=browser.hidden("held"))
    assert case.events()[-1][0] == "agree"
    assert set(re.findall(r"附件\d\.txt", done.page)) == {name for name, _ in files[:9]}


def test_what_is_held_is_still_there_where_the_disk_is_full_or_the_desk_is_killed(tmp_path, monkeypatch):
    held = HeldFiles.of(tmp_path, "GX2026-0001", 1, "")
    both = [read_upload(name, name.encode(), megabytes=1) for name in ("甲.txt", "乙.txt")]
    held.keep(both)

    def stopped(*_words: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(held_files, "write_whole", stopped)
    with pytest.raises(KeyboardInterrupt):
        held.keep(both[1:])
    monkeypatch.undo()
    assert set(held.names()) == {"甲.txt", "乙.txt"}
    held.keep(both[1:])
    assert held.names() == ["乙.txt"]
    held.keep([])
    assert held.names() == []


def test_a_pdf_that_bears_a_mark_is_refused_and_one_that_speaks_of_secrets_is_not(browser_as, story):
    """Printed by a browser (份号 and 密级 in one line) and by an office suite."""
    case = story.submitted("2026-09-18")
    files = [(f"{each.stem}.pdf", each.read_bytes()) for each in sorted(PAPERS.glob("*.pdf"))]
    browser = browser_as("chief").get(f"/cases/{case.no}/acts/agree")
    page = _sent(browser, case.no, "agree", files, reviewed="yes").page
    assert "附件“alone.pdf”含有“机密”字样" in page
    assert "附件“copy-number.pdf”含有“秘密”字样" in page
    assert case.events()[-1][0] == "submit"
    done = _sent(browser, case.no, "agree", [], reviewed="yes", held=browser.hidden("held"))
    assert re.findall(r"[\w-]+\.pdf", done.page)[0] == "spoken.pdf"
    assert "alone.pdf" not in done.page


def test_a_held_file_is_dropped_by_its_tick_and_nobody_else_reaches_it(browser_as, story):
    case = story.submitted("2026-09-18")
    browser = browser_as("chief").get(f"/cases/{case.no}/acts/agree")
    files = [("甲.txt", "甲".encode()), ("乙.txt", "乙".encode())]
    page = _sent(browser, case.no, "agree", files).page
    assert page.count("已保留，随本表提交") == 2
    token = browser.hidden("held")
    assert "已保留" not in _sent(browser, case.no, "agree", [], held="../" * 3).page
    other = browser_as("police").get(f"/cases/{case.no}/acts/agree")
    assert "甲.txt" not in _sent(other, case.no, "agree", [], held=token).page
    page = _sent(
        browser_as("chief").get(f"/cases/{case.no}/acts/agree"), case.no, "agree", [], held=token, dropped="甲.txt"
    ).page
    assert "乙.txt" in page
    assert "甲.txt" not in page
