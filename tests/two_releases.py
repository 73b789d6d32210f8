"""Two releases that differ in all the ways a file can differ, and ways to change a project."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from conftest import LAYERS

from mlscaffold.git import git

Files = Mapping[str, str | bytes | None]

TEXT = "".join(f"line {number}\n" for number in range(1, 31))
LONG = "".join(f"long {number}\n" for number in range(1, 61))
HEAD = TEXT.replace("line 2\n", "line two, from upstream\n")
LEARNER_OWNED = """\
_exclude:
  - "{% if _copier_operation == 'update' %}/README.md{% endif %}"
  - "{% if _copier_operation == 'update' %}/LICENSE{% endif %}"
  - "{% if _copier_operation == 'update' %}/decisions/{% endif %}"
"""
PROJECT = "src/small_numbers"

# What the first release holds beside LAYERS. The names say what upstream does to the file.
FIRST: Files = {
    "copier.yml": LEARNER_OWNED + str(LAYERS["copier.yml"]),
    "numbers/.gitignore": "/data/\n*.rej\n/kept.bin\n",
    "numbers/.gitattributes": "*.py text eol=lf\n",
    **{
        f"numbers/{folder}/{kind}{number}.{suffix}": text
        for folder in ("src/{{ package }}", "tests", "notes")
        for kind in ("same", "changed", "removed")
        for number in range(4)
        for suffix, text in (
            ("txt", TEXT),
            ("py.jinja", "# {{ project_name }} by {{ author | upper }}\n" + TEXT),
        )
    },
    "numbers/tests/dated.txt.jinja": "{{ _copier_answers._commit }}\n" + TEXT,
    "numbers/tests/included.txt.jinja": LAYERS["base/README.md.jinja"],
    "numbers/tests/renamed.txt": TEXT,
    "numbers/tests/run.sh": "#!/bin/sh\n",
    "numbers/tests/gr\u00fc\u00dfe.txt": TEXT,
    "numbers/tests/with space.txt": TEXT,
    "numbers/decisions/one.md": TEXT,
    "numbers/decisions/two.md": TEXT,
    "numbers/decisions/three.md": TEXT,
    "numbers/picture.png": b"\x89PNG\0",
    "numbers/old_folder/a.txt": TEXT,
    "numbers/half_old_folder/a.txt": TEXT,
    "numbers/half_old_folder/b.txt": TEXT,
}
SECOND: Files = {
    **{name: HEAD for name in FIRST if "/changed" in name and name.endswith(".txt")},
    **{
        name: str(text).replace("line 2\n", "line two, {{ author }}\n")
        for name, text in FIRST.items()
        if "/changed" in name and name.endswith(".jinja")
    },
    **{name: None for name in FIRST if "/removed" in name},
    "datasets/numbers/small.toml": str(LAYERS["datasets/numbers/small.toml"]).replace("CC0", "MIT"),
    "base/README.md.jinja": "# upstream\n",
    "base/LICENSE.jinja": "upstream\n",
    "numbers/tests/renamed.txt": None,
    "numbers/tests/renamed_to.txt": TEXT,
    "numbers/tests/new.txt": TEXT,
    "numbers/tests/both.txt": TEXT + "upstream\n",
    "numbers/tests/both_alike.txt": TEXT,
    "numbers/tests/gr\u00fc\u00dfe.txt": HEAD,
    "numbers/tests/with space.txt": HEAD,
    "numbers/new_folder/a.txt": TEXT,
    "numbers/data/ignored.txt": TEXT,
    "numbers/decisions/one.md": HEAD,
    "numbers/decisions/two.md": TEXT + LONG,
    "numbers/decisions/four.md": TEXT,
    "numbers/old_folder/a.txt": None,
    "numbers/half_old_folder/a.txt": None,
}


def state(project: Path) -> dict[str, object]:
    """Return all that an update may change: files, modes, and what git's index says of them."""
    found: dict[str, object] = {}
    for name in (each for each in project.rglob("*") if ".git" not in each.parts):
        if name.is_symlink():
            found[str(name.relative_to(project))] = name.readlink()
        elif name.is_file():
            executable = bool(name.stat().st_mode & 0o100)
            found[str(name.relative_to(project))] = (name.read_bytes(), executable)
    for line in git("ls-files", "--stage", "-z", cwd=project).split("\0")[:-1]:
        entry, _, path = line.partition("\t")
        found[f"index {path}"] = f"{found.get(f'index {path}', '')}{entry}, "
    return found


def edit(project: Path, change: Callable[[str], str], *names: str) -> None:
    for name in names:
        path = project / name
        path.write_bytes(change(path.read_bytes().decode()).encode())


def update_by_command(bundle: Path) -> list[str]:
    """Return the command line that is `mlscaffold update` with the templates in `bundle`."""
    code = (
        "import mlscaffold.store as store; from pathlib import Path;"
        f"store.BUNDLE = Path({str(bundle)!r});"
        "import sys; sys.argv[1:] = ['update']; from mlscaffold.cli import main; sys.exit(main())"
    )
    return [sys.executable, "-c", code]
