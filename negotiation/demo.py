"""A city to look at: thirty departments, eighty cases around today, lived through day by day by the real engine.

Every act goes through the one door on its own day, every day has its sweep and its post; nothing is painted.
"""

import email
import email.policy
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from negotiation import bulletins, casework, desk, post, show, sweep
from negotiation.casework import Practice
from negotiation.clock import at_local, local_date, now
from negotiation.settings import Settings
from negotiation.store import cases, directory
from negotiation.store.database import Database
from negotiation.store.directory import Person
from negotiation.vocabulary import Duty

DAYS_OF_HISTORY = 90
MAIL_DOMAIN = "demo.gov.cn"
ACTOR = "演示"

# 部门 and the name of its mailbox; levels are guessed from the names.
DEPARTMENTS = (
    ("市发展和改革委员会", "fgw"), ("市教育委员会", "jw"), ("市科学技术委员会", "kw"), ("市经济和信息化局", "jxj"),
    ("市公安局", "gaj"), ("市民政局", "mzj"), ("市司法局", "sfj"), ("市财政局", "czj"),
    ("市人力资源和社会保障局", "rsj"), ("市规划和自然资源委员会", "ghzrzyw"), ("市生态环境局", "sthjj"),
    ("市住房和城乡建设委员会", "zjw"), ("市城市管理委员会", "csglw"), ("市交通委员会", "jtw"), ("市水务局", "swj"),
    ("市农业农村局", "nyncj"), ("市商务局", "sw"), ("市文化和旅游局", "whlyj"), ("市卫生健康委员会", "wjw"),
    ("市退役军人事务局", "tyjrj"), ("市应急管理局", "yjglj"), ("市审计局", "sjj"), ("市市场监督管理局", "scjgj"),
    ("市医疗保障局", "ybj"), ("市统计局", "tjj"), ("市残疾人联合会", "cl"), ("市税务局", "shuiwu"),
    ("市气象局", "qxj"), ("市政务服务和数据管理局", "zfj"), ("朝阳区人民政府", "chaoyang"),
    ("海淀区人民政府", "haidian"), ("通州区人民政府", "tongzhou"),
)  # fmt: skip

# What is asked of whom.
RESOURCES = (
    ("常住人口基本信息", "市公安局"), ("居住证登记信息", "市公安局"), ("婚姻登记信息", "市民政局"),
    ("低保对象信息", "市民政局"), ("社会组织登记信息", "市民政局"), ("社会保险参保信息", "市人力资源和社会保障局"),
    ("职业资格证书信息", "市人力资源和社会保障局"), ("不动产登记信息", "市规划和自然资源委员会"),
    ("公租房配租家庭信息", "市住房和城乡建设委员会"), ("企业登记基本信息", "市市场监督管理局"),
    ("特种设备使用登记信息", "市市场监督管理局"), ("道路运输经营许可信息", "市交通委员会"),
    ("医疗机构执业登记信息", "市卫生健康委员会"), ("出生医学证明信息", "市卫生健康委员会"),
    ("残疾人证信息", "市残疾人联合会"), ("医保参保缴费信息", "市医疗保障局"), ("学籍信息", "市教育委员会"),
    ("安全生产许可信息", "市应急管理局"), ("优抚对象信息", "市退役军人事务局"), ("欠税公告信息", "市税务局"),
    ("灾害性天气预警信息", "市气象局"), ("空气质量监测信息", "市生态环境局"), ("取水许可信息", "市水务局"),
)  # fmt: skip
APPLICANTS = (
    "市民政局", "市财政局", "市审计局", "市统计局", "市城市管理委员会", "市农业农村局", "市商务局", "市科学技术委员会",
    "市发展和改革委员会", "朝阳区人民政府", "海淀区人民政府", "通州区人民政府", "市经济和信息化局", "市司法局",
)  # fmt: skip
SCENARIOS_OF_USE = (
    ("办理低保资格核对", "《社会救助暂行办法》第五十八条"),
    ("企业开办联审", "《优化营商环境条例》第三十七条"),
    ("入学资格审核", "《居住证暂行条例》第十六条"),
    ("行政执法检查对象核验", "《安全生产法》第十二条"),
)


