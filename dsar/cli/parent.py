"""A child process ends with its parent, however the parent ends."""

import ctypes
import os
import signal
import sys

import click

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the kernel to stop this process when its parent is gone (on Linux)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        raise SystemExit(1)


#: Given by `dsar run` to the processes that it starts.
with_parent = click.option("--with-parent", is_flag=True, hidden=True)
