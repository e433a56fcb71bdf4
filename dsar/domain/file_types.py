"""Which files may be added as findings, known by what they begin with and by their ending."""

from typing import Final

#: How much of a file is looked at.
HEAD_BYTES: Final = 8192

_OLE: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_PACKED: Final = (b"PK\x03\x04",)
_TIFF: Final = (b"II*\x00", b"MM\x00*")
#: Ending -> how such a file begins; an empty tuple: any text, and only text.
TYPES: Final[dict[str, tuple[bytes, ...]]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",),
    "wav": (b"RIFF",),
    "tif": _TIFF,
    "tiff": _TIFF,
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "ogg": (b"OggS",),
    "docx": _PACKED,
    "xlsx": _PACKED,
    "pptx": _PACKED,
    "odt": _PACKED,
    "ods": _PACKED,
    "odp": _PACKED,
    "doc": _OLE,
    "xls": _OLE,
    "ppt": _OLE,
    "msg": _OLE,
    "rtf": (b"{\\rtf",),
    "txt": (),
    "csv": (),
    "tsv": (),
    "json": (),
    "log": (),
    "md": (),
    "eml": (),
    "ics": (),
    "vcf": (),
}
#: Video and its sound: the mark stands behind the length of the first box.
_BOXED: Final = frozenset({"mp4", "m4a", "mov", "heic", "heif", "avif"})
_BOX_MARK: Final = b"ftyp"
TABLES: Final = frozenset({"csv", "tsv", "json"})


def ending_of(name: str) -> str:
    """Return the ending of a file's name, small, without its dot."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def is_welcome(name: str, head: bytes) -> bool:
    """Say whether a file may be added: its ending is known, and it begins as it should."""
    ending = ending_of(name)
    if ending in _BOXED:
        return head[4:8] == _BOX_MARK
    marks = TYPES.get(ending)
    if marks is None:
        return False
    return head.startswith(marks) if marks else _is_text(head)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in head and not head.startswith((b"PK\x03\x04", b"%PDF-", b"MZ"))
