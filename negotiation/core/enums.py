"""The words of the field: identifiers for code and data; what the screen calls them is in ``labels``.

The titles of a procedure's states and events are not here: they are in its rulebook.
"""

from enum import StrEnum


class DeadlineStatus(StrEnum):
    """The status of a running term on a day; a word on every screen, a colour only beside it."""

    NORMAL = "normal"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    REFERENCE = "reference"
    NONE = "none"


DUE_SOON_WORKING_DAYS = 3


class Level(StrEnum):
    """The level of a department, and what follows from it."""

    MUNICIPAL = "municipal"
    DISTRICT = "district"
    VERTICAL = "vertical"
    REFERENCE = "reference"
    CENTRAL = "central"

    @property
    def bound_by_terms(self) -> bool:
        """False for bodies that follow the rules by reference: never overdue (809号令第四十三条)."""
        return self is not Level.REFERENCE

    @property
    def gets_mail(self) -> bool:
        """True where automatic mail may go (office rule); other levels are written to or telephoned by a person."""
        return self in (Level.MUNICIPAL, Level.DISTRICT)

    @property
    def notice_cites_article(self) -> bool:
        """True for the districts, which are no subordinates of the office: a 通知 goes there by an article only."""
        return self is Level.DISTRICT


LEVELS_NOT_BOUND = tuple(level.value for level in Level if not level.bound_by_terms)  # as SQL asks for them


class Duty(StrEnum):
    """The part of a person in a department. Automatic mail goes to A, else to B, never to a head."""

    A = "A"
    B = "B"
    SECTION_HEAD = "section_head"
    DEPARTMENT_HEAD = "department_head"


class CalendarLayer(StrEnum):
    """Whose arrangement of working days; in this order, the later deciding."""

    NATIONAL = "national"
    MUNICIPAL = "municipal"
    ORGAN = "organ"


class NoticeState(StrEnum):
    """The state of a notice in the outbox.

    held → waiting, when a person has confirmed it; waiting → claimed → sent; waiting → digested (its digest carries
    it); waiting → obsolete (no longer true); waiting or claimed → failed (refused by the server, or nobody to send it
    to: a task is open); waiting or digested → missed (a reminder that did not leave before its day: a task is open).
    """

    HELD = "held"
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DIGESTED = "digested"
    OBSOLETE = "obsolete"
    FAILED = "failed"
    MISSED = "missed"


class NoticeKind(StrEnum):
    """ACT is sent at once; REMINDER joins the day's digest to one address; DIGEST is such a digest."""

    ACT = "act"
    REMINDER = "reminder"
    DIGEST = "digest"


class LetterKind(StrEnum):
    """The kind of an official letter (党政机关公文处理工作条例第八条); it decides whom it may address, and how."""

    LETTER = "letter"
    NOTICE = "notice"
    MINUTES = "minutes"
    REQUEST = "request"
    REPORT = "report"


# 上行文: they go to a superior, name their signer, and have one addressee.
UPWARD_KINDS = frozenset({LetterKind.REQUEST, LetterKind.REPORT})


class ItemAnswer(StrEnum):
    """The answer to one data item of an application."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    DECIDED_SHARE = "decided_share"
    DECIDED_NOT_SHARE = "decided_not_share"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"


class ItemStage(StrEnum):
    """The stage of a data item: to be answered, answered and not accepted yet, before those who decide, or settled."""

    OPEN = "open"
    CONTESTED = "contested"
    DISPUTED = "disputed"
    SETTLED = "settled"


class SharingClass(StrEnum):
    """The class of a resource in the catalogue (37号第十六条). Systems number them differently: known by label only."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NONE = "none"


WAYS_OF_SHARING = ("服务接口", "批量交换", "文件下载")


class ProposalState(StrEnum):
    """The state of an act that waits for the head: open → approved, returned (by the head) or withdrawn."""

    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Job(StrEnum):
    """A job of the worker, which runs again and again without a person."""

    CALENDAR = "calendar"
    SWEEP = "sweep"
    POST = "post"
    YEARLY = "yearly"
    SEAL = "seal"
    BACKUP = "backup"
    ERASE = "erase"
    INDEX = "index"
    UPKEEP = "upkeep"


