"""The secret of the receipt: 80 random bits in letters that survive a telephone."""

import hashlib
import secrets

#: Crockford's alphabet: no I, L, O or U, so that nothing is misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
RECOVERY_LENGTH = 24
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def new_access_code() -> str:
    """Return a fresh code of 16 characters (80 bits), to be shown in groups of four."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_recovery_code() -> str:
    """Return a fresh code of 24 characters (120 bits): its plain hash cannot be searched."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))


def grouped(code: str) -> str:
    """Return the code as it is printed: XXXX XXXX XXXX XXXX."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def code_hash(typed: str) -> str:
    """Return the hash under which a code is kept: blanks, case and look-alikes are equal."""
    return token_hash(_plain(typed))


def is_code_in(text: str, code: str) -> bool:
    """Return whether a code stands anywhere in what somebody wrote, however she spaced it."""
    return code in _plain(text)


def is_access_code(typed: str) -> bool:
    """Return whether this could be an access code: a slip of the hand is no try."""
    plain = _plain(typed)
    return len(plain) == LENGTH and set(plain) <= set(ALPHABET)


def token_hash(token: str) -> str:
    """Return the SHA-256 (hex) of a random token; enough, because nobody guesses the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper().translate(_MISREAD)
