"""The clock of each right: counted, moved by what the person was told, recounted."""
