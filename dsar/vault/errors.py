"""What can go wrong with keys and seals, each named for its rule."""

from dsar.domain.errors import DomainError


class KeyDestroyed(DomainError):
    """The owner's key is not in the key store: what it sealed is gone for good."""

    message_id = "error.key_destroyed"


class KeyExists(DomainError):
    """The owner has a key already; a second one would orphan what the first has sealed."""

    message_id = "error.key_exists"


class KeyStoreVersionUnknown(DomainError):
    """The key store was written by a later release than this one."""

    message_id = "error.key_store_version"


class SealBroken(DomainError):
    """Sealed bytes were altered, cut short, moved elsewhere, or sealed by another key."""

    message_id = "error.seal_broken"


class SealedFileMissing(DomainError):
    """No sealed file is kept under this id."""

    message_id = "error.file_missing"


class MasterKeyError(DomainError):
    """The master key cannot be used; the subclass says why."""

    message_id = "error.master_key"


class MasterKeyMissing(MasterKeyError):
    """No readable file lies at the configured place."""

    message_id = "error.master_key_missing"


class MasterKeyExposed(MasterKeyError):
    """Others than the owner may read or write the file (its mode must be 0600 or stricter)."""

    message_id = "error.master_key_exposed"


class MasterKeyMalformed(MasterKeyError):
    """The file does not hold a header line and 32 bytes in base64."""

    message_id = "error.master_key_malformed"


class MasterKeyExists(MasterKeyError):
    """A file lies there already; overwriting it would destroy every key it wraps."""

    message_id = "error.master_key_exists"


class MasterKeyMismatch(MasterKeyError):
    """The key store was made under another master key."""

    message_id = "error.master_key_mismatch"
