"""A second factor, codes for a lost phone, the province's own sign-in; who stood at which desk; desks that went on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


FOR_SQLITE = (
    """CREATE TRIGGER audit_event_unchanged BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END""",
    """CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event
    WHEN NOT coalesce((
      SELECT OLD.number < number AND OLD.at < json_extract(detail, '$.noted_before') FROM audit_event
      WHERE act = 'purge' AND about = 'events' ORDER BY number DESC LIMIT 1), 0)
    BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END""",
    # REPLACE removes a row without a word to the trigger above.
    """CREATE TRIGGER audit_event_once BEFORE INSERT ON audit_event
    WHEN EXISTS (SELECT 1 FROM audit_event WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END""",
)
FOR_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION audit_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF coalesce((
          SELECT OLD.number < number AND OLD.at < (detail->>'noted_before')::bigint FROM audit_event
          WHERE act = 'purge' AND about = 'events' ORDER BY number DESC LIMIT 1), false) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION 'events are only ever added';
    END $$""",
    """CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_stays()""",
    """CREATE TRIGGER audit_event_not_emptied BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_stays()""",
)
"""No statement changes or removes an event, but for those before the second that the last event of a purge of events
names (`recording.events.forget_events`); that one stays."""

LINKS_FOR_SQLITE = (
    """CREATE TRIGGER event_link_unchanged BEFORE UPDATE ON event_link
    BEGIN SELECT RAISE(ABORT, 'links are only ever added'); END""",
    """CREATE TRIGGER event_link_kept BEFORE DELETE ON event_link
    BEGIN SELECT RAISE(ABORT, 'links are only ever added'); END""",
    """CREATE TRIGGER event_link_once BEFORE INSERT ON event_link
    WHEN EXISTS (SELECT 1 FROM event_link WHERE number = NEW.number OR event = NEW.event)
    BEGIN SELECT RAISE(ABORT, 'links are only ever added'); END""",
)
LINKS_FOR_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION event_link_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'links are only ever added';
    END $$""",
    """CREATE TRIGGER event_link_kept BEFORE UPDATE OR DELETE ON event_link
    FOR EACH ROW EXECUTE FUNCTION event_link_stays()""",
    """CREATE TRIGGER event_link_not_emptied BEFORE TRUNCATE ON event_link
    FOR EACH STATEMENT EXECUTE FUNCTION event_link_stays()""",
)
"""No statement changes or removes a link, whatever became of its event."""


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
    op.add_column("unit", sa.Column("edited", sa.Date(), nullable=True))
    op.add_column("desk", sa.Column("followed_by", sa.String(), nullable=True))
    op.add_column("desk", sa.Column("edited", sa.Date(), nullable=True))
    op.create_table(
        "invitation",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.name"]),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_invitation_user"), "invitation", ["user"], unique=False)
    for statement in FOR_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else FOR_SQLITE:
        op.get_bind().exec_driver_sql(statement)
    op.create_table(
        "event_link",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("event"),
    )
    for statement in LINKS_FOR_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else LINKS_FOR_SQLITE:
        op.get_bind().exec_driver_sql(statement)
    op.create_table(
        "staff_member",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("shown_name", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"]),
        sa.PrimaryKeyConstraint("unit", "code"),
    )
    op.create_table(
        "shift",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("half", sa.String(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit", "member"], ["staff_member.unit", "staff_member.code"]),
        sa.ForeignKeyConstraint(["desk"], ["desk.code"]),
        sa.PrimaryKeyConstraint("unit", "member", "desk", "starts", "half"),
    )
    op.create_index(op.f("ix_shift_desk"), "shift", ["desk"], unique=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_stays() CASCADE")
        op.execute("DROP FUNCTION event_link_stays() CASCADE")
    else:
        for name in ("audit_event_unchanged", "audit_event_kept", "audit_event_once"):
            op.execute(f"DROP TRIGGER {name}")
    for name in ("event_link", "shift", "staff_member", "invitation", "recovery_code"):
        op.drop_table(name)
    for table, column in (("desk", "edited"), ("desk", "followed_by"), ("unit", "edited"), ("sign_in", "way")):
        op.drop_column(table, column)
    op.drop_index(op.f("ix_user_subject"), table_name="user")
    for column in ("subject", "second_factor_step", "second_factor"):
        op.drop_column("user", column)
