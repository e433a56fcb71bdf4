"""Intake: a person asks, on the web or another way; one case, one receipt."""
