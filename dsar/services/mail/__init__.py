"""Letters and reminders: written, held back, sent, settled."""
