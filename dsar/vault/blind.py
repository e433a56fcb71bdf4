"""What blind indexes are computed over: spellings of one thing become one text."""

import re
import unicodedata
from typing import Final

#: So many digits at the end of a phone number tell it from all others of an organisation.
PHONE_DIGITS: Final = 8
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_NOT_A_LETTER = re.compile(r"[\W_]+")


def normalise_address(value: str) -> str:
    """Return a mail address or number as it is compared: NFKC, no outer space, case folded."""
    folded = unicodedata.normalize("NFKC", value).strip().casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def last_digits(value: str) -> str:
    """Return a phone number as it is compared: with and without the code of its country."""
    text = unicodedata.normalize("NFKC", value)
    return "".join(each for each in text if each.isdecimal())[-PHONE_DIGITS:]


def name_tokens(name: str) -> list[str]:
    """Return the distinct words of a name as they are compared, in order of appearance."""
    words = _NOT_A_LETTER.split(_APOSTROPHES.sub("", normalise_address(name)))
    return list(dict.fromkeys(word for word in words if word))
