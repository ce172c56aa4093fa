"""Basics for every package: the clock, settings, errors, enums and their words on screen, texts from outside."""
