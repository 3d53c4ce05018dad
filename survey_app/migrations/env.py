"""Alembic's entry: runs on the connection that `survey_app.db.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from survey_app import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
assert tables.ResponseRow.metadata is SQLModel.metadata  # noqa: S101 - importing the tables fills the metadata
with context.begin_transaction():
    context.run_migrations()
