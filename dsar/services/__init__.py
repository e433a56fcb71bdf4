"""Use cases: load rows, ask the core, write rows, record, tell; one transaction each."""
