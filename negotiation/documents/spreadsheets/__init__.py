"""Workbooks as offices have them: read, copied, written."""