@dataclass(frozen=True)
class Move:
    """One act of a course: so many working days after the one before; entered ``late`` working days afterwards."""

    after: int
    event: str
    role: str
    fields: dict[str, Any]
    late: int = 0


def _move(after: int, event: str, role: str, late: int = 0, **fields: Any) -> Move:
    return Move(after, event, role, fields, late)


REASON = "涉及个人敏感信息，依据《个人信息保护法》第三十四条"
COURSES: tuple[tuple[Move, ...], ...] = (
    (_move(4, "agree", "provider"), _move(9, "supply", "provider")),
    (_move(7, "agree", "provider"), _move(15, "supply", "provider")),
    (_move(10, "agree", "provider"),),
    (_move(13, "agree", "provider"), _move(6, "supply", "provider")),
    (),
    (_move(9, "agree", "provider", late=4), _move(8, "supply", "provider")),
    (
        _move(6, "agree_partly", "provider", reason="仅提供核验结果，不提供原始数据项", agreed_items="姓名"),
        _move(4, "accept", "applicant"),
        _move(12, "supply", "provider"),
    ),
    (_move(5, "refuse", "provider", reason=REASON), _move(3, "accept", "applicant")),
    (
        _move(6, "refuse", "provider", reason=REASON),
        _move(2, "refer", "applicant"),
        _move(1, "accept_referral", "office"),
        _move(9, "settle", "office"),
    ),
    (
        _move(12, "refer", "applicant"),
        _move(2, "accept_referral", "office"),
        _move(11, "fail", "office"),
        _move(3, "report_up", "office"),
        _move(15, "decide", "office", decision="应予共享"),
    ),
    (_move(11, "refer", "office"),),
    (_move(13, "refer", "applicant"), _move(2, "accept_referral", "office")),
    (
        _move(3, "ask_supplement", "provider", materials="请补充数据安全保障方案"),
        _move(4, "supplement", "applicant", text="已补充数据安全保障方案"),
        _move(5, "agree", "provider"),
    ),
    (
        _move(3, "disclaim", "provider", reason="该数据由其他部门采集"),
        _move(2, "assign", "office", provider="市政务服务和数据管理局"),
    ),
    (
        _move(5, "refuse", "provider", reason=REASON),
        _move(2, "refer", "applicant"),
        _move(1, "accept_referral", "office"),
        _move(6, "fail", "office"),
        _move(2, "report_up", "office"),
    ),
    (_move(2, "withdraw", "applicant", reason="已从其他渠道取得"),),
)
CASES = 80


def run(settings: Settings) -> None:
    """Builds the city in its own home, lives through its days up to now, and shows the desk and one of the mails."""
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    settings = settings.model_copy(
        update={"home": home, "database_url": "", "smtp_url": "", "office_mail": f"office@{MAIL_DOMAIN}",
                "office_phone": "010-55550000", "mail_from": f"noreply@{MAIL_DOMAIN}"}
    )  # fmt: skip
    database = Database(settings.url)
    database.prepare()
    practice = _settle(database, settings)
    today = local_date(sweep.office_moment(practice, now()))
    _live(database, practice, today)
    _show(database, practice, today)


def _settle(database: Database, settings: Settings) -> Practice:
    with database.writing() as transaction:
        for name, mailbox in DEPARTMENTS:
            unit = directory.add_department(transaction, name)
            if mailbox != "sjj":  # one department without an address: its notices become a task
                for duty, who in ((Duty.A, "a"), (Duty.B, "b")):
                    person = Person(duty, f"经办人{who.upper()}", f"{who}@{mailbox}.{MAIL_DOMAIN}", "010-55550001")
                    directory.set_person(transaction, unit.id, person)
        return Practice.of(transaction, settings)


