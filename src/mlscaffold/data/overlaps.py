"""Rows that one of several stacked files repeats from another: exports that overlap in time."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

Row = Sequence[str]
LEAST = 5  # rows in the same order that are no chance
MOST = 300_000  # rows of all files together that are looked up


class Seen:
    """The rows of the files so far, and what was left out of them."""

    def __init__(self) -> None:
        self.files: list[tuple[str, array[int]]] = []
        self.places: dict[int, tuple[int, int]] = {}  # the last row of each kind: file and row
        self.said: list[str] = []

    def without_overlap(self, name: str, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows of a file, but those that one end of it shares with an earlier one."""
        mine: array[int] = array("q")
        run: list[Row] = []  # in the order of an earlier file, up to its row `last`
        first = last = (0, 0)
        for row in rows:
            key = hash(tuple(row))
            mine.append(key)
            if run and self.follows(last, key):
                run.append(row)
                last = (last[0], last[1] + 1)
                continue
            yield from self.settle(name, run, first, last, starts=len(mine) - 1 == len(run))
            run = []
            if key in self.places:
                run, first = [row], self.places[key]
                last = first
            else:
                yield row
        starts = len(mine) == len(run)
        yield from self.settle(name, run, first, last, starts=starts, ends=True)
        for place, key in enumerate(mine[: max(MOST - len(self.places), 0)]):
            self.places[key] = (len(self.files), place)
        self.files.append((name, mine))

    def follows(self, last: tuple[int, int], key: int) -> bool:
        """Return whether a row comes next in an earlier file."""
        _, rows = self.files[last[0]]
        return last[1] + 1 < len(rows) and rows[last[1] + 1] == key

    def settle(
        self,
        name: str,
        run: list[Row],
        first: tuple[int, int],
        last: tuple[int, int],
        *,
        starts: bool,
        ends: bool = False,
    ) -> list[Row]:
        """Return a run of rows, or nothing where it is what two files share at their ends."""
        if len(run) < LEAST or len({*map(tuple, run)}) <= LEAST / 2:
            return run
        other, rows = self.files[first[0]]
        if not ((starts or first[1] == 0) and (ends or last[1] == len(rows) - 1)):
            return run
        self.said.append(f"{len(run):,} rows of {name} left out: {other} has them as well")
        return []
