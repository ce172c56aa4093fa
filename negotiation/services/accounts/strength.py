"""How many guesses a password needs, as zxcvbn estimates it: from lists of common passwords, words and names, from rows
of keys, sequences, repetitions and dates; and, as those lists know no Chinese, from the words below.

The estimate holds a table that it writes to (the words of one's own): one at a time.
"""

from collections.abc import Iterable
from threading import Lock

GUESSES = 10**10  # what a database that was stolen takes weeks to give up, at ten thousand hashes a second
EXAMINED = 72  # characters: more only help, and cost time
WORDS = (  # in pinyin, as they are typed; what an office, its city and its people put into passwords first
    "woaini", "woai", "aini", "wodemima", "mima", "nihao", "nihaoma", "zhongguo", "zhonghua", "renmin", "zuguo",
    "beijing", "beijingshi", "shanghai", "guangzhou", "shenzhen", "tianjin", "chongqing", "nanjing", "wuhan", "chengdu",
    "hangzhou", "haidian", "chaoyang", "dongcheng", "xicheng", "fengtai", "shijingshan", "tongzhou", "shunyi", "daxing",
    "changping", "fangshan", "mentougou", "pinggu", "huairou", "miyun", "yanqing", "zhengwu", "zhengfu", "gongxiang",
    "xietiao", "xieshang", "shuju", "dashuju", "xinxi", "ziyuan", "xitong", "guanli", "guanliyuan", "bangong",
    "bangongshi", "jingxinwei", "weijingxinju", "gongan", "minzheng", "shuiwu", "sifa", "renshe", "caizheng",
    "zhangsan", "lisi", "wangwu", "zhaoliu", "xiaoming", "laowang", "jishuzhichi", "ceshi", "moren", "denglu",
    "zhanghao", "tongyong", "negotiation", "share", "office", "gov", "govcn", "changeme", "1314", "520", "5201314",
    "一二三四五六七八九十", "我爱你", "密码", "中国", "北京", "人民", "政务", "共享", "办公室", "管理员", "你好",
)  # fmt: skip
_PATTERNS = {
    "user_inputs": "账户、本单位或本地常用的词",
    "passwords": "常见密码",
    "spatial": "键盘上相邻的键",
    "repeat": "重复的字符",
    "sequence": "数字、字母的顺序",
    "date": "日期",
    "regex": "年份",
}
_OTHER_WORDS = "常见的词或姓名"
_ONE_AT_A_TIME = Lock()


def weakness(password: str, own: Iterable[str] = ()) -> str:
    """The reason why a password is guessed too soon, as a short sentence that repeats nothing of it; "" if it is not.

    ``own``: the words of whoever chooses it, such as the login and the name.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 (its lists take long to read; most commands judge no password)

    with _ONE_AT_A_TIME:
        found = zxcvbn(password[:EXAMINED], [*own, *WORDS])
    if found["guesses"] >= GUESSES:
        return ""
    kinds = [part.get("dictionary_name") or part["pattern"] for part in found["sequence"]]
    named = dict.fromkeys(_PATTERNS.get(kind, _OTHER_WORDS) for kind in kinds if kind != "bruteforce")
    return f"太容易猜到（其中有{'、'.join(named)}）" if named else "太容易猜到"
