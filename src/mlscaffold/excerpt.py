"""Makes the excerpt of the template repository that an update of one project needs.

copier checks out and renders the whole template several times, and starts git twice for each file
that it writes. What both releases render alike it puts where it was, so leaving that out changes
nothing but the time it takes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from jinja2 import Environment, TemplateSyntaxError, nodes

from .catalog import read_manifest
from .git import git
from .release import write_commit
from .render import SUFFIX
from .store import Store

MAIN = "refs/heads/main"
Tree = dict[str, str]  # path -> mode, type and hash, as `git ls-tree` prints them

# With other settings than these, rendering could depend on what is not looked at here.
SETTINGS = {"_subdirectory", "_envops", "_exclude"}
ENVIRONMENT = {"undefined", "keep_trailing_newline"}
# What is made of nothing else gives the same text whenever the answers that it names are the same.
# Calls, includes, and the filters that ansible knows (`random`, `strftime`, ...) are not here.
PURE = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Filter),
    *(nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Concat, nodes.List, nodes.Tuple),
)
PURE_FILTERS = {"capitalize", "length", "lower", "replace", "title", "trim", "upper"}


def write_excerpt(
    store: Store, before: str, answers: Mapping[str, object], repository: Path, *, whole: bool
) -> None:
    """Make the bare `repository` with the releases `before` and the newest one, as tags.

    It holds what is not rendered alike in both, given that the questions that have `answers` keep
    them; with `whole`, everything.
    """
    options = ("--template=", "--initial-branch=main", "--object-format=sha1")
    git("init", "--quiet", "--bare", *options, repository)
    (repository / "objects" / "info").mkdir(exist_ok=True)
    borrowed = repository / "objects" / "info" / "alternates"
    borrowed.write_text(f"{store.repository / 'objects'}\n", "utf-8", newline="\n")
    old, new = (list_tree(store.repository, tag) for tag in (before, store.version))
    if not whole and are_alike(read_settings(store, before), read_settings(store, store.version)):
        left_out = Choice(store, old, new, answers).left_out()
        old, new = (
            {path: tree[path] for path in tree if path not in left_out} for tree in (old, new)
        )
    for tag, tree in ((before, old), (store.version, new)):
        write_release(repository, tag, tree)


def list_tree(repository: Path, tag: str) -> Tree:
    """Return every file of the release `tag`."""
    listing = git(f"--git-dir={repository}", "ls-tree", "-r", "-z", "--full-tree", tag)
    pairs = (line.split("\t", 1) for line in listing.split("\0") if line)
    return {path: entry for entry, path in pairs}


def write_release(repository: Path, tag: str, tree: Tree) -> None:
    """Commit `tree` in `repository` as the release `tag`."""
    location = f"--git-dir={repository}"
    lines = "".join(f"{entry}\t{path}\0" for path, entry in tree.items())
    git(location, "read-tree", "--empty")
    git(location, "update-index", "-z", "--index-info", stdin=lines)
    commit = write_commit(repository, git(location, "write-tree"), tag, datetime.date(2000, 1, 1))
    references = "".join(f"update {each} {commit}\n" for each in (f"refs/tags/{tag}", MAIN))
    git(location, "update-ref", "--stdin", stdin=references)


def read_settings(store: Store, tag: str) -> dict[str, Any]:
    """Return the settings in the `copier.yml` of the release `tag`, without its questions."""
    entries = yaml.safe_load(git(f"--git-dir={store.repository}", "show", f"{tag}:copier.yml"))
    return {name: value for name, value in entries.items() if name.startswith("_")}


def are_alike(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether both settings treat a file in the same, known way."""
    old, new = ({**each, "_min_copier_version": None} for each in (old, new))
    return (
        old == new
        and old.keys() <= {*SETTINGS, "_min_copier_version"}
        and old.get("_envops", {}).keys() <= ENVIRONMENT
    )


class Choice:
    """Chooses what an excerpt may leave out of the trees `old` and `new`."""

    def __init__(self, store: Store, old: Tree, new: Tree, answers: Mapping[str, object]) -> None:
        self.newest = store.newest
        self.old, self.new = old, new
        self.answers = {name for name in answers if not name.startswith("_")}
        self.folder = str(answers["project_type"])
        self.others = read_manifest(store.newest)[1].keys() - {self.folder}
        self.environment = Environment(autoescape=False)  # noqa: S701 - it parses, no more

    def left_out(self) -> set[str]:
        """Return the paths of the files that can be left out of both trees."""
        return {path for path in self.old.keys() | self.new.keys() if self.can_leave_out(path)}

    def can_leave_out(self, path: str) -> bool:
        """Tell whether the file at `path` is for another type, or rendered alike in both."""
        place = PurePosixPath(path)
        if place.parts[0] in self.others:
            return True
        if place.parts[0] != self.folder or self.old.get(path) != self.new.get(path):
            return False
        # git heeds .gitignore and .gitattributes in the folders that copier compares, and a
        # name that is rendered could become one of those.
        if (
            place.name.startswith(".git")
            or "{" in place.name
            or not self.new[path].startswith("100")
        ):
            return False
        name = path.removesuffix(SUFFIX)
        if {name, name + SUFFIX} <= self.old.keys() | self.new.keys():
            return False  # one hides the other
        return self.is_pure(path) and (place.suffix != SUFFIX or self.is_pure(self.read(path)))

    def read(self, path: str) -> str:
        """Return the text of the file at `path`."""
        return (self.newest / path).read_text("utf-8")

    def is_pure(self, text: str) -> bool:
        """Tell whether nothing but recorded answers decides what Jinja makes of `text`."""
        if not any(mark in text for mark in ("{{", "{%", "{#")):
            return True
        try:
            tree = self.environment.parse(text)
        except TemplateSyntaxError:
            return False
        return all(
            isinstance(node, PURE)
            and (not isinstance(node, nodes.Name) or node.name in self.answers)
            and (not isinstance(node, nodes.Filter) or node.name in PURE_FILTERS)
            for node in (tree, *tree.find_all(nodes.Node))
        )
