"""Codes of several kinds, cards, comments that are screened, cases, people who sign in, seals, programs with a key."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_table(
        "comment_digest",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("entered_date", sa.Date(), nullable=False),
        sa.Column("entered_slot", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_comment_digest_slot", "comment_digest", ["desk", "entered_date", "entered_slot"], unique=False)
    op.create_table(
        "device",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_device_day"), "device", ["day"], unique=False)
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("entered_date", sa.Date(), nullable=False),
        sa.Column("entered_slot", sa.String(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_seal_slot", "seal", ["desk", "entered_date", "entered_slot"], unique=False)
    op.create_table(
        "tap",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_key",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("created", sa.Date(), nullable=False),
        sa.Column("disabled", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_case_file_code_hash"), "case_file", ["code_hash"], unique=True)
    op.create_index(op.f("ix_case_file_unit"), "case_file", ["unit"], unique=False)
    op.create_table(
        "user",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shown_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("created", sa.Date(), nullable=False),
        sa.Column("disabled", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("created", sa.Date(), nullable=False),
        sa.Column("disabled", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "card_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("made", sa.Date(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("handed_out", sa.Integer(), nullable=True),
        sa.Column("left_over", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Date(), nullable=True),
        sa.Column("revoked", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk"],
            ["desk.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_card_batch_desk"), "card_batch", ["desk"], unique=False)
    op.create_table(
        "case_step",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"],
            ["case_file.id"],
        ),
        sa.PrimaryKeyConstraint("case", "number"),
    )
    op.create_table(
        "comment_screening",
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("screened", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment"],
            ["comment.id"],
        ),
        sa.PrimaryKeyConstraint("comment"),
    )
    op.create_table(
        "contact",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("given", sa.Date(), nullable=False),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"],
            ["case_file.id"],
        ),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("next_try", sa.BigInteger(), nullable=True),
        sa.Column("tried", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook"],
            ["webhook.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_delivery_next_try"), "delivery", ["next_try"], unique=False)
    op.create_index(op.f("ix_delivery_webhook"), "delivery", ["webhook"], unique=False)
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("filled", sa.Date(), nullable=False),
        sa.Column("entered", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("voided", sa.Date(), nullable=True),
        sa.Column("voided_by", sa.String(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["desk"],
            ["desk.code"],
        ),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_paper_batch_unit"), "paper_batch", ["unit"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user"],
            ["user.name"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_sign_in_user"), "sign_in", ["user"], unique=False)
    op.create_table(
        "card",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"],
            ["card_batch.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_card_batch"), "card", ["batch"], unique=False)
    op.create_table(
        "scan",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link"],
            ["link.serial"],
        ),
        sa.PrimaryKeyConstraint("link", "day"),
    )
    op.create_table(
        "tablet_day",
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("collected", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["link"],
            ["link.serial"],
        ),
        sa.PrimaryKeyConstraint("link", "day"),
    )
    op.add_column("comment", sa.Column("question", sa.String(), nullable=True))
    op.add_column("comment", sa.Column("salt", sa.String(), nullable=True))
    op.add_column("desk", sa.Column("kind", sa.String(), server_default="counter", nullable=False))
    op.add_column("link", sa.Column("kind", sa.String(), server_default="poster", nullable=False))
    op.add_column("response", sa.Column("source", sa.String(), nullable=True))
    op.add_column("response", sa.Column("flags", sa.String(), server_default="", nullable=False))
    op.add_column("response", sa.Column("entered_date", sa.Date(), nullable=True))
    op.add_column("response", sa.Column("entered_slot", sa.String(), nullable=True))
    op.add_column("response", sa.Column("batch", sa.String(), nullable=True))
    late = sa.text("entered_date IS NOT NULL")
    op.create_index("ix_response_entered", "response", ["entered_date"], sqlite_where=late, postgresql_where=late)


def downgrade() -> None:
    op.drop_index("ix_response_entered", table_name="response")
    op.drop_column("response", "batch")
    op.drop_column("response", "entered_slot")
    op.drop_column("response", "entered_date")
    op.drop_column("response", "flags")
    op.drop_column("response", "source")
    op.drop_column("link", "kind")
    op.drop_column("desk", "kind")
    op.drop_column("comment", "salt")
    op.drop_column("comment", "question")
    op.drop_table("tablet_day")
    op.drop_table("scan")
    op.drop_index(op.f("ix_card_batch"), table_name="card")
    op.drop_table("card")
    op.drop_index(op.f("ix_sign_in_user"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_paper_batch_unit"), table_name="paper_batch")
    op.drop_table("paper_batch")
    op.drop_index(op.f("ix_delivery_webhook"), table_name="delivery")
    op.drop_index(op.f("ix_delivery_next_try"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("contact")
    op.drop_table("comment_screening")
    op.drop_table("case_step")
    op.drop_index(op.f("ix_card_batch_desk"), table_name="card_batch")
    op.drop_table("card_batch")
    op.drop_table("webhook")
    op.drop_table("user")
    op.drop_index(op.f("ix_case_file_unit"), table_name="case_file")
    op.drop_index(op.f("ix_case_file_code_hash"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_table("api_key")
    op.drop_table("tap")
    op.drop_index("ix_seal_slot", table_name="seal")
    op.drop_table("seal")
    op.drop_index(op.f("ix_device_day"), table_name="device")
    op.drop_table("device")
    op.drop_index("ix_comment_digest_slot", table_name="comment_digest")
    op.drop_table("comment_digest")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
