"""Replaces the program of an unpacked bundle by that of another file, and goes back; run by the bundle's own Python.

It imports nothing of the program, as there are two of them. What decides which one runs is the file ``current``,
written last and in one move: an upgrade that is cut at any point leaves the old program running, and is begun again by
the same command.
"""
