"""Arrangements of working days: checked, taken in, and looked after as new years are published."""
