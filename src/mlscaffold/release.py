"""Makes a release of the templates: one commit and one tag in the bundle that the package carries.

For maintainers, in a source checkout: `python -m mlscaffold.release`. A release is never altered:
change `templates/`, raise the version in `layers.toml`, and make the next one.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .catalog import read_manifest
from .compose import compose
from .errors import MlscaffoldError
from .git import git
from .render import render
from .store import BUNDLE, keep_bytes

TEMPLATES = Path(__file__).parents[2] / "templates"
RELEASES = TEMPLATES / "releases.toml"
AUTHOR = "mlscaffold"
EMAIL = "templates@mlscaffold.invalid"
ENTRY = '--format=date = %as%ntree = "%T"%ncommit = "%H"'  # in TOML


def release(templates: Path, bundle: Path, record: Path, date: datetime.date) -> str:
    """Add the release that `templates` declares to `bundle` and `record`, and return its tag.

    The same layers, version and date give the same commit on any machine. A release that was
    interrupted between the two files is finished by the next one.
    """
    version, _ = read_manifest(templates)
    tag = f"v{version}"
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise MlscaffoldError(
            f"`{version}` is a development version", "set a final one (`1.2.0`) in layers.toml"
        )
    with tempfile.TemporaryDirectory() as temporary:
        repository, tree_folder = Path(temporary) / "history.git", Path(temporary) / "tree"
        open_history(bundle, repository)
        tags = released_tags(repository)
        check_record(tags, record)
        compose(templates, tree_folder)
        tree = write_tree(repository, tree_folder)
        if tag in tags:
            check_tree(repository, tag, tree)
        else:
            check_order(tags, tag)
            commit = write_commit(repository, tree, tag, date)
            references = f"update refs/tags/{tag} {commit}\nupdate refs/heads/main {commit}\n"
            git(f"--git-dir={repository}", "update-ref", "--stdin", stdin=references)
            write_bundle(repository, bundle)
        write_record(repository, record)
    return tag


def open_history(bundle: Path, repository: Path) -> None:
    """Make the new bare `repository` of the releases in `bundle`, or of none."""
    if bundle.exists():
        git("clone", "--quiet", "--bare", "--template=", bundle, repository)
    else:
        options = ("--template=", "--initial-branch=main", "--object-format=sha1")
        git("init", "--quiet", "--bare", *options, repository)
    keep_bytes(repository)


def check_record(tags: list[str], record: Path) -> None:
    """Refuse a `record` of releases that are not among `tags`: it would make them anew."""
    if lost := set(read_record(record)) - set(tags):
        raise MlscaffoldError(
            f"{min(lost)} is recorded as released, but the bundle does not hold it",
            "restore both files from the history of this checkout",
        )


def check_tree(repository: Path, tag: str, tree: str) -> None:
    """Refuse to make the release `tag` anew of another `tree`."""
    if git(f"--git-dir={repository}", "rev-parse", f"{tag}^{{tree}}") != tree:
        raise MlscaffoldError(
            f"{tag} is released and cannot be altered", "raise `version` in layers.toml"
        )


def check_order(tags: list[str], tag: str) -> None:
    """Refuse a release that is older than one of `tags`."""
    later = [each for each in tags if number(each) > number(tag)]
    if later:
        raise MlscaffoldError(
            f"{tag} would come after {later[-1]}", "raise `version` in layers.toml"
        )


def released_tags(repository: Path) -> list[str]:
    """Return the tags of `repository`, the oldest release first."""
    return sorted(git(f"--git-dir={repository}", "tag", "--list").split(), key=number)


def number(tag: str) -> tuple[int, ...]:
    """Return the version that `tag` stands for, to compare it with others."""
    return tuple(map(int, tag.removeprefix("v").split(".")))


def write_bundle(repository: Path, bundle: Path) -> None:
    """Write all of `repository` to `bundle`, at once or not at all."""
    with beside(bundle) as new:
        git(f"--git-dir={repository}", "bundle", "create", "--quiet", new, "HEAD", "--all")


def write_record(repository: Path, record: Path) -> None:
    """Add to `record` the releases in `repository` that it does not know yet."""
    known = read_record(record)
    added = [
        f'\n["{tag}"]\n{git(f"--git-dir={repository}", "show", "--no-patch", ENTRY, tag)}\n'
        for tag in released_tags(repository)
        if tag not in known
    ]
    if added:
        text = record.read_text("utf-8") if record.exists() else ""
        with beside(record) as new:
            new.write_text(text + "".join(added), "utf-8", newline="\n")


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Lend the path of a file that takes the place of `path` once it is complete."""
    with tempfile.TemporaryDirectory(prefix=".release-", dir=path.resolve().parent) as temporary:
        new = Path(temporary) / path.name
        yield new
        new.replace(path)


