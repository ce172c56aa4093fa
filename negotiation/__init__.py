"""Requests for the sharing of public data, from application to decision."""

from importlib.metadata import version

__version__ = version("negotiation")
