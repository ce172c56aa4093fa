"""What a mail server answers is said in an official's words, by its code and its enhanced code (RFC 3463)."""

import pytest

from negotiation.notifications.channels.smtp_answers import meaning


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (550, "5.1.1 no such mailbox", "邮箱不存在"),
        (550, "5.1.2 bad destination system", "邮箱的域名不存在"),
        (550, "5.2.1 mailbox disabled", "邮箱已停用"),
        (552, "5.2.2 mailbox full", "邮箱已满"),
        (452, "4.2.2 over quota", "邮箱已满：暂时不能送达，稍后自动重试"),
        (552, "5.3.4 too big", "邮件超过对方允许的大小"),
        (554, "5.7.1 relay denied", "邮件服务器按其规定拒收"),
        (550, "5.7.26 unauthenticated", "邮件服务器按其安全规定拒收"),
        (550, "User unknown", "邮箱不存在或拒收"),
        (554, "rejected", "邮件服务器拒收"),
        (450, "4.9.9 odd", "邮箱暂时不能收信：暂时不能送达，稍后自动重试"),
        (451, "greylisted", "暂时不能送达，稍后自动重试"),
        (250, "2.0.0 Ok: queued as 4F", "邮件服务器已接收"),
    ],
)
def test_what_a_server_answers_is_said_by_its_code(code, words, said):
    assert meaning(code, words) == said
