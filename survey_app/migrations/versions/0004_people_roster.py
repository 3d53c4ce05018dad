"""A second factor, codes for a lost phone, the province's own sign-in; who stood at which desk."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An index, not a constraint: SQLite would have to make the table anew, to which other tables refer.
    op.add_column("user", sa.Column("second_factor", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("second_factor_step", sa.BigInteger(), nullable=True))
    op.add_column("user", sa.Column("subject", sa.String(), nullable=True))
    op.create_index(op.f("ix_user_subject"), "user", ["subject"], unique=True)
    op.add_column("sign_in", sa.Column("way", sa.String(), server_default="password", nullable=False))
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("used", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.name"]),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_recovery_code_user"), "recovery_code", ["user"], unique=False)
    op.create_table(
        "staff_member",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("shown_name", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index(op.f("ix_staff_member_unit"), "staff_member", ["unit"], unique=False)
    op.create_table(
        "shift",
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("half", sa.String(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member"], ["staff_member.code"]),
        sa.ForeignKeyConstraint(["desk"], ["desk.code"]),
        sa.PrimaryKeyConstraint("member", "desk", "starts", "half"),
    )
    op.create_index(op.f("ix_shift_desk"), "shift", ["desk"], unique=False)


def downgrade() -> None:
    for name in ("shift", "staff_member", "recovery_code"):
        op.drop_table(name)
    op.drop_column("sign_in", "way")
    op.drop_index(op.f("ix_user_subject"), table_name="user")
    for column in ("subject", "second_factor_step", "second_factor"):
        op.drop_column("user", column)
