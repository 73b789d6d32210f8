"""A part of the report: the function that makes it, and the results that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from ..project import Settings
from ..results import Results

Made = TypeVar("Made")


class Part(NamedTuple, Generic[Made]):
    """A block of text or a figure; `needs` are keys of results.json such as `test.score`."""

    make: Callable[[Results, Settings], Made]
    needs: tuple[str, ...] = ()

    def measured(self, results: Results) -> bool:
        """Return whether every result that this part needs is there and not empty."""
        return all(found not in (None, [], {}) for found in self.shown(results).values())

    def shown(self, results: Results) -> dict[str, Any]:
        """Return the results that this part needs; what was not measured is None."""
        return {key: look_up(results, key) for key in self.needs}


def look_up(results: Results, key: str) -> Any:
    """Return the value at a key with dots, or None."""
    value: Any = results
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
