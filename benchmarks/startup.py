"""How long `--help` takes: mlscaffold, a program of nothing but click, and its peers."""

from __future__ import annotations

import argparse
import sys

from timing import SCRIPTS, Contestant, fresh_folder, install, machine, measure, sandbox, table

BARE = "import click\n@click.command()\ndef main(): pass\nmain()"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    runs = 5 if parser.parse_args().quick else 21
    with sandbox() as home:
        empty = fresh_folder(home / "empty")
        peers = install(home / "peers", "cookiecutter-data-science", "kedro")
        contestants = [
            Contestant("bare click program", [sys.executable, "-c", BARE, "--help"], empty),
            Contestant("`mlscaffold --help`", [SCRIPTS / "mlscaffold", "--help"], empty),
            Contestant("`copier --help`", [SCRIPTS / "copier", "--help"], empty),
        ]
        for name in ("ccds", "kedro"):
            if peers and (peers / name).exists():
                contestants.append(Contestant(f"`{name} --help`", [peers / name, "--help"], empty))
        print(machine(), "", table("start-up", measure(contestants, runs)), sep="\n")


if __name__ == "__main__":
    main()
