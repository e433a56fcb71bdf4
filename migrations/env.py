"""Alembic's entry: runs the numbered scripts on the database it is handed."""

import sys
from pathlib import Path

from alembic import context

sys.path.insert(0, str(Path(__file__).parent))  # the scripts share columns.py

from dsar.models import db

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=db.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
