"""A provision as it is written in the language of a letter."""

import re
from typing import Final

_GDPR: Final = re.compile(r"GDPR arts? ?\.? ?(\d+)((?:\(\w+\))*)")
_PART: Final = re.compile(r"\((\w+)\)")
#: A Norwegian provision has words in it that others cannot read; its name they must be able to
#: look up, so it stays.
_NORWEGIAN: Final = {
    "en": {
        "personopplysningsloven §": "Personal Data Act (personopplysningsloven) section",
        "første ledd bokstav": "first paragraph letter",
    },
    "sv": {
        "personopplysningsloven §": "personopplysningsloven (den norska dataskyddslagen) §",
        "første ledd bokstav": "första stycket bokstav",
    },
}


def article_in(language: str, article: str) -> str:
    """Return the article in the manner of a language; a national law keeps its name."""
    for norwegian, words in _NORWEGIAN.get(language, {}).items():
        article = article.replace(norwegian, words)
    return _GDPR.sub(lambda found: _written(language, found), article.replace("art. ", "art "))


def _written(language: str, found: re.Match[str]) -> str:
    number, parts = found[1], _PART.findall(found[2])
    if language == "nb":
        named = (f"nr. {part}" if part.isdigit() else f"bokstav {part}" for part in parts)
        return " ".join(("GDPR artikkel", number, *named))
    if language == "sv":
        numbers = "".join(f".{part}" for part in parts if part.isdigit())
        letters = "".join(f" {part}" for part in parts if not part.isdigit())
        return f"GDPR artikel {number}{numbers}{letters}"
    return f"GDPR Article {number}{found[2]}"
