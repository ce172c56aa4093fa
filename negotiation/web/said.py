"""What was just done, said on the page to which an act leads.

A form that was taken in leads on by 303 to an address that bears a word (``?said=``); the page says the sentence of
that word. Loading it again does nothing again, and no address can put words of its own on a page.
"""

SAID = "said"
ENTERED = "entered"  # an act in a case: its page says which one, and what follows

SENTENCES = {
    "proposed": "已送签：负责人签批后生效，现在案件没有变化。",
    "approved": "已签批，现已生效。",
    "returned": "已退回经办人，案件没有变化；退回意见在其工作台和案件页。",
    "withdrawn": "已撤回，没有提交；案件没有变化。",
    ENTERED: "已登记。",
    "draft": "已保存为草稿，尚未提出；期限自提出、收到后起算。",
    "kept": "已登记继续保存，案件到新的期限再审。",
    "handlers": "经办人已更改，今后的提醒发给现在的经办人。",
    "account": "账户已更改，本人下次登录或打开页面时看到。",
    "noted": "已知悉。",
    "revoked": "令牌已撤销，以它连接的程序不能再使用。",
    "ended": "其他浏览器上的登录已全部退出。",
    "department": "部门已更改，即日生效；已发出的通知不变。",
    "added": "部门已登记，可以办理案件了；请接着登记经办人。",
    "reorganized": "机构调整已登记，有关案件已转到承接部门。",
    "planned": "会议已安排，尚未召开；参会单位已列入通知。",
    "meeting": "会议已更改。",
    "published": "本年度统计已发布，发布的数字留存备查。",
    "second-factor": "双因素认证的设置已更改，下次登录时生效。",
    "taken-back": "这次导入已撤回，所登记的案件不再计入。",
    "accounts": "已建立账户，待安全管理员或办公室负责人确认；确认时由其打印账户条。",
    "granted": "授权已处理。",
    "released": "暂缓的通知已放行，在下一次发送时发出。",
    "resent": "通知已重新排队，在下一次发送时发出。",
    "closed": "待办已办结，办理情况已记入案件；误办的，今日内可在本页恢复。",
    "reopened": "待办已恢复。",
    "clock": "日期已确认，期限和通知继续办理。",
}


def sentence_of(word: str) -> str:
    """The sentence of a word in an address, "" for none."""
    return SENTENCES.get(word, "")
