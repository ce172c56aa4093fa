"""The people of the demonstration: thirty departments, who works there, what is asked of whom. All of it is made up."""

from typing import NamedTuple

from negotiation.core.enums import AccountRole
from negotiation.core.settings import Settings

MAIL_DOMAIN = "demo.gov.cn"
PASSWORD = "sharing-37-2017-809"
CIVIL, POLICE = "市民政局", "市公安局"
OFFICE_NAME = "市信息化工作领导小组办公室"
RULEBOOKS = str(Settings.model_fields["rulebook"].default)  # whatever the office around the demonstration goes by
CLERK, HEAD = "周颖", "韩立新"  # of the office
ROOM, CHAIR = "市政府第三会议室", "王副市长"
SILENT = "sjj"  # a department without an address: its notices become tasks
REFUSED = f"a@tyjrj.{MAIL_DOMAIN}"  # an address that the mail server does not know

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
# One letter that asks three departments, and who is only asked to help.
ASKED_TOGETHER = (POLICE, "市人力资源和社会保障局", "市住房和城乡建设委员会")
HELPS = "市残疾人联合会"


class DemoAccount(NamedTuple):
    """An account of the demonstration: of a department, whose directory has its name, or by name of the office."""

    login: str
    role: AccountRole
    department: str = ""
    name: str = ""


ACCOUNTS = (
    DemoAccount("applicant", AccountRole.CLERK, CIVIL),
    DemoAccount("applicant-head", AccountRole.HEAD, CIVIL),
    DemoAccount("provider", AccountRole.CLERK, POLICE),
    DemoAccount("provider-head", AccountRole.HEAD, POLICE),
    DemoAccount("office", AccountRole.OFFICE_CLERK, name=CLERK),
    DemoAccount("office-two", AccountRole.OFFICE_CLERK, name="吴桐"),
    DemoAccount("office-head", AccountRole.OFFICE_HEAD, name=HEAD),
    DemoAccount("secretary", AccountRole.SECRETARY, name="孙文"),
    DemoAccount("auditor", AccountRole.AUDITOR, name="何正"),
    DemoAccount("admin", AccountRole.ADMINISTRATOR, name="林越"),
    DemoAccount("security", AccountRole.SECURITY_ADMINISTRATOR, name="郑安"),
    DemoAccount("audit-admin", AccountRole.AUDIT_ADMINISTRATOR, name="梁明"),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = ("伟", "芳", "敏", "静", "磊", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂英")


def person(n: int) -> str:
    """The name of the n-th person of the city."""
    return _SURNAMES[n * 3 % len(_SURNAMES)] + _GIVEN[n % len(_GIVEN)]


def application(n: int) -> dict[str, str]:
    """The form of the n-th application."""
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
        "scope": "仅限本部门办理上述事项",
        "mode": ("服务接口", "批量交换", "文件下载")[n % 3],
        "period": "长期",
        "items": "姓名、证件号码、状态",
    }
