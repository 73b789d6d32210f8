"""What a git hook or an alias hands down to what it starts."""

from __future__ import annotations

import os

# With these, git would work on that repository instead of the one it is told. Those about
# identity, transport and tracing are the person's.
INHERITED = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
)


def forget_inherited_repository() -> None:
    """Drop the repository that a git hook handed down, for this process and its children."""
    for name in INHERITED:
        os.environ.pop(name, None)
