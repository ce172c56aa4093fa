"""``/api/v1``: cases, calendar and report for programs, by token."""
