"""Makes a release of the templates: one commit and one tag in the bundle that the package carries.

For maintainers, in a source checkout: `python -m mlscaffold.release`. A release is never altered:
change `templates/`, raise the version in `layers.toml`, and make the next one.
"""

from __future__ import annotations

import datetime
import re
import sys
import tempfile
import tomllib
from pathlib import Path

from .catalog import read_manifest
from .compose import compose
from .errors import MlscaffoldError
from .git import git
from .store import BUNDLE

TEMPLATES = Path(__file__).parents[2] / "templates"
RELEASES = TEMPLATES / "releases.toml"
AUTHOR = "mlscaffold"
EMAIL = "templates@mlscaffold.invalid"


def release(templates: Path, bundle: Path, record: Path, date: datetime.date) -> str:
    """Add the release that `templates` declares to `bundle` and `record`, and return its tag.

    The same layers, version and date give the same commit on any machine.
    """
    version, _ = read_manifest(templates)
    tag = f"v{version}"
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise MlscaffoldError(
            f"`{version}` is a development version", "set a final one (`1.2.0`) in layers.toml"
        )
    with tempfile.TemporaryDirectory() as temporary:
        repository, tree_folder = Path(temporary) / "history.git", Path(temporary) / "tree"
        if bundle.exists():
            git("clone", "--quiet", "--bare", bundle, repository)
        else:
            git("init", "--quiet", "--bare", "--initial-branch=main", repository)
        compose(templates, tree_folder)
        tree = write_tree(repository, tree_folder)
        released = read_record(record)
        if tag in released:
            if released[tag]["tree"] == tree:
                return tag
            raise MlscaffoldError(
                f"{tag} is released and cannot be altered", "raise `version` in layers.toml"
            )
        commit = write_commit(repository, tree, tag, date)
        git("update-ref", f"refs/tags/{tag}", commit, cwd=repository)
        git("update-ref", "refs/heads/main", commit, cwd=repository)
        git("bundle", "create", "--quiet", bundle.resolve(), "HEAD", "--all", cwd=repository)
    with record.open("a", encoding="utf-8", newline="\n") as lines:
        lines.write(f'\n["{tag}"]\ndate = {date}\ntree = "{tree}"\ncommit = "{commit}"\n')
    return tag


def read_record(record: Path) -> dict[str, dict[str, str]]:
    """Return date, tree hash and commit hash of every release so far, by tag."""
    return tomllib.loads(record.read_text("utf-8")) if record.exists() else {}


def write_tree(repository: Path, folder: Path) -> str:
    """Store `folder` in `repository` byte for byte and return the hash of its tree."""
    location = (f"--git-dir={repository}", f"--work-tree={folder}")
    # Neither the machine's settings nor a .gitignore among the templates may change the content.
    exact = ("-c", "core.autocrlf=false", "-c", "core.fileMode=true", "-c", "core.bare=false")
    git(*location, "read-tree", "--empty")
    git(*location, *exact, "add", "--all", "--force", cwd=folder)
    return git(*location, "write-tree")


def write_commit(repository: Path, tree: str, tag: str, date: datetime.date) -> str:
    """Store a commit of `tree` on top of the newest release and return its hash."""
    heads = git("for-each-ref", "--format=%(objectname)", "refs/heads/main", cwd=repository)
    parents = [word for head in heads.split() for word in ("-p", head)]
    moment = f"{date}T00:00:00+00:00"
    signature = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", AUTHOR), ("EMAIL", EMAIL), ("DATE", moment))
    }
    return git("commit-tree", tree, *parents, "-m", tag, cwd=repository, env=signature)


def main() -> int:
    """Release the templates of this checkout, dated today."""
    try:
        tag = release(TEMPLATES, BUNDLE, RELEASES, datetime.datetime.now(datetime.UTC).date())
    except MlscaffoldError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    print(tag)
    return 0


if __name__ == "__main__":
    sys.exit(main())
