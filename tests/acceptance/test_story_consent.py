"""Whose consent stands behind an application and a reply: 国务院令第809号 第十一、二十条, proved at a terminal.

Under the Regulation the head of a department's own 共享工作机构 consents to what it applies for and to what it replies.
"""

from tests.acceptance.conftest import Office


def signed(office: Office, on: str, *words: str, status: int = 0) -> dict[str, object]:
    line = ("case", "act", office.no, "agree", "--by", "provider", "--on", on, *words)
    if status:
        return dict(office.terminal.error(*line, status=status))
    return dict(office.terminal.json(*line))


def test_the_head_who_consented_and_the_day_stand_with_the_reply__article_20(by_command: Office) -> None:
    by_command.opened("2026-09-24").act("note", "provider", "2026-09-28", "text=已收悉")
    signed(by_command, "2026-09-28", "--signed-by", "李处长", "--signed-on", "2026-09-28")
    assert "李处长" in by_command.terminal.run("case", "show", by_command.no)[1]
    assert by_command.shown("2026-09-28")["events"][-1]["event"] == "agree"


def test_half_a_signature_or_one_of_an_impossible_day_proves_nothing__article_20(by_command: Office) -> None:
    by_command.opened("2026-09-24").act("note", "provider", "2026-09-28", "text=已收悉")
    before = by_command.shown("2026-09-28")
    half = signed(by_command, "2026-09-28", "--signed-by", "李处长", status=1)
    blank = signed(by_command, "2026-09-28", "--signed-by", "  ", "--signed-on", "2026-09-28", status=1)
    assert blank["what"] == half["what"]
    assert "签批人和签批日期" in str(half["what"])
    for day in ("2026-09-29", "2026-09-23"):  # after the reply; before the application came in
        late = signed(by_command, "2026-09-28", *("--signed-by", "李处长", "--signed-on", day), status=1)
        assert day in str(late["what"])
    assert by_command.shown("2026-09-28") == before


def test_a_reply_without_the_consent_of_its_head_is_not_entered__article_20(by_command: Office) -> None:
    by_command.opened("2026-09-24").act("note", "provider", "2026-09-28", "text=已收悉")
    before = by_command.shown("2026-09-28")
    unsigned = signed(by_command, "2026-09-28", status=1)
    assert "须填写签批人和签批日期" in str(unsigned["what"])
    assert "--signed-by" in str(unsigned["todo"])
    assert by_command.shown("2026-09-28") == before


def test_an_organ_that_does_not_enter_its_acts_is_named_as_their_author__article_21(by_command: Office) -> None:
    by_command.opened("2026-09-24").act("request_extension", "provider", "2026-09-28", "reason=须会商网信部门")
    by_command.act("grant_extension", "office", "2026-09-29", "more_days=5")
    assert by_command.shown("2026-09-29")["events"][-1]["role"] == "competent_authority"
