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

MOST = 3  # findings of one rule that are printed
COLOURS = {"error": "red", "warning": "yellow", "todo": "cyan", "note": "white"}


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--github", is_flag=True, help="Print them as annotations of a GitHub workflow.")
@click.option(
    "--only",
    metavar="CODES",
    default="",
    help="Only these rules or severities, with commas between.",
)
@click.option(
    "--skip",
    metavar="CODES",
    default="",
    help="Not these: `--skip todo` leaves what only you can do.",
)
@click.option("--strict", is_flag=True, help="Fail on what only you can do, too.")
@click.option(
    "--run", is_flag=True, help="Measure on a copy what flatters the score: runs its code."
)
@click.option(
    "--minutes", default=10.0, show_default=True, help="With --run: the longest it takes."
)
@click.option(
    "--python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --run: the Python of its environment, where that is not .venv.",
)
@click.option("--explain", "code", metavar="CODE", help="Tell what a rule looks for, and why.")
def check(
    path: Path,
    as_json: bool,
    github: bool,
    only: str,
    skip: str,
    strict: bool,
    run: bool,
    minutes: float,
    python: Path | None,
    code: str | None,
) -> None:
    """See a repository as a reviewer will.

    Any repository will do, and nothing of it is run without --run. With --run, on a copy: is the
    score as good in order of time, for new groups, without copies, with other seeds, and gone with
    a shuffled target? Does the headline come back?

    Errors end with exit code 1. What only you can do (reasons, notes, data of your own) is listed
    as `todo` and fails with --strict only.

    \b
    Examples:
      mlscaffold check
      mlscaffold check ../somebodys-project --only LK01,EV04
      mlscaffold check --explain LK01
      mlscaffold check --run --minutes 5
    """
    from ..check import inspection, probing

    if code:
        click.echo(inspection.explain(code))
        return
    wanted = probing.Run(minutes, python) if run else None
    report = inspection.inspect(path, split(only), split(skip), wanted)
    if as_json:
        print_json(report)
    elif github:
        for finding in report.findings:
            click.echo(annotation(finding))
    else:
        print_report(report, most=None if only else MOST)
    failing = {"error", "todo"} if strict else {"error"}
    if any(each.severity in failing for each in report.findings):
        raise click.exceptions.Exit(1)


def split(codes: str) -> list[str]:
    """Return the codes in `LK01, EV04`."""
    return [each.strip().upper() for each in codes.split(",") if each.strip()]


def print_report(report: Report, most: int | None) -> None:
    """Print findings by severity, of each rule the first ones: place, and what mends it."""
    from ..check.findings import Severity, clean, counted

    shown: dict[str, int] = {}
    for finding in report.findings:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        if most and shown[finding.code] > most:
            continue
        style = click.style(finding.code, fg=COLOURS[finding.severity], bold=True)
        place = f"{finding.place}: " if finding.place else ""
        click.echo(f"{style} {clean(place + finding.message)}")
        click.echo(f"     {clean(finding.mend)}")
    for code, count in shown.items():
        if most and count > most:
            click.echo(f"{code}: {count - most} more; `--only {code}` lists them all")
    for finding in report.silenced:
        click.echo(f"{finding.code} silenced: {finding.silenced}")
    for measured in report.measured:
        if not measured.inflated:
            click.echo(f"{measured.code} measured, nothing to mend: {measured.message}")
    for path, reason in report.skipped.items():
        output.say(clean(f"not read: {path} ({reason})"))
    numbers = {each: report.count(each) for each in Severity if report.count(each)}
    counts = [
        f"{number} todo" if each is Severity.TODO else counted(number, each)
        for each, number in numbers.items()
    ]
    output.say(", ".join(counts) if counts else "nothing to mend")
    if report.findings and sys.stderr.isatty():
        output.say(f"`mlscaffold check --explain {report.findings[0].code}` tells why it matters")


def print_json(report: Report) -> None:
    """Print everything as one JSON object."""
    import json
    from dataclasses import asdict

    found = [asdict(each) for each in (*report.findings, *report.silenced)]
    measured = [asdict(each) for each in report.measured]
    told = {"findings": found, "measured": measured, "skipped": report.skipped}
    click.echo(json.dumps(told, indent=1))


def annotation(finding: Finding) -> str:
    """Return a finding as GitHub shows it beside the line."""
    level = {"error": "error", "warning": "warning"}.get(finding.severity, "notice")
    text = escape(f"{finding.message}. {finding.mend}")
    path = escape(finding.path).replace(":", "%3A").replace(",", "%2C")
    place = f"file={path},line={finding.line or 1}," if path else ""
    return f"::{level} {place}title={finding.code}::{text}"


def escape(text: str) -> str:
    """Return a text as a workflow command may hold it: a name must not begin another command."""
    encoded = text.encode("utf-8", "backslashreplace").decode()
    return encoded.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
