"""Settings of an installation: environment variables that begin with NEGOTIATION_, and ``settings.toml`` in the home.

They are read whole: each that cannot be used is named, with what is wrong and how it is written. No sentence repeats
an address that may hold a password.
"""

import os
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from negotiation.core import addresses, settings_sources, texts
from negotiation.core.enums import AccountRole
from negotiation.core.environment import DEFAULT_HOME, SETTINGS_FILE, SQLITE_FILE
from negotiation.core.errors import UsageError
from negotiation.core.settings_lists import PARTS, parts_of
from negotiation.core.settings_sources import SECRET, Given
from negotiation.core.validation import why

SHORTEST_TOKEN = 24  # characters: some 140 bits of chance
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?::00)?")
_HOW = {
    "smtp_url": f"写成 smtp://用户:密码@主机:端口，465 端口写成 smtps://…，587 端口写成 smtp+starttls://…；{addresses.ESCAPES}",
    "database_url": f"写成 postgresql://用户:密码@主机:端口/库名，或 sqlite:///文件；{addresses.ESCAPES}",
    "base_url": "写成 https://主机，即人们在浏览器中打开的地址",
    "mail_from": "写成 noreply@sharing.gov.cn，只写地址本身",
    "office_mail": "写成 office@sharing.gov.cn，只写地址本身",
    "mail_domains": "写成 gov.cn,example.gov.cn，用逗号隔开",
    "quiet_dates": "写成 2026-10-08,2026-10-09，用逗号隔开",
    "second_factor_roles": f"写成 {'、'.join(AccountRole)} 中的几个，用逗号隔开",
    "rulebook": "写成 beijing-2017,beijing-2025，用逗号隔开",
    "office_hours_from": "写成 09:00，并早于结束的时间",
    "office_hours_to": "写成 17:30，并晚于开始的时间",
    "monitor_token": "写成 24 个以上的字母、数字，不含空格",
    "backup_time": "写成 02:00",
    "backup_recipients": "写成 age1…，用逗号隔开；由 negotiation backup-key 生成",
}


class Settings(BaseModel):
    """Everything lives under ``home``; the rest has a default that works on one machine without a network."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    home: Path = DEFAULT_HOME
    database_url: str = ""
    smtp_url: str = ""
    smtp_connections: int = Field(default=4, ge=1, le=32)
    base_url: str = "http://127.0.0.1:8000"
    # The office's rulebooks by id, with commas: a case gets the one that is in force on the day on which it is opened.
    rulebook: str = "beijing-2017,beijing-2025"

    office_name: str = ""  # none: as the rulebook calls the office; no letter bears that
    office_code: str = ""  # 机关代字, as it stands in the numbers of the office's letters
    office_mail: str = ""
    office_phone: str = ""
    mail_from: str = "noreply@sharing.gov.cn"
    # Recipients outside these domains (or their subdomains) are refused: reminders go to government mail only.
    mail_domains: list[str] = ["gov.cn"]
    session_idle_minutes: int = Field(default=60, ge=1, le=10_080)
    session_hours: int = Field(default=12, ge=1, le=720)
    # Wrong passwords within the minutes below: at one account from one address or known browser; from one address.
    sign_in_tries: int = Field(default=5, ge=1, le=100)
    sign_in_address_tries: int = Field(default=30, ge=1, le=10_000)
    # Wrong passwords in a row, wherever they came from, before an account is locked to strangers: a minute, then twice
    # as long each time, up to the limit.
    sign_in_lock_tries: int = Field(default=50, ge=1, le=1_000)
    sign_in_lock_minutes: int = Field(default=15, ge=1, le=1_440)
    # Roles that sign in with a second factor, a code from their telephone; others may.
    second_factor_roles: list[AccountRole] = []
    # A file that comes with an act; what comes at once, all files together, may be three times as large.
    attachment_megabytes: int = Field(default=20, ge=1, le=200)
    office_hours_from: time = time(9, 0)
    office_hours_to: time = time(17, 30)
    quiet_dates: list[date] = []
    seal_key: Path | None = None  # the file of the key of the seals; none: keys/seal.key of the home
    # Days that the address of a calendar holds to which somebody subscribes; 0: nobody can.
    calendar_days: int = Field(default=0, ge=0, le=366)
    # Backups by the worker: none without a folder; encrypted for these public keys; the newest so many are kept.
    backup_folder: str = ""
    backup_time: time = time(2, 0)
    backup_keep: int = Field(default=14, ge=1, le=3_650)
    backup_recipients: list[str] = []
    monitor_token: str = ""  # who asks /metrics and the details of /health shows it; none: asked on this machine alone
    log_days: int = Field(default=180, ge=1, le=3_650)  # 《网络安全法》第二十一条（三）: at least six months
    postgres_bin: str = ""  # the folder of pg_dump and pg_restore; none: where they are found

    @field_validator("*", mode="before")
    @classmethod
    def demand_no_yes_or_no(cls, given: Any) -> Any:
        """Nothing here is a yes or a no, which would be taken for 1 or 0. Raises ValueError."""
        if isinstance(given, bool):
            raise ValueError("不写 true 或 false")
        return given

    @field_validator("rulebook", *PARTS, mode="before")
    @classmethod
    def read_list(cls, given: Any, info: ValidationInfo) -> Any:
        """A list, or a text with commas (Chinese ones and blanks too) or in JSON; the rulebooks' ids stay one text.

        Raises ValueError for what is no list, no date, no domain, no key, no role.
        """
        parts = parts_of(given) if isinstance(given, str) else given
        if not isinstance(parts, list):
            raise ValueError("应为列表")
        if info.field_name == "rulebook":
            return ",".join(map(str, parts))
        return [PARTS[info.field_name or ""](each) for each in parts]

    @field_validator("office_hours_from", "office_hours_to", "backup_time", mode="before")
    @classmethod
    def read_time(cls, given: Any) -> Any:
        """A time of day as 9:00; a bare number would be taken for seconds. Raises ValueError."""
        if not isinstance(given, (str, time)):
            raise ValueError(f"“{given}”不是时间")
        match = _TIME.fullmatch(given.strip()) if isinstance(given, str) else None
        if isinstance(given, str) and not (match and int(match[1]) < 24 and int(match[2]) < 60):
            raise ValueError(f"“{given}”不是时间")
        return time(int(match[1]), int(match[2])) if match else given

    @field_validator("office_name", "office_code", "office_phone")
    @classmethod
    def read_text(cls, given: str) -> str:
        """A text by the rule for texts from outside. Raises ValueError."""
        wrong = texts.flaw(texts.tidied(given), texts.NAME)
        if wrong is not None:
            raise ValueError(wrong.sentence)
        return texts.tidied(given).strip()

    @field_validator("monitor_token")
    @classmethod
    def read_token(cls, given: str) -> str:
        """A token that nobody guesses. Raises ValueError."""
        if given and (len(given) < SHORTEST_TOKEN or not given.isascii() or not given.isalnum()):
            raise ValueError("令牌太短，或含有其他字符")
        return given

    @field_validator("smtp_url", "database_url", "base_url", "mail_from", "office_mail")
    @classmethod
    def read_address(cls, given: str, info: ValidationInfo) -> str:
        """An address of a server or of a mailbox. Raises ValueError."""
        if given.strip():
            _ADDRESSES[info.field_name or ""](given.strip())
        return given.strip()

    @model_validator(mode="after")
    def in_order(self) -> "Settings":
        """Raises ValueError for office hours that end before they begin."""
        if self.office_hours_from >= self.office_hours_to:
            raise ValueError("开始的时间不早于结束的时间")
        return self

    @property
    def url(self) -> str:
        """The database URL: SQLite under the home unless one is set."""
        return self.database_url or f"sqlite:///{(self.home / SQLITE_FILE).absolute()}"

    @property
    def behind_tls(self) -> bool:
        """True where people open the pages over TLS, as their public address says."""
        return self.base_url.lower().startswith("https:")

    @property
    def rulebook_ids(self) -> list[str]:
        """The ids of the office's rulebooks."""
        return [each.strip() for each in self.rulebook.split(",") if each.strip()]

    @property
    def mail_folder(self) -> Path:
        """The folder of the mails, as .eml, that are kept while no mail server is named."""
        return self.home / "mail"


