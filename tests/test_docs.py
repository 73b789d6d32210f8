"""The README names every command and option, and its commands are ones that exist."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import click
import pytest
from regenerate import EXAMPLES, HERE

from mlscaffold.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_readme_shows_every_command(name: str) -> None:
    assert f"mlscaffold {name}" in README


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_readme_explains_every_option(name: str) -> None:
    options = [
        option
        for parameter in cli.commands[name].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]
    assert [option for option in options if f"`{option}" not in README] == []


def test_commands_in_the_readme_exist() -> None:
    used = set(re.findall(r"(?:^|[`/ ])mlscaffold ([a-z]+)", README, re.MULTILINE))
    assert used - set(cli.commands) == set()


def test_every_command_has_help_with_an_example_where_it_takes_arguments() -> None:
    for command in cli.commands.values():
        assert command.help
        if command.params:
            assert re.search(r"Examples?:", command.help), command.name


def test_links_in_the_readme_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)\s]+)\)|src=\"(?!https?://)([^\"]+)\"", README)
    missing = [
        target for pair in targets for target in pair if target and not (ROOT / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_results_in_the_readme_are_those_of_the_examples(name: str) -> None:
    """Run `python examples/regenerate.py`, then write what it measured into the table."""
    results = json.loads((HERE / name / "reports" / "results.json").read_text("utf-8"))
    head = results["evaluate"]["headline"]
    row = next(line for line in README.splitlines() if line.startswith("|") and f"/{name})" in line)
    for side in (head, head["rule_of_thumb"]):
        assert f"{side['value']:.3g}" in row
    ends = [f"{100 * head[f'improvement_{end}']:.0f}" for end in ("low", "high")]
    assert f"({ends[0]}% to {ends[1]}%)" in row


def test_ci_executes_the_two_blocks_of_the_readme() -> None:
    for name in ("main", "test"):
        assert re.search(rf"^<!-- {name} -->\n```", README, re.MULTILINE), name


def test_nobody_is_told_to_install_the_strangers_distribution() -> None:
    """On the public index `mlscaffold` is somebody else's package; ours is `mlscaffold-cli`."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    pattern = re.compile(r"(install|add|uvx|pipx run)\s+(-\S+\s+)*mlscaffold(?!-cli|[\w.])")
    texts = [
        ROOT / name for name in tracked if name.endswith((".md", ".jinja", ".toml", ".py", ".yml"))
    ]
    found = [
        path for path in texts if path != Path(__file__) and pattern.search(path.read_text("utf-8"))
    ]
    assert found == []
