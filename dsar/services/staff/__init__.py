"""The organisation's people: accounts, sign-in, who is told."""
