"""Backup of an installation as one archive, and its restoration into an empty home."""