def read_record(record: Path) -> dict[str, dict[str, str]]:
    """Return date, tree hash and commit hash of every release so far, by tag."""
    return tomllib.loads(record.read_text("utf-8")) if record.exists() else {}


def write_tree(repository: Path, folder: Path) -> str:
    """Store `folder` in `repository` byte for byte and return the hash of its tree."""
    keep_bytes(repository)
    location = (f"--git-dir={repository}", f"--work-tree={folder}")
    exact = ("-c", "core.fileMode=true", "-c", "core.bare=false")
    git(*location, "read-tree", "--empty")
    git(*location, *exact, "add", "--all", "--force", cwd=folder)
    return git(*location, "write-tree")


def write_commit(repository: Path, tree: str, tag: str, date: datetime.date) -> str:
    """Store a commit of `tree` on top of the newest release and return its hash."""
    location = f"--git-dir={repository}"
    heads = git(location, "for-each-ref", "--format=%(objectname)", "refs/heads/main")
    parents = [word for head in heads.split() for word in ("-p", head)]
    moment = f"{date}T00:00:00+00:00"
    signature = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", AUTHOR), ("EMAIL", EMAIL), ("DATE", moment))
    }
    plain = ("-c", "i18n.commitEncoding=utf-8", "-c", "commit.gpgSign=false")
    return git(location, *plain, "commit-tree", tree, *parents, "-m", tag, env=signature)


def write_schemas(templates: Path) -> None:
    """Write `schemas/TYPE.json`, the schema of each type's project.toml, as its settings say it.

    A project of each type is made and asked: its settings import what only projects install.
    """
    from .environment import find_uv

    uv = find_uv() or "uv"
    with tempfile.TemporaryDirectory() as temporary:
        compose(templates, Path(temporary) / "template")
        for project_type in read_manifest(templates)[1].values():
            project = Path(temporary) / project_type.name
            answers = {"project_type": project_type.name, "package": "study", "parts": ["product"]}
            render(Path(temporary) / "template", project, answers, {})
            asked = [uv, "run", "--quiet", "--python", sys.executable, "python", "-c", ASK]
            done = subprocess.run(asked, cwd=project, check=True, capture_output=True, text=True)
            target = templates / "schemas" / f"{project_type.name}.json"
            target.parent.mkdir(exist_ok=True)
            target.write_text(done.stdout, "utf-8", newline="\n")


ASK = """
import json
from study.kit.settings import Settings
print(json.dumps(Settings.model_json_schema(), indent=1))
"""


def main() -> int:
    """Release the templates of this checkout, dated today, and make the examples with them."""
    try:
        write_schemas(TEMPLATES)
        tag = release(TEMPLATES, BUNDLE, RELEASES, datetime.datetime.now(datetime.UTC).date())
    except MlscaffoldError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    print(tag)
    regenerate = TEMPLATES.parent / "examples" / "regenerate.py"
    return subprocess.call([sys.executable, regenerate])


if __name__ == "__main__":
    sys.exit(main())
