"""The commands `types` and `datasets`: what can be made, and what the shell can complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from .. import output
from ..errors import MlscaffoldError

if TYPE_CHECKING:
    from ..catalog import Catalog


def open_catalog() -> Catalog:
    """Return what the newest template release offers."""
    from ..catalog import Catalog
    from ..store import open_store

    return Catalog(open_store().newest)


def complete_type(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the project types."""
    try:
        types = open_catalog().types.values()
    except MlscaffoldError:
        return []  # a message would land in the middle of what the person types
    return [CompletionItem(t.name, help=t.summary) for t in types if t.name.startswith(typed)]


def complete_dataset(
    context: click.Context, _: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the data sets of the type that stands before."""
    # An option that still lacks its value stops click before it gives names to the arguments.
    project_type = context.params.get("project_type") or next(iter(context.args), "")
    try:
        datasets = open_catalog().datasets(project_type).values()
    except MlscaffoldError:
        return []
    return [CompletionItem(d.name, help=d.title) for d in datasets if d.name.startswith(typed)]


def complete_part(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the parts of the type that stands before, after those that are typed already."""
    project_type = context.params.get("project_type") or next(iter(context.args), "")
    before, comma, last = typed.rpartition(",")
    try:
        parts = open_catalog().parts(project_type).values()
    except MlscaffoldError:
        return []
    return [
        CompletionItem(f"{before}{comma}{part.name}", help=part.summary)
        for part in parts
        if part.name.startswith(last) and part.name not in before.split(",")
    ]


@click.command()
def types() -> None:
    """List the project types."""
    output.table((each.name, each.summary) for each in open_catalog().types.values())


@click.command()
@click.argument("project_type", metavar="[TYPE]", required=False, shell_complete=complete_type)
def datasets(project_type: str | None) -> None:
    """List the data sets to start from.

    The default comes first, each with what to know before choosing.

    \b
    Example:
      mlscaffold datasets regression
    """
    from ..datasets import describe, heading

    catalog = open_catalog()
    chosen = [catalog.project_type(project_type).name] if project_type else list(catalog.types)
    found = [each for name in chosen for each in catalog.datasets(name).values()]
    lines = [line for each in found for line in describe(each)]
    for line in [heading(), *lines]:
        click.echo(line)
