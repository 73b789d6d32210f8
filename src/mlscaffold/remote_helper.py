"""`git-remote-mlscaffold`: lets git, and so copier, clone the templates that this package carries.

git runs it for URLs that begin with `mlscaffold://`; see gitremote-helpers(7), capability
`connect`. It imports as little as it can, because every `copier update` starts it several times.
"""

from __future__ import annotations

import os
import subprocess
import sys

from .errors import MlscaffoldError
from .git import executable
from .inherited import forget_inherited_repository
from .store import URL, open_store

SERVICE = "git-upload-pack"


def main() -> int:
    """Speak the remote-helper protocol on stdin and stdout until git hangs up."""
    # git tells a helper which repository it works for; upload-pack would serve that one instead.
    forget_inherited_repository()
    address = sys.argv[2] if len(sys.argv) > 2 else ""
    try:
        if address != URL.removeprefix("git+"):
            raise MlscaffoldError(f"`{address}` is not a template repository", f"use `{URL}`")
        return converse(str(open_store().repository), executable())
    except MlscaffoldError as error:
        print(f"mlscaffold: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # git says it


def converse(repository: str, git: str) -> int:
    """Answer git's commands; on `connect` hand the connection over to `git upload-pack`."""
    while command := read_line():
        if command == "capabilities":
            os.write(1, b"connect\n\n")
        elif command == f"connect {SERVICE}":
            os.write(1, b"\n")
            return subprocess.call([git, "upload-pack", repository])
        else:
            raise MlscaffoldError(
                f"the templates are read-only, git asked for `{command}`",
                f"`git clone {URL.removeprefix('git+')}` gives a copy to change",
            )
    return 0


def read_line() -> str:
    """Read one line from stdin, and not one byte more: what follows it is for upload-pack."""
    line = b""
    while (byte := os.read(0, 1)) not in (b"\n", b""):
        line += byte
    return line.decode()


if __name__ == "__main__":
    sys.exit(main())
