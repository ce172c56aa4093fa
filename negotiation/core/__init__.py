"""What every package may use: the clock, settings, errors, enums with their words on screen, texts from outside."""
