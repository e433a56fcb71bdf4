"""Ways of handing an answer over, and what a person may take of it."""

from enum import StrEnum


class How(StrEnum):
    """How an answer reaches the person."""

    PORTAL = "portal"
    POST = "post"
    ORAL = "oral"


class What(StrEnum):
    """What is opened or downloaded."""

    PAGE = "page"
    LETTER = "letter"
    ZIP = "zip"

    @property
    def extension(self) -> str:
        """Return the ending of the file's name, without its dot."""
        return {What.PAGE: "html", What.LETTER: "pdf", What.ZIP: "zip"}[self]
