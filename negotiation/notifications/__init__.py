"""Notices that wait, turned into messages that leave; one file for each channel."""
