"""Templates of the emails, and the groups of lines in a digest."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from calendars.dates import in_words
from negotiation import template_folder
from negotiation.domain.notice_facts import TermFacts
from negotiation.domain.wording import weekday
from negotiation.notifications.email.matters import Matter, Names

MOVED, CONFIRMED = "moved", "confirmed"

# The lists of the office's digest: name → heading.
OFFICE_LISTS = {
    "overdue": "期限已届满，系统尚未登记办理",
    "soon": "今日及三个工作日内届满",
    "missed": "届满日前未能发出提醒，请电话告知",
    MOVED: "期限因工作日安排变更",
    CONFIRMED: "暂定期限已确定",
    "tasks": "新增待办",
    "failed": "未能发出的通知",
}

# The groups of a department's digest, in the order in which they stand.
MOVED_GROUP, LAPSED_GROUP, TODAY_GROUP, SOON_GROUP = "期限变更", "期限已届满", "今日届满", "即将届满"
OTHERS_GROUP, CONFIRMED_GROUP = "供了解（期限由对方办理）", "期限已确定"
GROUPS = (MOVED_GROUP, LAPSED_GROUP, TODAY_GROUP, SOON_GROUP, OTHERS_GROUP, CONFIRMED_GROUP)

# What writing raises when the facts of a notice are not those that its template asks for.
UNWRITABLE = (TemplateError, LookupError, TypeError, ValueError, AttributeError)


def subject_and_paragraphs(template: str, context: Names) -> tuple[str, list[str]]:
    """The subject of a mail (the first line of its template) and its paragraphs."""
    subject, _, rest = environment().get_template(f"{template}.txt").render(context).strip().partition("\n")
    paragraphs = ["".join(line.strip() for line in part.splitlines()) for part in rest.split("\n\n")]
    return subject.strip(), [paragraph for paragraph in paragraphs if paragraph]


def groups_of(members: Iterable[Matter]) -> list[tuple[str, list[Matter]]]:
    """The lines of a digest under their headings: what is to be done first stands first."""
    placed: dict[str, list[Matter]] = {heading: [] for heading in GROUPS}
    for line in sorted(members, key=_order):
        placed[_group(line)].append(line)
    return [(heading, lines) for heading, lines in placed.items() if lines]


def _order(line: Matter) -> tuple[date, str]:
    return (line.facts.term.due_on if line.facts.term else date.max, line.facts.no)


def _group(line: Matter) -> str:
    if line.template in (MOVED, CONFIRMED):
        return MOVED_GROUP if line.template == MOVED else CONFIRMED_GROUP
    if isinstance(line.facts.term, TermFacts) and not line.facts.term.bound:
        return OTHERS_GROUP
    past, today = (line.reading.past, line.reading.due_now) if line.reading else (False, False)
    return LAPSED_GROUP if past else TODAY_GROUP if today else SOON_GROUP


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of the mails: HTML is escaped, and a fact that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(template_folder("mail")),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": in_words, "weekday": weekday}
    return made
