"""An office alone: a department in which nobody has an account gets mails without a link, and is asked to write."""

import email
import email.policy
from pathlib import Path

import pytest

from negotiation.core.enums import AccountRole
from negotiation.notifications import dispatcher
from negotiation.services.accounts import management
from negotiation.store import accounts
from tests.conftest import POLICE, Story, admin_at, at


def opened(story: Story) -> None:
    """Somebody of the police gets an account."""
    management.create_account(
        story.database,
        login="police",
        name="李警",
        roles={AccountRole.CLERK},
        department_id=story.context.directory.by_name[POLICE].id,
        operation=admin_at(at("2026-09-17")),
    )


def mail(story: Story, folder: Path, on: str) -> str:
    """All that the last mail to the police says: its text, its HTML and its calendar file."""
    dispatcher.run(story.database, story.context, at(on, "10:30"))
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.rglob("*.eml")]
    (sent,) = [each for each in found if "a@gaj.gov.cn" in each["To"]]
    return "\n".join(part.get_content() for part in sent.walk() if part.get_content_maintype() == "text")


@pytest.fixture
def folder(settings):
    return settings.mail_folder


def test_a_department_without_an_account_is_asked_to_write_and_given_no_link(story: Story, folder: Path, settings):
    said = mail(story.submitted("2026-09-18"), folder, "2026-09-18")
    assert "请以书面办理，来文由" in said
    assert "以书面办理的，请告知文号和日期，以便登记。" in said
    assert not [words for words in (settings.base_url, "登录", "URL:") if words in said]


def test_once_somebody_there_has_an_account_the_link_is_there(story: Story, folder: Path, settings):
    opened(story)
    said = mail(story.submitted("2026-09-18"), folder, "2026-09-18")
    assert f"登录系统查看：{settings.base_url}/cases/GX2026-0001" in said
    assert "请以书面办理" not in said


def test_the_department_is_asked_to_write_again_when_its_last_account_is_closed(story: Story, folder: Path, settings):
    opened(story)
    with story.database.write() as transaction:
        account = management.find(transaction, "police").person.id
        accounts.change_account(transaction, account, active=False)
    assert settings.base_url not in mail(story.submitted("2026-09-18"), folder, "2026-09-18")
