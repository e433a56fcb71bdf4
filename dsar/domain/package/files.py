"""Names of files in a package: by number and system, never by a person."""

import re
from collections.abc import Iterable
from typing import Final

#: What a person's own machine opens without running anything.
HARMLESS: Final = (
    frozenset(
        {"csv", "ics", "json", "log", "md", "tsv", "txt", "vcf", "eml", "msg", "zip", "bin"}
    )
    | frozenset(
        {"avif", "bmp", "gif", "heic", "heif", "jpeg", "jpg", "png", "tif", "tiff", "webp"}
    )
    | frozenset(
        {"doc", "docx", "odp", "ods", "odt", "pdf", "ppt", "pptx", "rtf", "xls", "xlsx"}
    )
    | frozenset({"m4a", "mov", "mp3", "mp4", "ogg", "opus", "wav", "webm"})
)
#: Text that a browser would run: kept, but opened as text.
AS_TEXT: Final = frozenset({"htm", "html", "js", "mjs", "svg", "xhtml", "xml", "xsl"})
NORDIC: Final = (("æ", "ae"), ("ø", "o"), ("å", "a"), ("ä", "a"), ("ö", "o"))


def attachment_name(number: int, extension: str) -> str:
    """Return a numbered name; an ending that could run something is replaced."""
    ending = extension.lower().lstrip(".")
    if ending in AS_TEXT:
        ending = "txt"
    return f"{number:03d}.{ending if ending in HARMLESS else 'bin'}"


def slug(key: str) -> str:
    """Return the key as a safe file name: small ASCII letters, digits and hyphens."""
    folded = key.lower()
    for letter, ascii_letters in NORDIC:
        folded = folded.replace(letter, ascii_letters)
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or "system"


def slugs(keys: Iterable[str]) -> dict[str, str]:
    """Return a file name for every key, no two alike."""
    taken: dict[str, str] = {}
    for key in keys:
        name, n = slug(key), 2
        while name in taken.values():
            name, n = f"{slug(key)}-{n}", n + 1
        taken[key] = name
    return taken
