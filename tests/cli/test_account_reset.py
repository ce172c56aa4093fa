"""By command: a second factor is taken from who lost it."""

from negotiation.core.clock import now
from negotiation.core.settings import read_settings
from negotiation.services.accounts import management, second_factor
from negotiation.store.database import Database
from tests.cli.terminal import Terminal
from tests.services.test_second_factor import shown_by_telephone


def test_a_second_factor_is_reset_and_one_that_is_not_there_is_named(terminal: Terminal) -> None:
    terminal.json("account", "add", "li", "--name", "李明", "--role", "office_clerk")
    database = Database(read_settings().url)
    with database.write() as transaction:
        person = management.find(transaction, "li").person
        second_factor.offer(transaction, person)
        secret = second_factor.standing(transaction, person, "办公室").secret
        at = now()
        second_factor.confirm(transaction, person, shown_by_telephone(secret, at), at)
    assert terminal.json("account", "totp-reset", "li") == {"login": "li", "second_factor": False}
    with database.read() as transaction:
        assert not second_factor.is_confirmed(transaction, person.id)
    database.close()
    refused = terminal.json("account", "totp-reset", "li", status=1)["error"]
    assert refused["what"] == "该账户未启用双因素认证"
    assert terminal.json("account", "totp-reset", "nobody", status=1)["error"]["what"] == "没有登录名为“nobody”的账户"
