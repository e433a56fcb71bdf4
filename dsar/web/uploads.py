"""Files of a request as they come in: one that is too large is let go, its form is read."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

#: A file up to this is held in memory, a larger one on disk.
_MEMORY_BYTES: Final = 500_000
#: What the reader holds at once, and the heads of parts, beside the fields themselves.
_SLACK_BYTES: Final = 300_000


class Sink(SpooledTemporaryFile[bytes]):
    """Where a file of a request goes; past what is left for it, it is emptied and marked."""

    def __init__(self, room: "Room") -> None:
        """Share the room with the other files of the request."""
        super().__init__(max_size=_MEMORY_BYTES, mode="w+b")
        self.room = room
        self.is_cut = False

    def write(self, data: Any) -> int:
        """Keep the bytes while there is room; what comes after is counted and let go."""
        self.room.filed += len(data)
        if self.is_cut:
            return len(data)
        if len(data) > self.room.left:
            self._let_go()
            return len(data)
        self.room.left -= len(data)
        return super().write(data)

    def _let_go(self) -> None:
        self.is_cut = True
        self.seek(0)
        self.truncate()


class Room:
    """What a request may still store, and how much of what came belonged to files."""

    def __init__(self, file_bytes: int, form_bytes: int) -> None:
        """Give the files together no more than one may have: a form of ours sends one."""
        self.left, self.file_bytes, self.form_bytes = file_bytes, file_bytes, form_bytes
        self.filed = self.came = 0
        self.sinks: list[Sink] = []

    def sink(self) -> Sink:
        """Return where the next file goes; it is closed with the request."""
        self.sinks.append(Sink(self))
        return self.sinks[-1]

    def count(self, data: bytes) -> bytes:
        """Return the bytes. Raises RequestEntityTooLarge when the fields grow without end."""
        self.came += len(data)
        if self.came - self.filed > self.form_bytes + _SLACK_BYTES:
            raise RequestEntityTooLarge
        return data


class _Counted:
    """The body of a request, counted while it is read."""

    def __init__(self, stream: IO[bytes], room: Room) -> None:
        self.stream, self.room = stream, room

    def read(self, size: int = -1) -> bytes:
        return self.room.count(self.stream.read(size))


class UploadRequest(Request):
    """A request whose form is read even where its file is too large to be kept."""

    room: Room | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.room is None:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        return cast(IO[bytes], self.room.sink())

    def _get_stream_for_parsing(self) -> IO[bytes]:
        stream = super()._get_stream_for_parsing()
        if self.room is None or self.mimetype != "multipart/form-data":
            return stream
        return cast(IO[bytes], _Counted(stream, self.room))

    def close(self) -> None:
        """Close the files, and those that a request left half-read."""
        super().close()
        for sink in self.room.sinks if self.room else ():
            sink.close()


def most_bytes(stream: object) -> int | None:
    """Return the limit of a file that was too large for its request; None for one that fits."""
    return stream.room.file_bytes if isinstance(stream, Sink) and stream.is_cut else None
