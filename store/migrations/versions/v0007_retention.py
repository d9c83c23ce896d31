"""When a recording is no longer kept, and the tombstone that stays: when, by whom and why it was deleted."""

from alembic import op

from store.settings import TENANT_ROLE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds expiry and tombstone to the recordings; an admin may make tombstones of his tenant's own."""
    op.execute("""
        ALTER TABLE recordings
            ADD COLUMN expires_at timestamptz,
            ADD COLUMN clause text NOT NULL DEFAULT '',
            ADD COLUMN deleted_at timestamptz,
            ADD COLUMN deleted_by text,
            ADD COLUMN reason text,
            DROP CONSTRAINT recordings_state_check,
            ADD CONSTRAINT recordings_state_check CHECK (
                state IN ('pending', 'ready', 'recovered', 'failed', 'expired', 'deleted')
            ),
            ADD CONSTRAINT recordings_tombstone_check CHECK (
                (state IN ('expired', 'deleted')) = (deleted_at IS NOT NULL)
                AND (deleted_at IS NULL) = (deleted_by IS NULL)
                AND (deleted_at IS NULL) = (reason IS NULL)
            )
    """)
    op.execute("CREATE INDEX recordings_expiring ON recordings (tenant, expires_at) WHERE deleted_at IS NULL")
    op.execute(f"GRANT UPDATE (state, deleted_at, deleted_by, reason) ON recordings TO {TENANT_ROLE}")
