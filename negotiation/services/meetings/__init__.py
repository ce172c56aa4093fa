"""Meetings of coordination and deliberation (第十七条): planned from the agenda, held, what was agreed for each case.

A meeting changes no case: its outcome is recorded by an act on each, through ``services.cases``, with its number. And
it sends no mail: the official notice of a meeting is a letter that leaves after approval.
"""
