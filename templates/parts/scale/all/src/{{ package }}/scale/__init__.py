"""Rows that do not fit into memory: `parts` makes parts of them, `run` fits and scores on parts."""

import signal
from multiprocessing import resource_tracker

if hasattr(signal, "pthread_sigmask"):  # Windows has none
    resource_tracker.ensure_running()  # later it would undo the next line, in the threads of Dask
    # Ctrl-C waits for the workers to be there: half a cluster cannot be closed. They inherit this.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
