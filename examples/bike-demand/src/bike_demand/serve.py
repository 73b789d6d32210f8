"""Serves the model on the web: a page for people at /, the API for programs at /docs."""

from __future__ import annotations

import argparse
import gc
import os
import socket
from pathlib import Path

import uvicorn

from .command import ProjectError, errors_explained, say
from .service.app import create_app


def main() -> None:
    """Read the address from the command line and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve the model on the web until Ctrl-C")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    with errors_explained():
        serve(Path.cwd(), given.host, given.port)


def serve(root: Path, host: str, port: int) -> None:
    """Serve the model of the project in `root`; open requests are answered before it stops."""
    listener, service = listen(host, port), uvicorn.Server(configure(root))
    gc.collect()
    gc.freeze()  # the model stays: to look through it for garbage again took up to 0.1 s
    say(f"http://{host}:{listener.getsockname()[1]} shows the page, /docs the API")
    try:
        service.run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has stopped in order by now
        return


def configure(root: Path) -> uvicorn.Config:
    """Return how uvicorn runs the application: quiet, since the application keeps its own log."""
    return uvicorn.Config(
        create_app(root), access_log=False, log_level="warning", timeout_graceful_shutdown=10
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket at the address; refuse one that is taken.

    Asyncio sends answers at once only where the socket says that it speaks TCP; else every one
    would wait 40 ms for the other side (https://github.com/Kludex/uvicorn/issues/3149).
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, socket.IPPROTO_TCP)
        if os.name == "posix":  # on Windows it would share a port that is taken
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ProjectError(
            f"cannot listen at {host}:{port}: {reason}", "choose another one: `serve --port 8001`"
        ) from None
    return listener


if __name__ == "__main__":
    main()
