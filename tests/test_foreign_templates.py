"""Templates of copier and of cookiecutter are recognised, rendered and remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import copier
import pytest
import yaml
from conftest import Command, files, run, write_files

from mlscaffold.errors import MlscaffoldError
from mlscaffold.sources.opening import find_records, open_template, read_record
from mlscaffold.sources.ours import OurTemplates
from mlscaffold.sources.repository import expand, open_repository

COPIER: dict[str, str | bytes] = {
    "copier.yml": """\
_subdirectory: template
_skip_if_exists: [CHANGES.md]
_exclude: ["{% if _copier_operation == 'update' %}/ONCE.md{% endif %}"]
name: {type: str, help: Name}
size: {type: int, default: 3}
kind: {type: str, choices: [a, b], default: a}
""",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "template/{{ name }}.txt.jinja": "{{ size }} {{ kind }}\n",
    "template/CHANGES.md": "none\n",
    "template/ONCE.md": "once\n",
}
COOKIECUTTER: dict[str, str | bytes] = {
    "cookiecutter.json": json.dumps(
        {
            "name": "thing",
            "slug": "{{ cookiecutter.name | lower }}",
            "size": "3",
            "kind": ["a", "b"],
            "_private": "x",
        }
    ),
    "{{ cookiecutter.slug }}/size.txt": "{{ cookiecutter.size }} {{ cookiecutter.kind }}\n",
    "{{ cookiecutter.slug }}/from.txt": "{{ cookiecutter._template }}\n",
    "{{ cookiecutter.slug }}/notes/a.md": "a\n",
    "{{ cookiecutter.slug }}/notes/b.md": "b\n",
}
HOOK = "import pathlib, sys\nsys.path\npathlib.Path('made-by-the-hook.txt').write_text('x')\n"


@pytest.fixture
def publish(tmp_path: Path, identity: str) -> Callable[..., Path]:
    """Commit files as the next version of a template, and tag it."""

    def commit(content: dict[str, str | bytes], tag: str | None = None, name: str = "t") -> Path:
        folder = tmp_path / "templates" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
        write_files(folder, content)
        run("git", "add", "--all", cwd=folder)
        run("git", "commit", "--quiet", "--message", "Change", cwd=folder)
        if tag:
            run("git", "tag", tag, cwd=folder)
        return folder

    return commit


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


# What is what


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("gh:owner/name", "https://github.com/owner/name.git"),
        ("gl:owner/name.git", "https://gitlab.com/owner/name.git"),
        ("bb:owner/name", "https://bitbucket.org/owner/name.git"),
        ("https://github.com/owner/name", "https://github.com/owner/name.git"),
        ("https://example.org/name", "https://example.org/name"),
        ("git+https://example.org/name", "https://example.org/name"),
        ("git@example.org:name.git", "git@example.org:name.git"),
        ("ssh://git@example.org/name", "ssh://git@example.org/name"),
    ],
)
def test_address_may_be_short(address: str, url: str) -> None:
    assert expand(address) == url


@pytest.mark.parametrize("address", ["a.zip", "https://example.org/template.ZIP"])
def test_archive_is_refused_with_a_way_out(address: str) -> None:
    with pytest.raises(MlscaffoldError, match="is an archive") as error:
        open_template(address)
    assert "unpack it" in error.value.hint


@pytest.mark.parametrize("address", ["nothing", "./nothing", "regression", "", "-u"])
def test_address_of_nothing_is_refused(address: str) -> None:
    with pytest.raises(MlscaffoldError) as error:
        open_template(address or "nothing at all")
    assert "a git URL, `gh:OWNER/NAME` or a folder" in error.value.hint


def test_repository_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MlscaffoldError, match="cannot fetch the template"):
        open_template(f"file://{tmp_path}/nothing")


def test_folder_without_a_manifest_is_refused(publish: Callable[..., Path]) -> None:
    with pytest.raises(MlscaffoldError, match=r"neither copier.yml nor cookiecutter.json"):
        open_template(str(publish({"README.md": "x"})))


def test_template_for_both_tools_is_copiers(publish: Callable[..., Path]) -> None:
    template, _ = open_template(str(publish({**COPIER, **COOKIECUTTER})))
    assert template.kind == "copier"


def test_newest_release_is_taken_and_no_earlier_or_unfinished_one(
    publish: Callable[..., Path],
) -> None:
    for tag in ("v0.9.0", "v0.10.0", "v1.0.0rc1", "stable"):
        folder = publish({**COPIER, "template/version.txt": tag}, tag)
    template, version = open_template(str(folder))
    assert (version, template.versions()) == ("v0.10.0", ["v0.9.0", "v0.10.0"])


def test_bare_repository_and_file_url_are_read(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder = publish(COPIER, "v1.0.0")
    run("git", "clone", "--quiet", "--bare", folder, tmp_path / "bare")
    for number, address in enumerate((str(tmp_path / "bare"), f"file://{folder}/.git")):
        template, version = open_template(address)
        template.create(version, {"name": "n"}, tmp_path / f"made{number}")
        said = yaml.safe_load((tmp_path / f"made{number}" / ".copier-answers.yml").read_text())
        assert said["_commit"] == "v1.0.0"
        assert open_repository(said["_src_path"]).tags() == ["v1.0.0"]


def test_version_that_does_not_exist_is_refused(publish: Callable[..., Path]) -> None:
    with pytest.raises(MlscaffoldError, match="has no version `v9`"):
        open_template(str(publish(COPIER, "v1.0.0")), checkout="v9")


def test_stub_says_what_its_manifest_says(publish: Callable[..., Path], tmp_path: Path) -> None:
    stub = {
        "cookiecutter.json": '{"DEPRECATED": "Use another tool"}',
        "{{ cookiecutter.slug }}/x": "",
    }
    template, version = open_template(str(publish(stub)), trust=True)
    with pytest.raises(MlscaffoldError, match=r"is a stub.*`slug`.*It says: Use another tool"):
        template.create(version, {}, tmp_path / "made")


@pytest.mark.parametrize(
    "manifest",
    [
        {"templates": {"one": {"path": "./one"}, "two": {"path": "two"}}},
        {"template": ["One (./one)", "Two (two)"]},
    ],
)
def test_collection_of_templates_lists_its_folders(
    publish: Callable[..., Path], tmp_path: Path, manifest: dict[str, object]
) -> None:
    inner = {f"one/{name}": text for name, text in COOKIECUTTER.items()}
    folder = publish({"cookiecutter.json": json.dumps(manifest), **inner})
    template, version = open_template(str(folder), trust=True)
    with pytest.raises(MlscaffoldError) as error:
        template.create(version, {}, tmp_path / "made")
    assert error.value.hint == "choose one: `--directory one`, `--directory two`"
    template, version = open_template(str(folder), trust=True, directory="one")
    template.create(version, {}, tmp_path / "made")
    assert (tmp_path / "made" / "size.txt").read_text() == "3 a\n"
    assert json.loads((tmp_path / "made" / ".cruft.json").read_text())["directory"] == "one"


# Code of others


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("_tasks: [echo hello]", "the command `echo hello`"),
        ("_tasks: [{command: [echo, hello]}]", "the command `echo hello`"),
        ("_migrations: [{version: v2.0.0, command: echo moved}]", "in an update, `echo moved`"),
        ("_jinja_extensions: [jinja2.ext.do]", "the Jinja extension jinja2.ext.do"),
    ],
)
def test_copier_template_that_runs_code_is_refused_and_shows_it(
    publish: Callable[..., Path], tmp_path: Path, setting: str, shown: str
) -> None:
    folder = publish({**COPIER, "copier.yml": f"{COPIER['copier.yml']!s}{setting}\n"}, "v1.0.0")
    template, version = open_template(str(folder))
    with pytest.raises(MlscaffoldError) as error:
        template.create(version, {"name": "n"}, tmp_path / "made")
    assert shown in error.value.message
    assert "--trust" in error.value.hint
    assert not (tmp_path / "made").exists()
    trusted, version = open_template(str(folder), trust=True)
    trusted.create(version, {"name": "n"}, tmp_path / "made")
    assert (tmp_path / "made" / "n.txt").exists()


def test_copier_template_that_runs_no_code_needs_no_trust(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    template, version = open_template(str(publish(COPIER, "v1.0.0")))
    template.create(version, {"name": "n", "size": "5"}, tmp_path / "made")
    assert (tmp_path / "made" / "n.txt").read_text() == "5 a\n"


def test_cookiecutter_template_always_needs_trust(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    """Its extensions would run even with hooks off."""
    template, version = open_template(
        str(publish({**COOKIECUTTER, "hooks/post_gen_project.py": HOOK}))
    )
    with pytest.raises(
        MlscaffoldError, match=r"can run code from it: the hook post_gen_project.py"
    ):
        template.create(version, {}, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_hook_runs_where_it_is_trusted(publish: Callable[..., Path], tmp_path: Path) -> None:
    folder = publish({**COOKIECUTTER, "hooks/post_gen_project.py": HOOK})
    template, version = open_template(str(folder), trust=True)
    template.create(version, {}, tmp_path / "made")
    assert (tmp_path / "made" / "made-by-the-hook.txt").exists()


@pytest.mark.parametrize("content", [COPIER, {**COOKIECUTTER, "hooks/post_gen_project.py": HOOK}])
def test_nothing_is_left_in_the_home_or_the_temporary_folder(
    publish: Callable[..., Path],
    tmp_path: Path,
    sandbox: Path,
    temporary: Path,
    content: dict[str, str | bytes],
) -> None:
    """But the copy of the template, which goes when the program ends."""
    folder = publish(content, "v1.0.0")
    before = files(sandbox)
    template, version = open_template(str(folder), trust=True)
    template.create(version, {"name": "n"}, tmp_path / "made")
    assert files(sandbox) == before
    assert [path.name for path in temporary.glob("*/*")] == ["template.git"]


def test_settings_of_the_person_do_not_matter(
    publish: Callable[..., Path], tmp_path: Path, sandbox: Path
) -> None:
    (sandbox / ".cookiecutterrc").write_text("default_context: {size: '99'}\n")
    template, version = open_template(str(publish(COOKIECUTTER)), trust=True)
    template.create(version, {}, tmp_path / "made")
    assert (tmp_path / "made" / "size.txt").read_text() == "3 a\n"


# Answers


@pytest.mark.parametrize("content", [COPIER, COOKIECUTTER], ids=["copier", "cookiecutter"])
@pytest.mark.parametrize("given", [{"kind": "z"}, {"size": "many", "name": "n", "kind": "z"}])
def test_answer_that_does_not_fit_is_refused(
    publish: Callable[..., Path],
    tmp_path: Path,
    content: dict[str, str | bytes],
    given: dict[str, str],
) -> None:
    template, version = open_template(str(publish(content)), trust=True)
    with pytest.raises(MlscaffoldError, match="with these answers"):
        template.create(version, given, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_questions_are_those_of_the_manifest(publish: Callable[..., Path]) -> None:
    template, version = open_template(str(publish(COPIER, name="one")))
    assert template.questions(version) == ["name", "size", "kind"]
    template, version = open_template(str(publish(COOKIECUTTER, name="two")))
    assert template.questions(version) == ["name", "slug", "size", "kind"]


# What projects remember


def test_copier_project_is_the_one_that_copier_makes(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder = publish(COPIER, "v1.0.0")
    template, version = open_template(str(folder))
    template.create(version, {"name": "n"}, tmp_path / "ours")
    copier.run_copy(
        str(folder), tmp_path / "copiers", data={"name": "n"}, defaults=True, quiet=True
    )
    assert files(tmp_path / "ours") == files(tmp_path / "copiers")


def test_copier_project_with_another_answers_file_is_read(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder, project = publish(COPIER, "v1.0.0"), tmp_path / "made"
    copier.run_copy(
        str(folder),
        project,
        data={"name": "n"},
        defaults=True,
        quiet=True,
        answers_file=".other.yml",
    )
    assert find_records(project) == [".other.yml"]
    record = read_record(project, ".other.yml")
    assert (record.version, record.answers["name"], record.file) == ("v1.0.0", "n", ".other.yml")
    record.source.render("v1.0.0", record.answers, tmp_path / "again")
    assert files(tmp_path / "again") == files(project)


def test_render_of_copiers_takes_recorded_answers_as_far_as_they_fit(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder = publish(COPIER, "v1.0.0")
    changed = str(COPIER["copier.yml"]).replace("[a, b], default: a", "[c, d], default: d")
    publish({"copier.yml": changed, "template/new.txt": "new\n"}, "v2.0.0")
    template, _ = open_template(str(folder))
    template.render("v2.0.0", {"name": "n", "size": 7, "kind": "b"}, tmp_path / "new")
    assert (tmp_path / "new" / "n.txt").read_text() == "7 d\n"
    said = yaml.safe_load((tmp_path / "new" / ".copier-answers.yml").read_text())
    assert (said["_commit"], said["_src_path"]) == ("v2.0.0", str(folder))


def test_update_of_copiers_leaves_out_what_is_made_once(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    template, version = open_template(str(publish(COPIER, "v1.0.0")))
    template.render(version, {"name": "n"}, tmp_path / "made", update=True)
    assert files(tmp_path / "made").keys() == {".copier-answers.yml", "n.txt"}


def test_way_through_migrations_is_refused(publish: Callable[..., Path]) -> None:
    folder = publish(COPIER, "v1.0.0")
    migration = "_migrations: [{version: v2.0.0, command: echo moved}]\n"
    publish({"copier.yml": f"{COPIER['copier.yml']!s}{migration}"}, "v2.0.0")
    publish({"template/x": "x"}, "v2.1.0")
    template, _ = open_template(str(folder), trust=True)
    template.check_way("v2.0.0", "v2.1.0")
    with pytest.raises(MlscaffoldError, match="migrations"):
        template.check_way("v1.0.0", "v2.1.0")


def cruft_record(folder: Path, **more: object) -> dict[str, object]:
    """Return what cruft writes for a project of the template in `folder`."""
    context = {"name": "Old", "slug": "old", "size": "9", "kind": "b", "_private": "x"}
    return {
        "template": str(folder),
        "commit": run("git", "rev-parse", "HEAD", cwd=folder).strip(),
        "checkout": None,
        "context": {"cookiecutter": {**context, "_template": str(folder)}},
        "directory": None,
        **more,
    }


def test_cookiecutter_project_remembers_its_template_as_cruft_does(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder = publish(COOKIECUTTER)
    template, version = open_template(str(folder), trust=True)
    template.create(version, {"name": "Old", "size": "9", "kind": "b"}, tmp_path / "made")
    said = json.loads((tmp_path / "made" / ".cruft.json").read_text())
    expected = cruft_record(folder)
    assert said.keys() == expected.keys()
    assert {key: said[key] for key in said if key != "context"} == {
        key: expected[key] for key in expected if key != "context"
    }
    assert (
        said["context"]["cookiecutter"].items() >= {"slug": "old", "size": "9", "kind": "b"}.items()
    )
    assert str(tmp_path / "made") not in json.dumps(said)


def test_project_that_cruft_made_is_read_and_rendered_again(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    folder, project = publish(COOKIECUTTER), tmp_path / "old"
    write_files(project, {".cruft.json": json.dumps(cruft_record(folder))})
    old = read_record(project, ".cruft.json", trust=True)
    publish({"{{ cookiecutter.slug }}/new.txt": "{{ cookiecutter.size }}\n"})
    record = read_record(project, ".cruft.json", trust=True)
    assert record.version == old.version != record.source.newest()
    record.source.render(record.source.newest(), record.answers, tmp_path / "new")
    assert (tmp_path / "new" / "new.txt").read_text() == "9\n"
    assert (tmp_path / "new" / "size.txt").read_text() == "9 b\n"
    said = json.loads((tmp_path / "new" / ".cruft.json").read_text())
    assert said["commit"] == record.source.newest()


def test_settings_of_cruft_are_heeded(publish: Callable[..., Path], tmp_path: Path) -> None:
    inner = {f"inner/{name}": text for name, text in COOKIECUTTER.items()}
    folder, project = publish(inner), tmp_path / "old"
    run("git", "checkout", "--quiet", "-b", "stable", cwd=folder)
    wanted = cruft_record(
        folder, directory="inner", checkout="stable", skip=["notes/a*", "from.txt"]
    )
    pyproject = "[tool.cruft]\nskip = ['notes/b.md']\n"
    write_files(project, {".cruft.json": json.dumps(wanted), "pyproject.toml": pyproject})
    run("git", "checkout", "--quiet", "main", cwd=folder)
    publish({"inner/{{ cookiecutter.slug }}/unstable.txt": "x"})
    record = read_record(project, ".cruft.json", trust=True)
    assert record.skip == ("notes/a*", "from.txt", "notes/b.md")
    assert record.source.newest() == run("git", "rev-parse", "stable", cwd=folder).strip()
    record.source.render(record.source.newest(), record.answers, tmp_path / "new", update=True)
    assert files(tmp_path / "new").keys() == {".cruft.json", "size.txt"}
    said = json.loads((tmp_path / "new" / ".cruft.json").read_text())
    assert (said["skip"], said["checkout"]) == (["notes/a*", "from.txt"], "stable")


@pytest.mark.parametrize(
    ("checkout", "version", "followed"),
    [(None, "v2", None), ("main", "v1", "main"), ("v1", "v1", "v1"), ("v1", "v2", None)],
)
def test_project_follows_its_branch_and_leaves_a_tag_when_it_is_told_to(
    publish: Callable[..., Path],
    tmp_path: Path,
    checkout: str | None,
    version: str,
    followed: str | None,
) -> None:
    folder = publish(COOKIECUTTER, "v1")
    publish({"x": "x"}, "v2")
    template, _ = open_template(str(folder), trust=True, checkout=checkout)
    template.render(version, {}, tmp_path / "made")
    assert json.loads((tmp_path / "made" / ".cruft.json").read_text())["checkout"] == followed


def test_each_version_gets_its_own_extensions(publish: Callable[..., Path], tmp_path: Path) -> None:
    extension = """
