"""Arrangements that somebody brings: a calendar file, a typed form, a notice."""
