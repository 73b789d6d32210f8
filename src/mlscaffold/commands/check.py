"""The command `check`: the repository as a careful reviewer sees it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import output

if TYPE_CHECKING:
    from ..check.findings import Finding
    from ..check.inspection import Report

COLOURS = {"error": "red", "warning": "yellow", "todo": "cyan", "note": "white"}


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--github", is_flag=True, help="Print them as annotations of a GitHub workflow.")
@click.option("--only", metavar="CODES", default="", help="Only these rules, with commas between.")
@click.option("--skip", metavar="CODES", default="", help="Not these rules.")
@click.option("--strict", is_flag=True, help="Fail on what only you can do, too.")
@click.option("--explain", "code", metavar="CODE", help="Tell what a rule looks for, and why.")
def check(
    path: Path, as_json: bool, github: bool, only: str, skip: str, strict: bool, code: str | None
) -> None:
    """See a repository as a reviewer will: any repository, nothing of it is run.

    Errors end with exit code 1. What only you can do (reasons, notes, data of your own) is listed
    as `todo` and fails with --strict only.

    \b
    Examples:
      mlscaffold check
      mlscaffold check ../somebodys-project --only LK01,EV04
      mlscaffold check --explain LK01
    """
    from ..check import inspection

    if code:
        click.echo(inspection.explain(code))
        return
    report = inspection.inspect(path, split(only), split(skip))
    if as_json:
        print_json(report)
    elif github:
        for finding in report.findings:
            click.echo(annotation(finding))
    else:
        print_report(report)
    failing = {"error", "todo"} if strict else {"error"}
    if any(each.severity in failing for each in report.findings):
        raise click.exceptions.Exit(1)


def split(codes: str) -> list[str]:
    """Return the codes in `LK01, EV04`."""
    return [each.strip().upper() for each in codes.split(",") if each.strip()]


def print_report(report: Report) -> None:
    """Print findings by severity, each with its place and what mends it."""
    from ..check.findings import Severity

    for finding in report.findings:
        style = click.style(finding.code, fg=COLOURS[finding.severity], bold=True)
        place = f"{finding.place}: " if finding.place else ""
        click.echo(f"{style} {place}{finding.message}")
        click.echo(f"     {finding.mend}")
    for finding in report.silenced:
        click.echo(f"{finding.code} silenced: {finding.silenced}")
    for path, reason in report.skipped.items():
        output.say(f"not read: {path} ({reason})")
    counts = [f"{report.count(each)} {each}" for each in Severity if report.count(each)]
    output.say(", ".join(counts) if counts else "nothing to mend")
    if report.findings and sys.stderr.isatty():
        output.say(f"`mlscaffold check --explain {report.findings[0].code}` tells why it matters")


def print_json(report: Report) -> None:
    """Print everything as one JSON object."""
    import json
    from dataclasses import asdict

    found = [asdict(each) for each in (*report.findings, *report.silenced)]
    click.echo(json.dumps({"findings": found, "skipped": report.skipped}, indent=1))


def annotation(finding: Finding) -> str:
    """Return a finding as GitHub shows it beside the line."""
    level = {"error": "error", "warning": "warning"}.get(finding.severity, "notice")
    place = f"file={finding.path},line={finding.line or 1}," if finding.path else ""
    text = f"{finding.message}. {finding.mend}".replace("%", "%25").replace("\n", "%0A")
    return f"::{level} {place}title={finding.code}::{text}"