from jinja2.ext import Extension
class Shout(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        environment.filters["shout"] = lambda text: text + "MARK"
"""
    manifest = {"slug": "demo", "_extensions": ["local_extensions.Shout"]}
    content: dict[str, str | bytes] = {
        "cookiecutter.json": json.dumps(manifest),
        "local_extensions.py": extension.replace("MARK", "!"),
        "{{ cookiecutter.slug }}/x.txt": "{{ 'hey' | shout }}",
    }
    folder = publish(content, "old")
    publish({"local_extensions.py": extension.replace("MARK", "?")}, "new")
    template, _ = open_template(str(folder), trust=True)
    for version, text in (("old", "hey!"), ("new", "hey?"), ("old", "hey!")):
        made = tmp_path / f"{version}{text}{len(list(tmp_path.iterdir()))}"
        template.render(version, {}, made)
        assert (made / "x.txt").read_text() == text


def test_by_products_that_git_ignores_are_no_part_of_a_render(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    hook = "import pathlib\npathlib.Path('cache').mkdir()\npathlib.Path('cache/x').touch()\n"
    more = {"hooks/post_gen_project.py": hook, "{{ cookiecutter.slug }}/.gitignore": "cache/\n"}
    template, version = open_template(str(publish({**COOKIECUTTER, **more})), trust=True)
    template.render(version, {}, tmp_path / "made")
    assert not (tmp_path / "made" / "cache").exists()
    assert (tmp_path / "made" / "size.txt").exists()


def test_folder_without_history_can_be_used_once(tmp_path: Path) -> None:
    write_files(tmp_path / "plain", COOKIECUTTER)
    template, version = open_template(str(tmp_path / "plain"), trust=True)
    template.create(version, {}, tmp_path / "made")
    assert (tmp_path / "made" / "size.txt").read_text() == "3 a\n"
    assert find_records(tmp_path / "made") == []


def test_project_of_ours_is_read(small_templates: Path, tmp_path: Path) -> None:
    answers = "_commit: v1.0.0\n_src_path: git+mlscaffold://templates\nproject_type: numbers\n"
    write_files(tmp_path, {".copier-answers.yml": answers})
    record = read_record(tmp_path, ".copier-answers.yml")
    assert isinstance(record.source, OurTemplates)
    assert (record.version, record.answers) == ("v1.0.0", {"project_type": "numbers"})


@pytest.mark.parametrize("name", [".copier-answers.yml", ".cruft.json"])
@pytest.mark.parametrize("text", ["{", "[]", "{}", "a: [", '{"template": 3}', ""])
def test_damaged_record_is_said(tmp_path: Path, name: str, text: str) -> None:
    write_files(tmp_path, {name: text})
    with pytest.raises(MlscaffoldError, match="is damaged") as error:
        read_record(tmp_path, name)
    assert "brings the committed one back" in error.value.hint


# On the command line

AUTHOR = ("--author", "Ada Lovelace <ada@example.org>")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def is_committed_once(project: Path) -> bool:
    """Tell whether `project` is a repository with one commit that holds all of it."""
    return (
        run("git", "status", "--porcelain", cwd=project) == ""
        and run("git", "rev-list", "--count", "HEAD", cwd=project) == "1\n"
    )


def test_new_makes_a_project_of_a_copier_template(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    folder = publish(COPIER, "v1.0.0")
    made = mlscaffold("new", "--template", folder, "demo", "--set", "name=n", *AUTHOR)
    assert made.status == 0, made.err
    assert made.err.startswith("Created demo from t v1.0.0\n")
    assert is_committed_once(here / "demo")
    said = run("git", "log", "--format=%an: %s", cwd=here / "demo")
    assert said == "Ada Lovelace: Start from t v1.0.0\n"
    assert [path.name for path in here.iterdir()] == ["demo"]


def test_cookiecutter_template_names_the_folder_where_nobody_does(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    folder = publish({**COOKIECUTTER, "hooks/post_gen_project.py": HOOK})
    refused = mlscaffold("new", "--template", folder)
    assert (refused.status, "--trust" in refused.err) == (1, True)
    assert list(here.iterdir()) == []
    made = mlscaffold("new", "--template", folder, "--trust", "--set", "name=Mine")
    assert made.status == 0, made.err
    assert "It runs code of its own, as you allow:\n  the hook post_gen_project.py\n" in made.err
    assert is_committed_once(here / "mine")
    assert [path.name for path in here.iterdir()] == ["mine"]
    again = mlscaffold("new", "--template", folder, "--trust", "--set", "name=Mine")
    assert again.status == 1
    assert "is not empty" in again.err
    named = mlscaffold("new", "--template", folder, "other", "--trust", "--set", "name=Mine")
    assert named.status == 0
    assert is_committed_once(here / "other")


def test_repository_that_a_hook_makes_is_kept(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    hook = "import subprocess\nsubprocess.run(['git', 'init', '-q', '-b', 'theirs'])\n"
    folder = publish({**COOKIECUTTER, "hooks/post_gen_project.py": hook})
    assert mlscaffold("new", "--template", folder, "demo", "--trust").status == 0
    assert run("git", "branch", "--show-current", cwd=here / "demo") == "theirs\n"
    assert is_committed_once(here / "demo")


def test_hook_that_fails_leaves_nothing(
    publish: Callable[..., Path], here: Path, mlscaffold: Command, temporary: Path
) -> None:
    folder = publish({**COOKIECUTTER, "hooks/post_gen_project.py": "raise SystemExit(3)\n"})
    made = mlscaffold("new", "--template", folder, "deep/demo", "--trust")
    assert made.status == 1
    assert "Traceback" not in made.err
    assert list(here.iterdir()) == []


def test_task_that_fails_leaves_nothing(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    folder = publish({**COPIER, "copier.yml": f"{COPIER['copier.yml']!s}_tasks: [exit 3]\n"})
    made = mlscaffold("new", "--template", folder, "demo", "--trust", "--set", "name=n")
    assert made.status == 1
    assert "a command of the template failed" in made.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "DEST is missing"),
        (("demo",), 'Question "name" is required'),
        (("demo", "--set", "nme=x"), "there is no question `nme`"),
        (("demo", "--checkout", "v7"), "has no version `v7`"),
        (("demo", "--directory", "nothing"), "is no template"),
    ],
)
def test_what_a_template_lacks_is_said(
    publish: Callable[..., Path],
    here: Path,
    mlscaffold: Command,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    made = mlscaffold("new", "--template", publish(COPIER, "v1.0.0"), *arguments)
    assert made.status == 1
    assert message in made.err
    assert list(here.iterdir()) == []


def test_here_takes_a_fresh_clone_for_other_templates_too(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    run("git", "init", "--quiet", cwd=here)
    write_files(here, {"README.md": "mine\n"})
    run("git", "add", "--all", cwd=here)
    run("git", "commit", "--quiet", "--message", "First", cwd=here)
    folder = publish({**COPIER, "template/README.md": "theirs\n"}, "v1.0.0")
    made = mlscaffold("new", "--template", folder, "--here", "--set", "name=n")
    assert made.status == 0, made.err
    assert (here / "README.md").read_text() == "mine\n"
    assert run("git", "status", "--porcelain", cwd=here) == ""


def test_template_without_history_comes_with_a_note(
    tmp_path: Path, here: Path, mlscaffold: Command, identity: str
) -> None:
    write_files(tmp_path / "plain", COOKIECUTTER)
    made = mlscaffold("new", "--template", tmp_path / "plain", "--trust")
    assert made.status == 0, made.err
    assert "it cannot be updated" in made.err
    assert is_committed_once(here / "thing")


def test_project_of_a_cookiecutter_template_is_updated_and_keeps_edits(
    publish: Callable[..., Path], here: Path, mlscaffold: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = publish(COOKIECUTTER)
    assert mlscaffold("new", "--template", folder, "--trust").status == 0
    monkeypatch.chdir(here / "thing")
    (here / "thing" / "notes" / "a.md").write_text("a\nmine\n")
    run("git", "commit", "--quiet", "--all", "--message", "Mine", cwd=here / "thing")
    publish({"{{ cookiecutter.slug }}/size.txt": "{{ cookiecutter.size }} meters\n"})
    refused = mlscaffold("update")
    assert (refused.status, "--trust" in refused.err) == (1, True)
    updated = mlscaffold("update", "--trust")
    assert updated.status == 0, updated.err
    newest = run("git", "rev-parse", "HEAD", cwd=folder)[:12]
    assert updated.err.splitlines()[0].endswith(f" to {newest}")
    assert "reproduce" not in updated.err
    assert (here / "thing" / "size.txt").read_text() == "3 meters\n"
    assert (here / "thing" / "notes" / "a.md").read_text() == "a\nmine\n"
    run("git", "commit", "--quiet", "--all", "--message", f"Update to t {newest}")
    assert mlscaffold("update", "--trust").err == f"Already at t {newest}\n"


def test_project_of_a_copier_template_is_updated_without_trust(
    publish: Callable[..., Path], here: Path, mlscaffold: Command
) -> None:
    folder = publish(COPIER, "v1.0.0")
    assert mlscaffold("new", "--template", folder, "demo", "--set", "name=n").status == 0
    publish({"template/{{ name }}.txt.jinja": "{{ size }} {{ kind }}!\n"}, "v1.1.0")
    updated = mlscaffold("update", here / "demo")
    assert updated.err.startswith("Updated from t v1.0.0 to v1.1.0\n"), updated.err
    assert (here / "demo" / "n.txt").read_text() == "3 a!\n"
