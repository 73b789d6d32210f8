"""Says things to the person: data on stdout, talk on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import click

from .errors import MlscaffoldError


def say(text: str) -> None:
    """Tell how it goes."""
    click.echo(text, err=True)


def fail(error: MlscaffoldError) -> None:
    """Tell what went wrong, and what to do about it."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {error.message}", err=True)
    if error.hint:
        click.echo(f"{click.style('hint', fg='cyan', bold=True)}: {error.hint}", err=True)


def table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns that line up."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    start = sum(widths[:-1]) + 2 * len(widths[:-1])
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(hang("  ".join(cells).rstrip(), start, sys.stdout))


def hang(line: str, start: int, stream: TextIO) -> str:
    """Return a line that a narrow terminal continues below its column at `start`."""
    if not stream.isatty():
        return line
    from shutil import get_terminal_size
    from textwrap import wrap

    width = get_terminal_size().columns
    if len(line) <= width or start > width // 2:
        return line
    parts = wrap(line[start:], width - start, break_long_words=False, break_on_hyphens=False)
    return line[:start] + f"\n{' ' * start}".join(parts)


def next_steps(commands: Iterable[str]) -> None:
    """Print the commands to type next."""
    say("\nNext:")
    for command in commands:
        say(f"  {command}")
