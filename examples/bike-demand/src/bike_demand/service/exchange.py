"""A request with the answer that is known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Exchange(NamedTuple):
    """A request, the numbers that its answer should hold, and how to read them from it.

    `page` is where people see the same.
    """

    method: str
    path: str
    body: dict[str, Any] | None
    expected: list[float]
    read: Callable[[Any], list[float]]
    page: str = "/"
