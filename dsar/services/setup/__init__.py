"""The installation and its organisations."""
