"""What is handed to the person: the answer as values, its gate, its cells, its schema."""

from dsar.domain.package.answer import (
    Answer,
    Attachment,
    Authority,
    Letter,
    LetterBlock,
    MeasureAnswer,
    Provenance,
    Receipt,
    RecipientAnswer,
    Record,
    Refused,
    Sender,
    SystemAnswer,
    TaskAnswer,
    Value,
    Withheld,
)
from dsar.domain.package.cells import cell
from dsar.domain.package.matrix import ITEMS, Gap, Item, ItemText, Lack, completeness

__all__ = [
    "ITEMS",
    "Answer",
    "Attachment",
    "Authority",
    "Gap",
    "Item",
    "ItemText",
    "Lack",
    "Letter",
    "LetterBlock",
    "MeasureAnswer",
    "Provenance",
    "Receipt",
    "RecipientAnswer",
    "Record",
    "Refused",
    "Sender",
    "SystemAnswer",
    "TaskAnswer",
    "Value",
    "Withheld",
    "cell",
    "completeness",
]
