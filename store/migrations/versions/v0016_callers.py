"""Who served a caller last, by the mark of his number; and numbers of callers whom a tenant lists."""

from alembic import op

from store.settings import TENANT_ROLE

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds two columns with their index; of older calls they stay unknown. Tenants may keep personal data now."""
    op.execute("ALTER TABLE call_records ADD COLUMN mark text, ADD COLUMN last_agent text")
    op.execute(
        "CREATE INDEX call_records_of_callers ON call_records (tenant, mark, ended_at DESC)"
        " WHERE last_agent IS NOT NULL"
    )
    op.execute(f"GRANT INSERT, UPDATE ON personal TO {TENANT_ROLE}")
