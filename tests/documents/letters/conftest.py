"""Fixtures of the tests of letters."""

import pytest

from negotiation.core.settings import Settings
from negotiation.services.context import Context
from negotiation.store.database import Database
from tests.conftest import CHAOYANG, POLICE, Story
from tests.documents.letters.steps import FULL


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The office under its full name: a letter bears no other."""
    return settings.model_copy(update={"office_name": FULL})


@pytest.fixture
def two(database: Database, context: Context) -> tuple[Story, Story]:
    """Two disputes in coordination, one of them with a district."""
    found = []
    for provider, resource in ((POLICE, "常住人口基本信息"), (CHAOYANG, "社区网格基础数据")):
        story = Story(database, context).submitted("2026-09-18", provider=provider, resource=resource)
        story.act("refuse", "provider", "2026-09-30", reason="涉及个人信息")
        found.append(story.act("refer", "applicant", "2026-10-09").act("accept_referral", "office", "2026-10-12"))
    return found[0], found[1]
