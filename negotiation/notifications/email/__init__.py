"""Mails, written from the frozen facts of a notice."""
