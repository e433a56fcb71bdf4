"""The answer: built, approved, released, handed over, opened; and the ending."""
