"""Addresses in settings: of the mail server, the database, the pages, a mailbox.

Each check raises ValueError with a sentence of what is wrong, and never of what stands there: it may hold a password.
"""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{2,63}")
ESCAPES = "用户名和密码中的 # 写成 %23，/ 写成 %2F，? 写成 %3F，@ 写成 %40，% 写成 %25"
STARTTLS = "smtp+starttls"  # no mail leaves unless the connection is encrypted, whatever the server offers
_MAIL_SCHEMES = ("smtp", "smtps", STARTTLS)
_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


def demand_mail_server(url: str) -> None:
    """Raises ValueError for what is not smtp://user:password@host:port, smtps://… or smtp+starttls://…"""
    rest = _after_scheme(url, _MAIL_SCHEMES)
    if any(sign in rest.rstrip("/") for sign in "#/?"):
        raise ValueError("主机之前或之后有 #、/ 或 ?，多半是密码里的符号没有转写")
    if _BARE_PERCENT.search(rest):
        raise ValueError("其中的 % 没有转写")
    _demand_host(url)


def demand_database(url: str) -> None:
    """Raises ValueError for what is neither sqlite:///file nor postgresql://user:password@host:port/name."""
    if url.startswith("sqlite:"):
        if not url.startswith("sqlite:///"):
            raise ValueError("sqlite: 之后应有三条斜线和文件名")
        return
    rest = _after_scheme(url, _DATABASE_SCHEMES)
    login, _, place = rest.rpartition("@")
    if "#" in place or any(sign in login for sign in "#/?@"):
        raise ValueError("主机之前有 #、/、? 或 @，多半是密码里的符号没有转写")
    if place.partition("?")[0].partition("/")[0]:  # without a host, the one that the driver looks for
        _demand_host(f"postgresql://{place}")


def demand_pages(url: str) -> None:
    """Raises ValueError for what is not http://host or https://host, as links in mails begin."""
    _after_scheme(url, ("https", "http"))
    parts = _demand_host(url)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("只写到主机、端口和路径为止")


def demand_mailbox(text: str) -> None:
    """Raises ValueError for what is not name@domain, with nothing around it."""
    if not is_address(text):
        raise ValueError(f"“{text}”不是邮箱地址")


def host_of(url: str) -> str:
    """The host of an address of a server, without user and password; "" if it has none."""
    return urlsplit(url).hostname or ""


def is_address(text: str) -> bool:
    """A plain address, as official mailboxes have: no display name, no quoting, no line break."""
    return _MAILBOX.fullmatch(text) is not None


def is_allowed(address: str, domains: Iterable[str]) -> bool:
    """True for an address in one of these domains or below it (政务邮箱)."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == allowed.lower() or domain.endswith(f".{allowed.lower()}") for allowed in domains)


def is_domain(text: str) -> bool:
    """The part of an address behind the @."""
    return _DOMAIN.fullmatch(text) is not None


def _after_scheme(url: str, schemes: tuple[str, ...]) -> str:
    """The part after ``scheme://``."""
    if not _HAS_SCHEME.match(url):
        raise ValueError(f"开头缺少 {schemes[0]}://")
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in schemes:
        raise ValueError(f"开头的 {scheme}:// 不能用，可用 {'、'.join(f'{each}://' for each in schemes[:2])}")
    return rest


def _demand_host(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ValueError("主机写得不完整") from None
    try:
        port = parts.port
    except ValueError:
        raise ValueError("冒号之后的端口不是 1 至 65535 的数字") from None
    if port == 0:
        raise ValueError("冒号之后的端口不是 1 至 65535 的数字")
    if not host:
        raise ValueError("没有写主机")
    return parts
