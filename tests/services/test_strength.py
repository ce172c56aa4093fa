"""Passwords that somebody would guess are refused, with the kind of weakness and without a letter of the password."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from negotiation.services.accounts.passwords import password_faults
from negotiation.services.accounts.strength import weakness

WEAK = {  # each has twelve characters or more and met the rules of length; those of the attack first
    "Passw0rd2026": "常见密码、日期",
    "Aa123456789!": "常见密码",
    "Beijing2026!!": "本地常用的词",
    "1234567890ab": "常见密码",
    "woaibeijing1": "本地常用的词",
    "zhengwu@2026!": "本地常用的词",
    "Qwerty123456!": "常见密码",
    "1qaz@WSX3edc": "键盘上相邻的键",
    "Admin@123456": "常见密码",
    "abcd1234ABCD": "数字、字母的顺序",
    "beijing20081001": "日期",
    "P@ssw0rd1234!": "常见密码",
    "13800138000abc": "重复的字符",
    "a1b2c3d4e5f6": "常见密码",
    "woaini5201314": "本地常用的词",
    "gongxiang2026#": "本地常用的词",
    "ｐａｓｓｗｏｒｄ１２３４": "常见密码",
    "一二三四五六七八九十一二": "本地常用的词",
    "abcabcabcabcabc": "重复的字符",
}
STRONG = (
    "正确的马 蓝色电池 订书钉",
    "马匹 电池 订书钉 正确",
    "staple battery 42 envelope",
    "kq7m-9xwp-tt4h-bczr",
    "雨伞河流茶杯十一月的信封",
    "".join(chr(0x4E00 + n * 997 % 20_000) for n in range(200)),
    "😀马匹\ud800电池订书钉正确句",
)


@pytest.mark.parametrize("password", WEAK)
def test_a_password_that_is_guessed_soon_is_refused_with_the_kind_of_its_weakness(password: str) -> None:
    (fault,) = password_faults(password, "lihua")
    assert fault.startswith("太容易猜到")
    assert WEAK[password] in fault
    assert password not in fault


@pytest.mark.parametrize("password", STRONG)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    assert password_faults(password, "lihua") == []


def test_words_of_ones_own_make_a_password_weak_for_that_person_alone() -> None:
    password = "ouyangxiuwen7"
    assert weakness(password) == ""
    assert "账户、本单位" in weakness(password, ["Ouyangxiuwen"])


def test_of_many_who_choose_at_once_each_is_judged_by_their_own_words() -> None:
    names = [f"{chr(97 + n % 26) * 2}kvtxqwz{n:02}mbd" for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        own = list(pool.map(lambda name: weakness(name + "7", [name]), names))
        others = list(pool.map(lambda name: weakness(name + "7", ["somebody"]), names))
    assert all(own)
    assert not any(others)
