"""Finds out who signs the first commit of a project."""

from __future__ import annotations

from pathlib import Path

from . import git
from .asking import Ask, ask_until_valid
from .destination import has_repository, nearest_folder
from .errors import MlscaffoldError
from .staging import hidden_folder


def find_identity(path: Path) -> git.Identity | None:
    """Return who git will sign commits in the project at `path` as, or None.

    A new repository inherits nothing from one around it, but the person's settings may depend on
    where it lies (`includeIf`): a repository for trial tells.
    """
    if has_repository(path):
        return git.known_identity(path)
    with hidden_folder(nearest_folder(path)) as trial:
        git.initialise(trial, None)
        return git.known_identity(trial)


def choose_signer(
    known: git.Identity | None, author: str | None, ask: Ask | None, *, needed: bool
) -> git.Identity | None:
    """Return who signs the commits instead of whom git knows, or None where that one will do."""
    if author is not None:
        return git.Identity.parse(author)
    if known or not needed:
        return None
    if ask:
        return ask_until_valid(ask, "You, for git (Name <e-mail>)", git.Identity.parse)
    raise MlscaffoldError(
        "git does not know who you are, so it cannot sign the first commit",
        '`git config --global user.name "Ada Lovelace"` and\n'
        "      `git config --global user.email ada@example.org` tell it once and for all;\n"
        '      `--author "Ada Lovelace <ada@example.org>"` tells it for this project',
    )
