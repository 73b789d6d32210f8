"""What mlscaffold asks of git, on machines whose settings are not ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import write_files

from mlscaffold import git
from mlscaffold.errors import MlscaffoldError
from mlscaffold.git import GitError, Identity, known_identity
from mlscaffold.inherited import forget_inherited_repository
from mlscaffold.signer import find_identity

ADA = Identity("Ada Lovelace", "ada@example.org")
FAILING_HOOK = "#!/bin/sh\necho refused by a hook >&2\nexit 1\n"


def repository(path: Path) -> Path:
    """Make an empty repository at `path`."""
    path.mkdir(parents=True)
    git.git("init", "--quiet", cwd=path)
    return path


def write_hooks(directory: Path) -> None:
    """Write hooks into `directory` that let nothing pass."""
    directory.mkdir(parents=True)
    for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit"):
        (directory / name).write_text(FAILING_HOOK)
        (directory / name).chmod(0o755)


@pytest.mark.parametrize(
    "text", ["Ada Lovelace <ada@example.org>", "  Ada Lovelace<ada@example.org> "]
)
def test_author_is_read(text: str) -> None:
    assert Identity.parse(text) == ADA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada",
        "ada@example.org",
        "<ada@example.org>",
        "Ada <ada>",
        "Ada <>",
        "Ada <a@b> <c@d>",
        "A\nda <ada@example.org>",
        "Ada ada@example.org",
    ],
)
def test_malformed_author_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MlscaffoldError, match="not an author") as error:
        Identity.parse(text)
    assert "Ada Lovelace <ada@example.org>" in error.value.hint


def test_missing_git_is_said_with_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MlscaffoldError, match="git is not installed") as error:
        git.git("--version")
    assert "https://git-scm.com" in error.value.hint


def test_failure_names_the_command_and_what_git_said(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"^`git rev-parse` failed: fatal: not a git") as error:
        git.git("-c", "core.bare=false", f"--git-dir={tmp_path}", "rev-parse", "nothing")
    assert error.value.hint


def test_every_variable_that_git_calls_local_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    local = set(git.git("rev-parse", "--local-env-vars").split())
    # These carry `git -c` settings of the person, not a repository.
    local -= {"GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"}
    for name in local:
        monkeypatch.setenv(name, "1")
    forget_inherited_repository()
    assert local & set(os.environ) == set()


def test_nobody_is_known_where_nobody_was_named(tmp_path: Path) -> None:
    assert find_identity(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_identity_is_the_one_of_the_global_settings(tmp_path: Path, identity: str) -> None:
    assert find_identity(tmp_path) == Identity.parse(identity)


def test_name_without_an_email_is_nobody(tmp_path: Path, sandbox: Path) -> None:
    (sandbox / ".gitconfig").write_text("[user]\nname = Grace\n")
    assert find_identity(tmp_path) is None


def test_author_without_a_committer_is_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Grace")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "grace@example.org")
    assert find_identity(tmp_path) is None
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Grace")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "grace@example.org")
    assert find_identity(tmp_path) == Identity("Grace", "grace@example.org")


def test_identity_of_the_repository_around_is_not_inherited(tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer")
    git.git("config", "user.name", "Outer", cwd=outer)
    git.git("config", "user.email", "outer@example.org", cwd=outer)
    (outer / "inner").mkdir()
    assert find_identity(outer / "inner") is None
    assert known_identity(outer) == Identity("Outer", "outer@example.org")


def test_identity_may_depend_on_the_folder(tmp_path: Path, sandbox: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    write_files(
        sandbox,
        {
            ".gitconfig": f'[includeIf "gitdir:{work}/"]\npath = {sandbox}/work.gitconfig\n',
            "work.gitconfig": "[user]\nname = Worker\nemail = worker@example.org\n",
        },
    )
    assert find_identity(work) == Identity("Worker", "worker@example.org")
    assert find_identity(tmp_path) is None


def test_given_identity_signs_this_and_later_commits(tmp_path: Path, identity: str) -> None:
    git.initialise(tmp_path, ADA)
    write_files(tmp_path, {"a.txt": "a\n"})
    git.commit_everything(tmp_path, "First")
    write_files(tmp_path, {"a.txt": "b\n"})
    git.git("commit", "--quiet", "--all", "--message", "Second", cwd=tmp_path)
    signed = git.git("log", "--format=%an <%ae> %cn <%ce>", cwd=tmp_path).splitlines()
    assert signed == ["Ada Lovelace <ada@example.org> Ada Lovelace <ada@example.org>"] * 2


def test_first_commit_stands_whatever_the_global_settings_are(
    tmp_path: Path, sandbox: Path
) -> None:
    write_hooks(sandbox / "hooks")
    write_hooks(sandbox / "template" / "hooks")
    (sandbox / "message").write_text("# a template\n")
    (sandbox / ".gitconfig").write_text(f"""\
[commit]
gpgSign = true
template = {sandbox}/message
verbose = true
[tag]
gpgSign = true
[core]
hooksPath = {sandbox}/hooks
autocrlf = true
safecrlf = true
editor = false
[init]
templateDir = {sandbox}/template
defaultBranch = trunk
""")
    project = tmp_path / "project"
    write_files(project, {"a.txt": "a\n", ".gitattributes": "* text=auto eol=lf\n", "b.txt": "b\n"})
    git.initialise(project, ADA)
    git.commit_everything(project, "First")
    assert git.git("log", "--format=%s", cwd=project) == "First"
    assert git.git("branch", "--show-current", cwd=project) == "trunk"
    assert git.git("status", "--porcelain", cwd=project) == ""
    assert (project / "a.txt").read_bytes() == b"a\n"


def test_hooks_of_the_init_template_do_not_stop_the_first_commit(
    tmp_path: Path, sandbox: Path
) -> None:
    write_hooks(sandbox / "template" / "hooks")
    (sandbox / ".gitconfig").write_text(f"[init]\ntemplateDir = {sandbox}/template\n")
    write_files(tmp_path, {"a.txt": "a\n"})
    git.initialise(tmp_path, ADA)
    git.commit_everything(tmp_path, "First")
    assert git.has_commits(tmp_path)


def test_commits_are_told_from_none(tmp_path: Path) -> None:
    project = repository(tmp_path / "project")
    assert not git.has_commits(project)
    git.initialise(project, ADA)
    write_files(project, {"a.txt": "a\n"})
    git.commit_everything(project, "First")
    assert git.has_commits(project)


def test_folder_that_is_not_there_is_not_mistaken_for_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitPython goes on in the current folder where it cannot enter the given one."""
    monkeypatch.chdir(repository(tmp_path / "here"))
    with pytest.raises(FileNotFoundError):
        git.git("rev-parse", "--show-toplevel", cwd=tmp_path / "absent")
