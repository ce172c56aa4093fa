"""Every way into the application, as its own tables of routes name them."""

from collections.abc import Iterator
from typing import Any

from starlette.routing import Mount, Route


def routes(app: Any) -> set[tuple[str, str]]:
    """Method and path of every route, those of routers and of applications within it too; files are one path."""
    return set(_walked(app.routes, ""))


def _walked(found: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for route in found:
        if isinstance(route, Mount):
            inside = getattr(route.app, "routes", None)
            yield from _walked(inside, prefix + route.path) if inside else [("GET", f"{prefix}{route.path}/{{path}}")]
        elif isinstance(route, Route):
            yield from ((method, prefix + route.path) for method in sorted(route.methods or ()) if method != "HEAD")
        else:  # the routes of a router, as FastAPI includes them
            yield from _walked(route.original_router.routes, prefix)