_ADDRESSES = {
    "smtp_url": addresses.demand_mail_server,
    "database_url": addresses.demand_database,
    "base_url": addresses.demand_pages,
    "mail_from": addresses.demand_mailbox,
    "office_mail": addresses.demand_mailbox,
}


_IN_FILE = Settings.model_fields.keys() - {"home"}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an installation: those of the environment, the others of the file in its home.

    Raises UsageError that names each variable and each key of the file that cannot be used.
    """
    known = Settings.model_fields
    variables = settings_sources.of_environment(environment, known)
    home = variables.pop("home", Given(DEFAULT_HOME, "")).value
    written = settings_sources.of_file(Path(home) / SETTINGS_FILE)
    faults = [settings_sources.unknown_key(key, each, known) for key, each in written.items() if key not in _IN_FILE]
    given = {key: each for key, each in written.items() if key in _IN_FILE} | variables
    try:
        settings = Settings.model_validate({"home": home} | {key: each.value for key, each in given.items()})
    except ValidationError as error:
        faults += [_fault(each, given) for each in error.errors()]
    if faults:
        raise _all_of(faults)
    return settings


def file_in_use(home: Path) -> Path | None:
    """The file that settings were read from; None where the home has none."""
    path = home / SETTINGS_FILE
    return path if path.exists() else None


def _all_of(faults: list[UsageError]) -> UsageError:
    if len(faults) == 1:
        return faults[0]
    words = "；".join(f"{each.where} {each.what}（{each.todo}）" for each in faults)
    return UsageError(f"有{len(faults)}项设置不能用：{words}", where="设置", todo="请逐项改正")


def _fault(fault: Any, given: Mapping[str, Given]) -> UsageError:
    """A fault as a sentence; one of two settings together stands at that which was given."""
    what, key = why(fault), str(fault["loc"][0]) if fault["loc"] else ""
    if not key:
        key = "office_hours_to" if "office_hours_from" not in given else "office_hours_from"
    value = fault["input"] if fault["type"] != "value_error" and key not in SECRET else None
    shown = f"“{value}”" if isinstance(value, (str, int, float)) and value != "" else ""
    return UsageError(shown + what, where=given[key].where, todo=_HOW.get(key, "请按 docs/deployment.md 的说明改正"))


def unknown_names(environment: Mapping[str, str] = os.environ) -> list[tuple[str, str]]:
    """The variables that look like settings and are none, each with the known name that is nearest ("" if none is)."""
    return settings_sources.unknown_variables(environment, Settings.model_fields)
