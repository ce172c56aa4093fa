"""What an installation may set, by environment variables that begin with NEGOTIATION_."""

from datetime import date, time
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything lives under ``home``; the rest has a default that works on one machine without a network."""

    model_config = SettingsConfigDict(env_prefix="NEGOTIATION_", extra="ignore")

    home: Path = Path("var")
    database_url: str = ""
    smtp_url: str = ""
    smtp_connections: int = Field(default=4, ge=1, le=32)
    base_url: str = "http://127.0.0.1:8000"
    # The office's rulebooks by id, with commas: a case gets the one that is in force on the day on which it is opened.
    rulebook: str = "beijing-2017,beijing-2025"

    office_name: str = "领导小组办公室"
    office_mail: str = ""
    office_phone: str = ""
    mail_from: str = "noreply@sharing.gov.cn"
    # Recipients outside these domains (or their subdomains) are refused: reminders go to government mail only.
    mail_domains: list[str] = ["gov.cn"]
    session_idle_minutes: int = Field(default=60, ge=1)
    session_hours: int = Field(default=12, ge=1)
    # Wrong passwords in a row before an account is locked: a minute, then twice as long each time, up to the limit.
    sign_in_tries: int = Field(default=5, ge=1)
    sign_in_lock_minutes: int = Field(default=15, ge=1)
    # A file that comes with an act; what comes at once, all files together, may be three times as large.
    attachment_megabytes: int = Field(default=20, ge=1, le=200)
    office_hours_from: time = time(9, 0)
    office_hours_to: time = time(17, 30)
    quiet_dates: list[date] = []

    @property
    def url(self) -> str:
        """The database URL: SQLite under the home unless one is set."""
        return self.database_url or f"sqlite:///{(self.home / 'negotiation.db').absolute()}"

    @property
    def rulebook_ids(self) -> list[str]:
        """The ids of the office's rulebooks."""
        return [each.strip() for each in self.rulebook.split(",") if each.strip()]

    @property
    def mail_folder(self) -> Path:
        """Where letters are kept as .eml while no mail server is named."""
        return self.home / "mail"
