"""The commands by name: where each is defined and the first sentence of its help.

The table is all that ``--help`` needs; the module of a command is imported when the command is asked for.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from typer.main import get_group

from negotiation.cli.parameters import Group, speak_chinese


class Place(NamedTuple):
    """The module of this package whose ``app`` has the command, and the command's help."""

    module: str
    help: str


class Section(NamedTuple):
    """Commands under one name, and the help of the group."""

    help: str
    commands: Mapping[str, Place]


COMMANDS: Mapping[str, Place | Section] = {
    "cases": Place("cases", "列出案件（含办结的）。"),
    "search": Place("search", "查找：编号、案由、部门、经办人、资源、文号，登记、会议纪要和附件中的文字（含办结的）。"),
    "tasks": Place("cases", "待办：系统请人核实的事项。"),
    "desk": Place("cases", "办公室的一天：逾期、临期、由办公室办理或代为登记的案件、待办。"),
    "sweep": Place("operations", "让到期的期限和该发的提醒各自生效。"),
    "post": Place("operations", "发出待发的通知（工作日办公时间内）。"),
    "worker": Place("operations", "持续运行：按时检查期限、发送通知，直到收到停止信号。"),
    "report": Place(
        "report",
        "年度数据：结转、新收、办结、答复、协调、审议，总体与分部门、层级、事项、月份；与已发布的数字逐格比对。",
    ),
    "report-data": Place("report", "填报案件之外的年度数据：目录数、汇聚率、接口调用量、开放数据集。"),
    "migrate": Place("maintenance", "把数据库和日历更新到本程序的版本；更新之前先备份。"),
    "yearly": Place(
        "maintenance", "开立本年度应当开立的事项（年度总结、开放计划）：每个单位每年一次，已开立的不再开立。"
    ),
    "doctor": Place("maintenance", "检查安装：数据库、规则、日历、邮件、部门，并说明该怎么办。"),
    "retention": Place("retention", "到期待审：保管期限届满、待审查的已办结案件；系统不自行销毁。"),
    "backup": Place("backups", "备份：数据库和安装位置中的文件，合为一个文件；办公照常进行，密码不在其中。"),
    "restore": Place("backups", "恢复备份：只恢复到空的安装位置和空的数据库；先核对全部摘要，有一处不符即不写入。"),
    "backup-key": Place("backups", "生成加密备份的一对密钥：私钥写入文件，另处保管；公钥写入设置。"),
    "demo": Place("demonstration", "演示：一座城市三个月的案件，网页、检查期限和发送通知都在本机运行，直到按 Ctrl-C。"),
    "serve": Place("serve", "在浏览器中办公：启动网页服务和后台服务（检查期限、发送通知），直到收到停止信号。"),
    "calendar": Section("工作日：计算、收录通知、导出到期日历。", {
        "due": Place("calendar.days", "第 N 个工作日是哪一天，逐日列出依据。"),
        "count": Place("calendar.days", "两个日期之间有几个工作日（不含前一日，含后一日）。"),
        "import": Place("calendar.notices", "收录一份工作日安排；受影响的期限随之变更，逐案登记，并告知有关部门。"),
        "revoke": Place(
            "calendar.notices",
            "撤销一份已收录的工作日安排；原记录保留，受影响的期限随之变更，逐案登记，并告知有关部门。",
        ),
        "tell": Place("calendar.notices", "确认提前的期限，并告知双方。"),
        "list": Place("calendar.notices", "日历的来历：已收录和已撤销的安排，及每次变更所涉的期限。"),
        "feed": Place("calendar.feed", "把在办期限导出为日历文件（.ics），可导入各种日历软件。"),
    }),
    "ledger": Section("台账导入与导出。", {
        "import": Place("ledger", "导入台账：每行成为一个案件，历史逐步登记；有误的行逐行说明，不写入。"),
        "batches": Place("ledger", "列出各次台账导入：文件、时间、件数，是否已撤回。"),
        "take-back": Place(
            "ledger", "整批撤回一次台账导入：其登记全部撤销，编号保留；已有人办理其中案件的，不能整批撤回。"
        ),
        "export": Place("ledger", "按原样式导出台账。"),
    }),
    "case": Section("案件登记与办理。", {
        "show": Place("case", "一个案件的全部：期限、数据项、办理过程、待办、通知。"),
        "open": Place(
            "case",
            "登记一个新案件（草稿）；至少给出 applicant 和 provider，没有登记过的部门随即登记，疑似重复的随即指出。"
        ),
        "act": Place("case", "办理：登记一个事件。"),
        "correct": Place("case_corrections", "更正登记：改正一项登记的日期或栏目，期限随之重算；可先预览。"),
        "export": Place(
            "case_export",
            "导出一个案件的案卷（.zip）：登记、逐日依据、通知、附件、规则和日历，附核验程序，可离线阅读和核验。",
        ),
        "expunge": Place(
            "case_expunge",
            "封存清除：依书面决定销毁案件的文字和附件，须一人登记、另一人（办公室负责人）复核；不写 --by 只预览。",
        ),
        "keep": Place("retention", "延长保管：保管期限届满的案件经审查继续保管至某日，写明理由。"),
        "strike": Place("case_corrections", "撤销登记：误登的一项或几项不再算数，期限随之重算；可先预览。"),
    }),
    "matter": Section("来文事项：一件来文申请几项资源或几个部门。", {
        "open": Place(
            "matters",
            "登记一件来文：一次登记，每项资源、每个部门各立一案（…-1、…-2），各计期限；疑似重复的先指出，不登记。"
        ),
        "show": Place("matters", "一件来文的各案：资源、提供部门、状态、期限。"),
    }),
    "resources": Section("资源目录的导入、查看与导出。", {
        "import": Place("resources", "导入资源目录：共享类型按名称识别；有误的行逐行说明，不写入。"),
        "list": Place("resources", "列出目录中的资源（含停用的）。"),
        "show": Place("resources", "一个资源的全部元数据，和有关的案件。"),
        "export": Place("resources", "导出资源目录（含停用的）；导出的文件可再导入。"),
    }),
    "letter": Section("公文起草：函、通知、纪要、请示、报告的草稿。", {
        "list": Place("letters", "现在可以起草的公文；编号可以是案件的，也可以是会议的。"),
        "write": Place("letters", "起草一份公文（.docx 草稿）：编号可以是案件的，也可以是会议的；不登记、不发送。"),
        "check": Place("letters", "检查公文模板：变量是否都有，标记是否完整。"),
    }),
    "meeting": Section("会议：协调会议、审议会议及其议定事项。", {
        "plan": Place("meetings", "安排一次会议，列入案件；不发任何通知，会议通知另行签发。"),
        "list": Place("meetings", "会议，近期的在前。"),
        "show": Place("meetings", "一次会议：时间、地点、参加人员、每一案件的议定事项。"),
        "hold": Place("meetings", "登记会议已召开；再次登记即更正出席、请假、列席人员和纪要文号。"),
        "agree": Place("meetings", "登记一个案件的议定事项；依据它的办理用 case act … --field meeting=编号 登记。"),
        "postpone": Place("meetings", "改期：编号和议题不变，告知各案件的双方；改期函另行签发。"),
        "take-off": Place("meetings", "把一个案件从会议的议题中撤下；记录保留。"),
        "cancel": Place("meetings", "取消一次尚未召开的会议，告知各案件的双方。"),
    }),
    "rulebook": Section("规则：查看、检查、复制、编写。", {
        "list": Place("rulebooks", "已安装的规则；有问题的另列，不影响其余。"),
        "check": Place("rulebooks", "检查一个规则文件夹，一次列出全部问题。"),
        "show": Place("rulebooks", "规则的全部：状态、期限、每一行转换及其依据；或与另一套规则的不同。"),
        "coverage": Place(
            "coverage",
            "逐条对照：法规的每项义务由规则的哪一行承担，或者为什么不在系统之内；规则的每一行以哪一条为依据。",
        ),
        "copy": Place("rulebook_writing", "复制一套规则，供本地修改。"),
        "new": Place("rulebook_writing", "写出一套能运行的最小规则：申请、答复、期限；在此基础上改成本地的规则。"),
        "keys": Place("rulebook_writing", "规则文件的每一个键：类型、可用的值、含义。"),
        "diagram": Place("rulebooks", "一个事项的状态图（Mermaid）。"),
        "succeed": Place("succession", "在办案件转入新规则：施行之日由系统自动办理，遗漏的今日补办。"),
    }),
    "audit": Section("核验办理记录。", {
        "verify": Place(
            "audit",
            "核验全部记录：事件链、附件、规则文本、日历、通知、报告，和每日封印；改动、删去、插入、调换都会指出。",
        ),
        "log": Place(
            "audit",
            "管理日志：账户、角色、密码、令牌、设置、部门、导入，谁在何时办了什么，变更前后各是什么。",
        ),
        "seal": Place(
            "audit", "封印：把全部案件的链头和各登记簿签名留存，一日一次由系统自动办理；封印文件应另行保存在别处。"
        ),
    }),
    "department": Section("部门与经办人。", {
        "list": Place("departments", "部门、层级和经办人，按既定次序。"),
        "rename": Place("departments", "部门更名：案件不变，旧名称仍可查到。"),
        "merge": Place("departments", "部门并入另一部门：在办案件逐件办理职责划转，划不过去的列入待办。"),
        "set": Place("departments", "登记或更改一个部门：层级、次序、经办人、停发提醒；没有的部门随即建立。"),
    }),
    "account": Section("账户：谁可以登录，是什么角色。", {
        "list": Place("accounts", "全部账户：先办公室，再按部门的既定次序。"),
        "add": Place("accounts", "建立账户，给出临时密码；本人首次登录时须更改。"),
        "set": Place("accounts", "更改账户：角色（写出全部角色）、姓名、启用或停用；没写的不变。"),
        "password": Place("accounts", "重置为临时密码：解除锁定，结束已有的登录；本人下次登录时须更改。"),
        "totp-reset": Place("accounts", "重置双因素认证（手机和恢复码都已丢失）：结束已有的登录，下次只凭密码登录。"),
        "token": Place("accounts", "为程序签发访问令牌：以该账户的身份，在所列范围内。"),
        "revoke": Place("accounts", "撤销一个访问令牌，随即失效。"),
    }),
}  # fmt: skip


class Commands(Mapping[str, Any]):
    """The commands of a table; each is made when it is read."""

    def __init__(self, table: Mapping[str, Place | Section]) -> None:
        self.table = table
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The command or the group of that name. Raises KeyError."""
        if name not in self._made:
            self._made[name] = _made(name, self.table[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.table

    def __iter__(self) -> Iterator[str]:
        return iter(self.table)

    def __len__(self) -> int:
        return len(self.table)


class TableGroup(Group):
    """Commands under one name that are imported one by one."""

    commands: Any

    def __init__(self, table: Mapping[str, Place | Section], **settings: Any) -> None:
        super().__init__(**settings | {"commands": Commands(table)})

    def helps(self) -> dict[str, str]:
        """The first sentences of the helps, from the table: nothing is imported for them."""
        return {name: place.help for name, place in self.commands.table.items()}


class Root(TableGroup):
    """All commands of the program."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(COMMANDS, **settings)


def _made(name: str, entry: Place | Section) -> Any:
    if isinstance(entry, Section):
        return TableGroup(entry.commands, name=name, help=entry.help, no_args_is_help=True)
    app = import_module(f"negotiation.cli.{entry.module}").app
    speak_chinese(app)
    return get_group(app).commands[name]
