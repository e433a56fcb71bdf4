"""The command line as `python -m dsar.cli`."""

from dsar.cli import main

main()