def _live(database: Database, practice: Practice, today: date) -> None:
    """Every day from the first application to today: what is entered, then the sweep, then the post."""
    first = today - timedelta(days=DAYS_OF_HISTORY)
    diary = _diary(practice, first, today)
    numbers: dict[int, str] = {}
    with show.progress("演示城市的九十天", DAYS_OF_HISTORY + 1) as advance:
        for offset in range(DAYS_OF_HISTORY + 1):
            day = first + timedelta(days=offset)
            for entry in diary.get(day, []):
                _enter(database, practice, numbers, entry, day)
            if practice.calendar.is_working_estimated(day):
                at = at_local(day, time(10))
                sweep.run(database, practice, at)
                with database.writing() as transaction:
                    bulletins.office_digest(transaction, practice, at)
                post.run(database, practice, at)
            advance()


@dataclass(frozen=True)
class Entry:
    """What is entered on a day: which case, which act, when it happened."""

    case: int
    move: Move
    on: date


def _diary(practice: Practice, first: date, today: date) -> dict[date, list[Entry]]:
    diary: dict[date, list[Entry]] = {}
    for n in range(CASES):
        for entered, entry in _course(practice, n, first):
            if entered <= today:
                diary.setdefault(entered, []).append(entry)
    return diary


def _course(practice: Practice, n: int, first: date) -> Iterator[tuple[date, Entry]]:
    """The days of one case: handed in on a working day of its own, then each act after the one before."""
    calendar = practice.calendar
    on = calendar.estimate(first + timedelta(days=n * (DAYS_OF_HISTORY - 1) // CASES), 1).day
    yield on, Entry(n, _move(0, "submit", "applicant"), on)
    for move in COURSES[(n * 7 + n // len(COURSES)) % len(COURSES)]:
        on = calendar.estimate(on, move.after).day
        yield (calendar.estimate(on, move.late).day if move.late else on), Entry(n, move, on)


def _enter(database: Database, practice: Practice, numbers: dict[int, str], entry: Entry, day: date) -> None:
    at = at_local(day, time(9, 30))
    with database.writing() as transaction:
        if entry.case not in numbers:
            file = casework.open_case(transaction, practice, _procedure(practice), _application(entry.case), at=at)
            cases.save(transaction, file.change())
            numbers[entry.case] = file.row["no"]
        casework.act(
            transaction,
            practice,
            numbers[entry.case],
            entry.move.event,
            role=entry.move.role,
            actor=ACTOR,
            on=entry.on,
            at=at,
            raw=entry.move.fields,
        )


def _procedure(practice: Practice) -> str:
    return practice.rulebook.main_procedure


def _application(n: int) -> dict[str, Any]:
    resource, provider = RESOURCES[n % len(RESOURCES)]
    applicant = APPLICANTS[n % len(APPLICANTS)]
    if applicant == provider:
        applicant = APPLICANTS[(n + 1) % len(APPLICANTS)]
    scenario, basis = SCENARIOS_OF_USE[n % len(SCENARIOS_OF_USE)]
    return {
        "applicant": applicant,
        "provider": provider,
        "resource": resource,
        "class": "有条件共享",
        "use_basis": basis,
        "scenario": scenario,
        "mode": ("服务接口", "批量交换", "文件下载")[n % 3],
        "period": "长期",
        "items": "姓名、证件号码、状态",
    }


def _show(database: Database, practice: Practice, today: date) -> None:
    screen = show.console()
    desk.tell(desk.desk(database, practice, today), today)
    mails = sorted(practice.settings.mail_folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    screen.print(
        f"邮件共 {len(mails)} 封，存于 {practice.settings.mail_folder}（未设置邮件服务器时不外发）。其中一封："
    )
    shown = _one_reminder(mails)
    if shown is not None:
        screen.print(Panel(Text(shown), width=100))
    home = practice.settings.home
    screen.print(
        f"接着看：NEGOTIATION_HOME={home} {sys.argv[0]} cases，或 case show {_latest_number(database, practice, today)}"
    )


def _one_reminder(mails: list[Path]) -> str | None:
    """The last mail that reminds of one term: it shows the ruler of days."""
    for path in reversed(mails):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if "届满" in message["Subject"]:
            body = message.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            return f"收件人：{message['To']}\n主题：{message['Subject']}\n\n{text}"
    return None


def _latest_number(database: Database, practice: Practice, today: date) -> str:
    lines = [line for section in desk.desk(database, practice, today)["sections"].values() for line in section]
    return lines[0]["no"] if lines else ""
