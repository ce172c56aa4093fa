"""The one environment of the pages: HTML is escaped, and whatever a template asks for must be there."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from calendars.dates import in_words
from negotiation import template_folder
from negotiation.core.enums import DeadlineStatus
from negotiation.core.labels import (
    DEADLINE_STATUS_SHAPES,
    DEADLINE_STATUS_TITLES,
    ITEM_ANSWER_TITLES,
    NOTICE_STATE_TITLES,
    NOTICE_TITLES,
)
from negotiation.core.local_time import local
from negotiation.domain.initials import initials
from negotiation.domain.wording import weekday
from negotiation.services import case_view
from negotiation.web.menu import MENU
from negotiation.web.unbroken import unbroken

SECRECY = (
    "本系统为非涉密系统，严禁录入、上传国家秘密、工作秘密。本单位已进行保密审查，确认所填内容及附件不涉及上述信息。"
)


def page(template: str, facts: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """A page of these facts."""
    return HTMLResponse(environment().get_template(template).render(facts), status_code=status)


def piece(template: str, facts: Mapping[str, object]) -> Markup:
    """A part of a page, which is set into it as it is."""
    return Markup(environment().get_template(template).render(facts))  # the template has escaped what people typed


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates are read once; every one of them is HTML."""
    made = Environment(
        loader=FileSystemLoader(template_folder("web")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"day": in_words, "weekday": weekday, "moment": moment, "basis": case_view.basis}
    made.filters |= {"initials": initials, "nb": unbroken}
    made.globals |= {
        "DEADLINE_STATUSES": {
            status.value: (DEADLINE_STATUS_SHAPES[status][0], title) for status, title in DEADLINE_STATUS_TITLES.items()
        },
        "NO_DEADLINE_STATUS": DeadlineStatus.NONE.value,
        "ANSWERS": ITEM_ANSWER_TITLES,
        "NOTICE_STATES": NOTICE_STATE_TITLES,
        "NOTICE_TITLES": NOTICE_TITLES,
        "SECRECY": SECRECY,
        "MENU": MENU,
    }
    return made


def moment(instant: datetime | None) -> str:
    """An instant as the wall clock in Beijing shows it."""
    return "" if instant is None else f"{local(instant):%Y-%m-%d %H:%M}"
