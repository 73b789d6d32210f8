"""The command `schema`: JSON schemas of the files that projects and the tool share."""

from __future__ import annotations

import click


@click.command()
@click.argument("what", metavar="results|project", type=click.Choice(["results", "project"]))
@click.argument("project_type", metavar="[TYPE]", required=False)
def schema(what: str, project_type: str | None) -> None:
    """Print the JSON schema of results.json, or of project.toml.

    That of project.toml is one for each TYPE. Editors check and complete project.toml by it.

    \b
    Examples:
      mlscaffold schema project regression > project.schema.json
      mlscaffold schema results
    """
    import json

    from ..schemas import project_schema, results_schema

    if what == "results" and project_type:
        raise click.UsageError("`schema results` is the same for every type")
    if what == "project" and not project_type:
        raise click.UsageError("`schema project` needs a TYPE; `mlscaffold types` lists them")
    found = results_schema() if what == "results" else project_schema(str(project_type))
    click.echo(json.dumps(found, indent=2))
