"""The notices of holidays as their authors publish them: read into arrangements, and written out again."""

from calendars.notice.parser import parse_notice
from calendars.notice.render import render_notice

__all__ = ["parse_notice", "render_notice"]
