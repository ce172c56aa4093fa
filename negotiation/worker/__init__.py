"""The schedule of what is done without a person, and the process that does it."""
