"""The rest of 2027 for tests of its 元旦: its statutory days, one on a weekend as the weekday that makes up for it.

A national year is taken in only whole. By hand: 除夕 is Friday 5 February, 清明 Monday 5 April, 端午 Wednesday 9 June,
中秋 Wednesday 15 September; 6 and 7 February, 1 and 2 May, 2 and 3 October are weekends.
"""

from datetime import date

_WEEKDAYS_OFF = {
    "春节": ((2, 5), (2, 8), (2, 9), (2, 10)),
    "清明节": ((4, 5),),
    "劳动节": ((5, 3), (5, 4)),
    "端午节": ((6, 9),),
    "中秋节": ((9, 15),),
    "国庆节": ((10, 1), (10, 4), (10, 5)),
}
REST = {date(2027, month, day): name for name, days in _WEEKDAYS_OFF.items() for month, day in days}
REST_TYPED = "".join(f"放假：{day} {name}\n" for day, name in REST.items())