class MeetingState(StrEnum):
    """The state of a meeting: planned → held or cancelled. Acts rest on a meeting that was held, on no other."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AccountRole(StrEnum):
    """The role of an account, not of a rulebook: applicant and provider follow from the department's part in a case.
    The first two belong to departments, the rest to the office; never both.
    """

    CLERK = "clerk"
    HEAD = "head"
    OFFICE_CLERK = "office_clerk"
    OFFICE_HEAD = "office_head"
    SECRETARY = "secretary"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


# 三员: who sets up, who confirms, who checks what both did. Never in one person, and none of them sees a case.
ADMINISTRATORS = frozenset(
    {AccountRole.ADMINISTRATOR, AccountRole.SECURITY_ADMINISTRATOR, AccountRole.AUDIT_ADMINISTRATOR}
)
DEPARTMENT_ROLES = frozenset({AccountRole.CLERK, AccountRole.HEAD})
OFFICE_ROLES = frozenset(AccountRole) - DEPARTMENT_ROLES
ACT_AS_OFFICE = frozenset({AccountRole.OFFICE_CLERK, AccountRole.OFFICE_HEAD})


class AdminKind(StrEnum):
    """The kinds of administration, as its log has them."""

    ACCOUNT = "account"
    ROLES = "roles"
    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"
    TOKEN = "token"
    SESSION = "session"
    SETTINGS = "settings"
    DEPARTMENT = "department"
    IMPORT = "import"


class Scope(StrEnum):
    """The rights of a program with a token, within what its account may do."""

    READ = "read"
    ACT = "act"
    REPORT = "report"


# What an event keeps besides its form's fields: who approved it and when, its files, how it contradicts the catalogue.
SIGNED_BY, SIGNED_ON, ATTACHED, CONTRADICTS = "signed_by", "signed_on", "attachments", "contradicts"
SIGNED_AS = "signed_as"  # how a signature came in that nobody gave here: on a paper, and who typed it
GOES_ON, COMES_FROM = "goes_on", "comes_from"  # in which case items go on that were handed over, from which they come
COUNTED = "counted"  # the office's count beside the numbers that a unit hands in

CLOCK = "clock"
# The events of the clock, which every procedure with terms has.
LAPSE, ANNUL, REMIND = "lapse", "annul_lapse", "remind"
END_UNCONFIRMED = "end_unconfirmed"  # nobody objected to what was supplied: the case ends
OFFICE = "office"  # the role that enters what no party enters
TRANSFER = "transfer"  # 职责划转: another department takes a part over
MERGE = "merge_parties"  # 双方合并: the department that asks and the one that is asked are one
QUIET = "quiet"  # the mark of a case whose automatic reminders the office has stopped
NOTE = "note"  # 办理记录: what any party puts on record without changing anything
# Working days are arranged outside every rulebook, so the event by which a new arrangement moves a date is too.
RECOUNT, RECOUNT_TITLE = "recount", "期限随工作日安排变更"
SUCCESSION, SUCCESSION_TITLE = "succession", "适用新规定"  # to the law that follows its own: in no rulebook either
# 划入: a case begins with data items that another case had (职责划转), under whatever rulebook that went by.
TAKE_OVER, TAKE_OVER_TITLE = "take_over", "接续办理（划入）"
# An entry can be corrected or struck in every procedure; no state allows or forbids it, so that no rulebook has them.
CORRECT_ENTRY, STRIKE_ENTRY = "correct_entry", "strike_entry"
EXPUNGE, EXPUNGE_TITLE = "expunge", "内容封存清除"  # texts and files are destroyed on an order; in no rulebook either
KEEP_ON, KEEP_ON_TITLE = "keep_on", "延长保管"  # the case is kept longer than its procedure says
KEEPING = frozenset({EXPUNGE, KEEP_ON})  # events of the record's keeping: a case does not follow from them
CLOCK_BY_HAND = "系统（手工指定时刻）"  # the actor of what the clock records at an instant that a person named
PARTY_ROLES = ("applicant", "provider")
OFFICE_ID = 0  # the office as recipient: it is not a department

# Banned in whatever leaves by itself (office rule): only people may say these words.
BANNED_WORDS = (
    "拖延", "拒不", "违反", "责令", "问责", "通报批评", "严肃处理", "黄牌", "红牌", "督办", "自动升级",
)  # fmt: skip
