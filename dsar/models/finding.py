"""Something held about the person. The body is sealed JSON (see domain.findings)."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Finding(Base):
    """Something held about the person. The body is sealed JSON (see domain.findings)."""

    __tablename__ = "findings"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"))
    task_id: Mapped[str] = mapped_column(ref("tasks.id"), index=True)
    system_id: Mapped[str] = mapped_column(ref("data_systems.id"))
    #: fields, table or file
    kind: Mapped[str]
    provenance: Mapped[str]
    basis: Mapped[str]
    body: Mapped[bytes]
    file_id: Mapped[str | None] = mapped_column(ref("stored_files.id"))
    records: Mapped[int]
    #: The address that the requester gave stands in it: evidence of who she is.
    holds_address: Mapped[bool]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(ref("staff.id"))
    removed_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
