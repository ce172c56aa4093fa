"""Requests for the sharing of public data, from application to decision."""

from pathlib import Path


def template_folder(kind: str) -> Path:
    """Folder of the templates that come with the product: ``export``, ``letters``, ``mail``, ``report`` or ``web``.

    A wheel brings them inside the package; in a checkout they stand beside it, where an office's editor finds them.
    """
    package = Path(__file__).parent
    inside = package / "templates"
    return (inside if inside.is_dir() else package.parent / "templates") / kind


def __getattr__(name: str) -> str:
    """``__version__``, read from the package's metadata when asked for: every command would wait 50 ms for it."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version  # noqa: PLC0415 - see above

    return version("negotiation")
