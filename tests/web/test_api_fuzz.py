"""The interface under requests that nobody would think of: no failure of the server, no answer that is not described.

The requests are made from the description at /openapi.json; the program that sends them may do what the office may.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from negotiation.core.enums import AccountRole
from negotiation.core.scopes import Scope
from negotiation.core.settings import Settings
from negotiation.services.accounts import management, passwords, tokens
from negotiation.store.database import Database
from negotiation.web import create_app
from tests.conftest import MEASURES, Story, admin_at, at, settle_in
from tests.services.test_accounts import CHEAP

NOW = at("2026-09-21")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
]


@pytest.fixture(scope="module")
def interface(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description of the interface of an office with a few cases, and a token in every request."""
    home = tmp_path_factory.mktemp("fuzzed")
    (home / "negotiation.db").write_bytes(prepared_sqlite.read_bytes())
    own = Settings(home=home, rulebook=MEASURES)
    database = Database(own.url)
    context = settle_in(database, own)
    for text in ("2026-09-01", "2026-09-18"):
        Story(database, context).submitted(text)
    app = create_app(own, database, clock=lambda: NOW)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    schema.config.update(headers={"Authorization": f"Bearer {_token(database)}"})
    yield schema
    database.close()


def _token(database: Database) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PARAMETERS", CHEAP)
        made = management.create_account(
            database, login="platform", name="市级平台", roles={AccountRole.OFFICE_HEAD}, operation=admin_at(NOW)
        )
    with database.write() as transaction:
        ends = NOW + timedelta(days=30)
        return tokens.create_token(
            transaction, made.person.id, "平台", tuple(Scope), expires_at=ends, operation=admin_at(NOW)
        )


OPERATIONS = (
    "GET /cases", "POST /cases", "GET /cases/{no}", "POST /cases/{no}/acts/{event}",
    "POST /cases/{no}/corrections", "GET /departments", "GET /calendar/due", "GET /report/{year}", "GET /search",
)  # fmt: skip

# Nothing is asked there that could be put wrongly: any text may be a number.
NOTHING_WRONG = ("GET /departments",)


def test_every_operation_of_the_description_is_asked(interface):
    found = {each.ok().label for each in interface.get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        (operation, mode)
        for operation in OPERATIONS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        if mode is GenerationMode.POSITIVE or operation not in NOTHING_WRONG
    ],
    ids=str,
)
def test_whatever_is_asked_is_answered_as_described(interface, operation, mode):
    method, path = operation.split()

    @given(case=interface[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    def asked(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    asked()
