"""Rendering equals copier's, for the part of copier that our templates use; they use no more."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from conftest import run, write_files

from mlscaffold.catalog import read_settings
from mlscaffold.errors import MlscaffoldError
from mlscaffold.release import TEMPLATES
from mlscaffold.render import CASTS, render

SETTINGS = """\
_subdirectory: "{{ project_type }}"
_envops:
  undefined: jinja2.StrictUndefined
_exclude:
  - "{% if _copier_operation == 'update' %}/README.md{% endif %}"

project_type:
  type: str
  help: Kind
  choices: [one, two]
project_name:
  type: str
  help: Name
  default: "the-{{ project_type }}"
  validator: "{% if not project_name | regex_search('^[a-z-]+$') %}use lower case{% endif %}"
package:
  type: str
  help: Package
  default: "{{ project_name | replace('-', '_') }}"
author:
  type: str
  help: Author
  default: The author
year:
  type: int
  help: Year
  default: "{{ '%Y' | strftime }}"
  validator: "{% if year < 1900 %}years begin with 1900{% endif %}"
"""
TEMPLATE: dict[str, str | bytes] = {
    "copier.yml": SETTINGS,
    "outside.txt": "not part of any project",
    "shared/included.txt": "included by {{ author }}\n",
    "two/other.txt": "another type",
    "one/{{ _copier_conf.answers_file }}.jinja": "# Kept\n{{ _copier_answers | to_nice_yaml -}}\n",
    "one/README.md.jinja": "# {{ project_name }}\n\n{% include 'shared/included.txt' %}",
    "one/LICENSE.jinja": "{{ year }} {{ author }}\n\n\n",
    "one/no-line-end.txt.jinja": "{{ year }}",
    "one/blank.txt.jinja": "",
    "one/only-blanks.txt.jinja": "{% if false %}x{% endif %}\n",
    "one/windows.txt.jinja": b"{{ year }}\r\nline\r\n",
    "one/windows.txt": b"a\r\nb\r\n",
    "one/as-it-is.txt": "{{ author }} {% nothing %}\n",
    "one/ünïcode é.txt": "ünïcode\n",
    "one/ünïcode.jinja": "ünïcode {{ author }}\n",
    "one/bytes.bin": bytes(range(256)),
    "one/empty.txt": b"",
    "one/.hidden/.file": "hidden\n",
    "one/name.jinja.txt": "{{ author }}\n",
    "one/src/{{ package }}/__init__.py": "",
    "one/src/{{ package }}/data.py.jinja": "import {{ package }}\n{# gone #}\n",
    "one/src/{{ package }}/deep/{{ project_name }}.txt": "x\n",
    "one/src/{{ package }}/deep/deeper/x.jinja": "{%- set a = 1 -%}\n  {{ a }}  \n",
    "one/run": "#!/bin/sh\n",
    "one/run-rendered.jinja": "#!/bin/sh\necho {{ package }}\n",
    "one/private.jinja": "{{ 'now' if '%Y' | strftime else '' }} {{ author | to_json }}\n",
}
MODES = {"one/run": 0o755, "one/run-rendered.jinja": 0o755, "one/private.jinja": 0o600}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    template = write_files(tmp_path / "template", TEMPLATE)
    for name, mode in MODES.items():
        (template / name).chmod(mode)
    return template


def look(directory: Path) -> dict[str, tuple[str, bytes]]:
    """Return mode and content of everything below `directory`."""
    return {
        path.relative_to(directory).as_posix(): (
            stat.filemode(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else b"",
        )
        for path in directory.rglob("*")
    }


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"project_name": "my-project", "package": "mine", "author": "Ada Lovelace", "year": 1943},
        {"author": 'Renée "Q" O\'Hara: {{ 7 * 7 }} # {% x %}'},
        {"author": "yes"},
        {"author": "1843"},
        {"author": ""},
        {"author": "日本語の名前"},
        {"author": "word " * 60},
        {"year": "1943"},
    ],
    ids=str,
)
def test_project_is_the_one_that_copier_makes(
    template: Path, tmp_path: Path, answers: Mapping[str, object]
) -> None:
    given = {"project_type": "one", **answers}
    render(template, tmp_path / "ours", given, {"_src_path": str(template)})
    copier.run_copy(str(template), tmp_path / "copiers", data=given, defaults=True, quiet=True)
    assert look(tmp_path / "ours") == look(tmp_path / "copiers")


def test_project_is_the_one_that_copier_makes_of_a_release(template: Path, tmp_path: Path) -> None:
    for command in (
        "git init --quiet",
        "git add --all",
        "git -c user.name=A -c user.email=a@example.org commit --quiet --message v1.2.0",
        "git tag v1.2.0",
    ):
        run(*command.split(), cwd=template)
    # git keeps no more of a mode than whether the file is executable.
    (template / "one" / "private.jinja").chmod(0o644)
    given = {"project_type": "one"}
    url = f"git+file://{template}"
    render(template, tmp_path / "ours", given, {"_src_path": url, "_commit": "v1.2.0"})
    copier.run_copy(url, tmp_path / "copiers", data=given, defaults=True, quiet=True)
    assert look(tmp_path / "ours") == look(tmp_path / "copiers")


def test_missing_variable_is_an_error_and_not_an_empty_text(template: Path, tmp_path: Path) -> None:
    (template / "one" / "README.md.jinja").write_text("{{ unheard_of }}")
    with pytest.raises(Exception, match="'unheard_of' is undefined"):
        render(template, tmp_path / "ours", {"project_type": "one"}, {})


def test_template_runs_no_code_of_its_own(template: Path, tmp_path: Path) -> None:
    (template / "one" / "README.md.jinja").write_text("{{ ''.__class__.__mro__ }}")
    with pytest.raises(Exception, match="unsafe"):
        render(template, tmp_path / "ours", {"project_type": "one"}, {})


@pytest.mark.parametrize(
    ("answers", "message", "hint"),
    [
        ({"year": "soon"}, "`soon` cannot be the year", "it takes a whole number: Year"),
        ({"year": "1800"}, "`1800` cannot be the year", "years begin with 1900"),
        ({"project_name": "A B"}, "`A B` cannot be the project_name", "use lower case"),
    ],
)
def test_answer_that_cannot_be_used_is_refused_before_anything_is_written(
    template: Path, tmp_path: Path, answers: Mapping[str, object], message: str, hint: str
) -> None:
    with pytest.raises(MlscaffoldError) as error:
        render(template, tmp_path / "ours", {"project_type": "one", **answers}, {})
    assert (error.value.message, error.value.hint) == (message, hint)
    assert not (tmp_path / "ours").exists()


def unsupported(settings: Mapping[str, Any]) -> Iterator[str]:
    """Yield what `settings`, those of a copier.yml, ask for that `render` would pass over."""
    for key, value in settings.items():
        match key:
            case "_min_copier_version":
                pass
            case "_subdirectory" if value == "{{ project_type }}":
                pass
            case "_envops" if value == {"undefined": "jinja2.StrictUndefined"}:
                pass
            case "_exclude":
                path = r"/([^{}*?!\[\]\\]|\{\{ package \}\})+"
                rooted = rf"\{{% if [^{{}}%]+ %\}}{path}\{{% endif %\}}"
                yield from (item for item in value if not re.fullmatch(rooted, item))
            case "project_type" if set(value) == {"type", "help", "choices"}:
                pass
            case _ if key.startswith("_") or not isinstance(value, dict):
                yield key
            case _:
                yield from unsupported_question(key, value)


def unsupported_question(name: str, question: Mapping[str, Any]) -> Iterator[str]:
    known = {"type", "help", "default", "validator"}
    if question.get("multiselect") is True and isinstance(question.get("choices"), str):
        known = {"type", "help", "default", "multiselect", "choices"}
    yield from (f"{name}: {each}" for each in question.keys() - known)
    if question.get("type") not in CASTS or "help" not in question:
        yield f"{name}: type and help are needed, and the type one of {list(CASTS)}"


def test_our_templates_use_only_what_is_read(working: Path) -> None:
    assert list(unsupported(read_settings(working))) == []


@pytest.mark.parametrize(
    "setting",
    [
        "_tasks: [echo]",
        "_migrations: []",
        "_jinja_extensions: [jinja2.ext.do]",
        "_templates_suffix: .tmpl",
        "_skip_if_exists: [README.md]",
        "_preserve_symlinks: true",
        "_exclude: ['*.pyc']",
        "_envops: {block_start_string: '[%'}",
        "_subdirectory: template",
        "x: {type: str, help: X, when: false}",
        "x: {type: str, help: X, secret: true}",
        "x: {type: str, help: X, choices: [a, b]}",
        "x: {type: str, help: X, multiselect: true}",
        "x: {type: str, help: X, multiselect: true, choices: [a, b]}",
        "_exclude: ['{% if a %}*.pyc{% endif %}']",
        "x: {type: bool, help: X}",
        "x: {type: yaml, help: X}",
        "x: {help: X}",
        "x: {type: str}",
        "x: short form",
    ],
)
def test_setting_that_would_be_passed_over_is_noticed(setting: str) -> None:
    assert list(unsupported(yaml.safe_load(setting)))


def test_names_in_our_templates_hold_only_the_two_expressions_that_are_read() -> None:
    paths = [path for path in TEMPLATES.rglob("*") if "__pycache__" not in path.parts]
    assert [path for path in paths if path.is_symlink()] == []
    plain = [
        path.name.replace("{{ package }}", "").replace("{{ _copier_conf.answers_file }}", "")
        for path in paths
    ]
    assert [name for name in plain if re.search(r"[{}]", name)] == []
    assert [path for path in paths if path.is_dir() and path.suffix == ".jinja"] == []


def test_files_in_our_templates_use_only_the_variables_of_copier_that_are_there() -> None:
    rendered = [path for path in TEMPLATES.rglob("*.jinja") if path.is_file()]
    assert rendered
    for path in rendered:
        used = set(re.findall(r"\b_(?:copier|folder|external)\w*", path.read_text("utf-8")))
        assert used <= {"_copier_answers", "_copier_conf"}, path


def test_copier_itself_is_not_needed(template: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mlscaffold.render import render;"
        "render(Path(sys.argv[1]), Path(sys.argv[2]), {'project_type': 'one'}, {});"
        "assert not {'copier', 'pydantic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, template, tmp_path / "ours"], check=True)
