"""A case that leaves the office: one archive to read and to check with nothing but Python, by whoever gets it."""

from negotiation.documents.export.archive import HandedOut, hand_out

__all__ = ["HandedOut", "hand_out"]
