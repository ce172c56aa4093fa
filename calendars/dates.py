"""Small things about dates that every file here needs."""

from datetime import date, datetime, timedelta

ONE_DAY = timedelta(days=1)


def require_date(day: object) -> None:
    """TypeError for anything but a date without a time."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise TypeError(f"日期须为不带时刻的日期，收到 {day!r}")


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def in_words(day: date) -> str:
    """2026年12月31日"""
    return f"{day.year}年{day.month}月{day.day}日"
