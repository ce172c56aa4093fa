"""The desk in a browser: pages rendered on the server, acts as forms, an interface for other systems."""

from negotiation.web.app import create_app

__all__ = ["create_app"]
