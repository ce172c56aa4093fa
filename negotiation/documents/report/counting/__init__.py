"""From facts to counts: every rule of counting, each once, and pure.

Each function emits what a fact adds to which count, on whose account and in which month. Adding up the counts and
naming the cases behind a count are the same walk with another ``Emit``, so that neither can give more or less than the
other.
"""
