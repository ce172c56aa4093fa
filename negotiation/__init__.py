"""Requests for the sharing of public data, from application to decision."""

from importlib.metadata import version
from pathlib import Path

__version__ = version("negotiation")


def template_folder(kind: str) -> Path:
    """Folder of the templates that come with the product. ``kind``: ``letters``, ``mail``, ``report`` or ``web``.

    A wheel brings them inside the package; in a checkout they stand beside it, where an office's editor finds them.
    """
    package = Path(__file__).parent
    inside = package / "templates"
    return (inside if inside.is_dir() else package.parent / "templates") / kind
