"""Says things to the person: data on stdout, talk on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def next_steps(commands: Iterable[str]) -> None:
    """Print the commands to type next."""
    say("\nNext:")
    for command in commands:
        say(f"  {command}")
