"""A browser without JavaScript, and the cast that sits in it: for the tests of the pages.

Today is 21 September 2026, ten in the morning. The civil affairs bureau applies, the police provide, justice looks on.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from negotiation.core.enums import AccountRole
from tests.conftest import CIVIL, JUSTICE, POLICE, at

PASSWORD = "正确的马 蓝色电池 订书钉"
TODAY = "2026-09-21"
PEOPLE = {
    "civil": (CIVIL, AccountRole.CLERK),
    "police": (POLICE, AccountRole.CLERK),
    "chief": (POLICE, AccountRole.HEAD),
    "justice": (JUSTICE, AccountRole.CLERK),
    "office": (None, AccountRole.OFFICE_CLERK),
    "director": (None, AccountRole.OFFICE_HEAD),
    "secretary": (None, AccountRole.SECRETARY),
    "auditor": (None, AccountRole.AUDITOR),
    "admin": (None, AccountRole.ADMINISTRATOR),
    "guard": (None, AccountRole.SECURITY_ADMINISTRATOR),
    "checker": (None, AccountRole.AUDIT_ADMINISTRATOR),
}


@dataclass
class FakeClock:
    """A hand on the clock."""

    now: datetime = field(default_factory=lambda: at(TODAY))


_WHOLE = re.compile(r'<span class="nb">([^<]*)</span>')  # that no line breaks inside says nothing about the words


class Browser:
    """A browser without JavaScript, in which one person sits."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.page = ""
        self.status = 0

    def get(self, path: str) -> "Browser":
        return self._read(self.client.get(path))

    def post(self, path: str, **fields: Any) -> "Browser":
        """Sends the form of the page that is open, with its hidden mark; with a signature on paper, that paper."""
        signed = "signed_by" in fields and fields.get("submit") != "draft"
        paper = [("files", ("签批件.txt", "同意。".encode(), "text/plain"))] if signed else None
        return self._read(self.client.post(path, data={"csrf": self.csrf, **fields}, files=paper))

    def _read(self, response: Any) -> "Browser":
        self.page, self.status, self.url = _WHOLE.sub(r"\1", response.text), response.status_code, response.url.path
        return self

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.page)
        return found[1] if found else ""

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, name
        return found[1]

    def act(self, no: str, event: str, **fields: Any) -> "Browser":
        self.get(f"/cases/{no}/acts/{event}")
        return self.post(f"/cases/{no}/acts/{event}", version=self.hidden("version"), reviewed="yes", **fields)
