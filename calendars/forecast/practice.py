"""The practice of each era with the statutory days: how long the holidays ran, and on which weekends they were made up.

Which days are statutory is the law's (《全国年节及纪念日放假办法》 art. 2); how they are joined, swapped and made up
is practice, and every practice here is dated by the first notice, or the decree, that shows it.
"""

from typing import NamedTuple


class HolidayPractice(NamedTuple):
    """The practice of an era.

    spring:      days of 春节, from 正月初一; from 除夕 where that is statutory or, by swapping, if `from_eve`.
    labour:      days of 劳动节; 3 is a single statutory day, treated as the others are.
    labour_fits: a longer 劳动节 begins where it frees the fewest weekdays, else on 1 May.
    single:      for a single statutory day on Monday, …, Sunday: how many of its three days off stand before it;
                 None: that day alone.
    first_three: 元旦 is 1 to 3 January whatever the weekday.
    merges:      中秋节 up to so many days before 国庆节, or within it, makes one holiday of eight days; None: never.
    one_side:    a weekend that the holiday does not touch is worked whole, before it; else one day on either side.
    six_running: nobody works seven days running: of a whole weekend that the holiday touches the day next to it is
                 joined to it, not worked.
    """

    spring: int
    from_eve: bool
    labour: int
    labour_fits: bool
    single: tuple[int | None, ...]
    first_three: bool
    merges: int | None
    one_side: bool
    six_running: bool


# 国务院令第270号: three golden weeks of seven days
_1999 = HolidayPractice(
    spring=7,
    from_eve=False,
    labour=7,
    labour_fits=False,
    single=(0, 0, 0, 0, 0, 0, 0),
    first_three=True,
    merges=None,
    one_side=True,
    six_running=False,
)

# 国务院令第513号: 除夕 is statutory, 清明节, 端午节, 中秋节 are new, 劳动节 is one day; three days, joined to a weekend
_2008 = _1999._replace(labour=3, single=(2, 2, None, 0, 0, 0, 1), first_three=False)

# 国办发明电〔2008〕42号: 国庆节 and 中秋节 in one; 27 September and 10 October are worked for it
_2009 = _2008._replace(merges=0, one_side=False)

# 国办发明电〔2009〕27号: 端午节, a Wednesday, frees Monday and Tuesday; the weekend before is worked
_2010 = _2009._replace(single=(2, 2, 2, 0, 0, 0, 1))

# 国办发明电〔2011〕45号: 元旦 is 1 to 3 January again, from a Sunday; 中秋节 on 30 September opens 国庆节
_2012 = _2010._replace(first_three=True, merges=1)

# 国务院令第644号 and 国办发明电〔2013〕28号: 除夕 is no longer statutory; 元旦, a Wednesday, is that day alone
_2014 = _2012._replace(single=(2, 2, None, 0, 0, 0, 1), first_three=False)

# 国办发明电〔2014〕28号: 除夕 is off again, by swapping
_2015 = _2014._replace(from_eve=True)

# 国办发明电〔2019〕16号: 劳动节 of five days
_2020 = _2015._replace(labour=5)

# 国办发明电〔2021〕11号: 劳动节 begins on Saturday, 30 April
_2022 = _2020._replace(labour_fits=True)

# 国办发明电〔2022〕16号: 中秋节 on 29 September opens 国庆节
_2023 = _2022._replace(merges=2)

# 国办发明电〔2023〕7号: 春节 of eight days, the eve left to paid leave
_2024 = _2023._replace(spring=8, from_eve=False)

# 国务院令第795号 (除夕 and 2 May are statutory) and the standing principle of 国办发明电〔2024〕12号: 春节 8 days from
# 除夕, 国庆节 7 (8 with 中秋节), 劳动节 5, the others 3, on a Wednesday only that day: all of it as before
_2025 = _2024

# art. 7 as amended by 国务院令第795号: around a holiday at most six days' work running. 国办发明电〔2025〕7号 shows
# how: 春节, its eve a Monday, takes in the Sunday before; the Saturday before that is worked, and a Saturday after it
_2026 = _2025._replace(six_running=True)

PRACTICES = {
    1999: _1999,
    2008: _2008,
    2009: _2009,
    2010: _2010,
    2012: _2012,
    2014: _2014,
    2015: _2015,
    2020: _2020,
    2022: _2022,
    2023: _2023,
    2024: _2024,
    2025: _2025,
    2026: _2026,
}


def practice_of(year: int) -> HolidayPractice:
    """The practice by which the holidays of that year are laid; the last one goes on until a notice shows another."""
    return PRACTICES[max(since for since in PRACTICES if since <= year)]
