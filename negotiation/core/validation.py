"""Refusals of the library that reads values, in Chinese."""

from typing import Any

_WORDS = {
    "int_parsing": "应为整数", "int_type": "应为整数", "int_from_float": "应为整数", "int_parsing_size": "数字太大",
    "float_parsing": "应为数字", "bool_parsing": "应为“是”或“否”", "bool_type": "应为“是”或“否”",
    "greater_than_equal": "不得小于 {ge}", "greater_than": "须大于 {gt}",
    "less_than_equal": "不得大于 {le}", "less_than": "须小于 {lt}",
    "date_parsing": "应为日期", "date_from_datetime_parsing": "应为日期", "date_from_datetime_inexact": "应为日期",
    "time_parsing": "应为时间", "list_type": "应为列表", "string_type": "应为文字",
}  # fmt: skip


def why(fault: Any) -> str:
    """The reason of a refusal, from an entry of a ValidationError's ``errors()``; a validator's own sentence stays."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return _WORDS.get(fault["type"], "不能用").format(**fault.get("ctx", {}))
