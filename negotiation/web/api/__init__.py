"""``/api/v1``: cases, calendar and report for programs, by token."""

API = "/api/v1"  # the address below which it is served
