"""The work on a case: tasks, findings, decisions, and what the answer still lacks."""
