"""The sentences about an import, for a person."""

from calendars.arrangement import HALF_DAY, STOPPAGE
from negotiation.core.labels import LAYER_TITLES
from negotiation.services.calendar import checks
from negotiation.services.calendar.checks import day_list
from negotiation.services.calendar.import_notice import Import


def in_sentences(found: Import) -> str:
    """The summary of an import, done or rehearsed, in a sentence or two."""
    counted, arranged = found.recount, found.arrangement
    if found.held_already:
        return f"{arranged.year}年的这一安排已经收录，没有差别，未写入任何内容。"
    held = sum(each.held for each in counted.moved)
    waits = f"（其中{held}项提前，确认后才告知）" if held else ""
    stopped, halves = (sum(each.what == what for each in found.days) for what in (STOPPAGE, HALF_DAY))
    apart = "".join(f"{what}{many}天，" for what, many in ((STOPPAGE, stopped), (HALF_DAY, halves)) if many)
    balance = checks.in_sentence(found.reckoning) if found.reckoning else _turned(found)
    return (
        f"{LAYER_TITLES[found.layer]}：{found.title}（{arranged.doc_no or '无文号'}）　"
        f"放假{len(arranged.off) - stopped}天，{apart}上班{len(arranged.work) - halves}天。{balance}。"
        f"期限变更{len(counted.moved)}项{waits}，由暂定改为确定{len(counted.confirmed)}项，"
        f"涉及已过日期、只请核实{len(counted.findings)}项。"
    )


def _turned(found: Import) -> str:
    """The days given and taken: 与原安排相比，多放假2天（…），多上班1天（…），净增放假1天."""
    parts = [
        f"{what}{len(days)}天（{day_list(days)}）"
        for what, days in (("多放假", found.freed), ("多上班", found.worked))
        if days
    ]
    if not parts:
        return "与原安排相比，没有改变工作日"
    net = f"净增{'放假' if found.net > 0 else '上班'}{abs(found.net)}天" if found.net else "两相平衡"
    return f"与原安排相比，{'，'.join(parts)}，{net}"
