"""Where a replay may begin, so that neither an explanation nor the worker reads a tenant's whole history."""

from alembic import op

from store.migrations.rights import tenant_table
from store.settings import PLATFORM_ROLE

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the starts, and an order of calls by their ends; grains that are kept no longer may be erased."""
    op.execute("""
        CREATE TABLE starts (
            tenant text NOT NULL,
            seq bigint NOT NULL,
            floor bytea NOT NULL,
            runs bytea NOT NULL,
            PRIMARY KEY (tenant, seq)
        )
    """)
    tenant_table("starts", tenant="SELECT", platform="SELECT, INSERT, UPDATE")
    op.execute("CREATE INDEX call_records_ended ON call_records (tenant, ended_at)")
    op.execute(f"GRANT DELETE ON interval_grains TO {PLATFORM_ROLE}")
