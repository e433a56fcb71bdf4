"""The person's side of her case: ways in, status, messages."""
