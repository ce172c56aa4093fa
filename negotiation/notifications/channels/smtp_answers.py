"""Meanings of a mail server's answers, in Chinese: by code (RFC 5321) and enhanced code (RFC 3463).

The server's own words go to the log and to ``post --json``; pages and tasks show their meaning.
"""

import re

TAKEN = "邮件服务器已接收"
_REFUSED, _LATER = "邮件服务器拒收", "暂时不能送达，稍后自动重试"
_ENHANCED = re.compile(r"\s*[245]\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
# RFC 3463: subject and detail; for what is not listed its subject is used, else the code alone.
_DETAILS = {
    "1.1": "邮箱不存在",
    "1.2": "邮箱的域名不存在",
    "1.3": "邮箱地址的写法有误",
    "1.6": "邮箱已迁走，没有留下新地址",
    "1.10": "邮箱的域名不收邮件",  # RFC 7505
    "2.1": "邮箱已停用",
    "2.2": "邮箱已满",
    "2.3": "邮件超过对方邮箱允许的大小",
    "3.1": "对方的邮件系统已满",
    "3.4": "邮件超过对方允许的大小",
    "4.1": "对方的邮件服务器没有应答",
    "4.4": "找不到对方的邮件服务器",
    "4.7": "多次投递未成，已过时限",
    "7.1": "邮件服务器按其规定拒收",
}
_SUBJECTS = {
    "1": "邮箱地址有误",
    "2": "邮箱不能收信",
    "3": "对方的邮件系统不能收信",
    "4": "邮件网络不通",
    "7": "邮件服务器按其安全规定拒收",
}
_CODES = {
    421: "邮件服务器暂停服务",
    450: "邮箱暂时不能收信",
    452: "邮箱或邮件服务器空间不足",
    550: "邮箱不存在或拒收",
    551: "邮箱不在这一邮件服务器",
    552: "邮箱已满或邮件过大",
    553: "邮箱地址的写法有误",
}


def meaning(code: int, words: str) -> str:
    """The meaning of an answer, from its code and the server's words (an enhanced code first, if it has one)."""
    if code < 300:
        return TAKEN
    found = _ENHANCED.match(words)
    text = _by_enhanced(found[1], found[2]) if found else ""
    text = text or _CODES.get(code, _REFUSED if code >= 500 else "")
    if code >= 500:
        return text
    return f"{text.replace('拒收', '暂不接收')}：{_LATER}" if text else _LATER


def _by_enhanced(subject: str, detail: str) -> str:
    return _DETAILS.get(f"{subject}.{detail}") or _SUBJECTS.get(subject, "")
