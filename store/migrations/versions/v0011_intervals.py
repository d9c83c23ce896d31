"""What each quarter of an hour brought, and what each agent is doing since when: the ground of the reports."""

from alembic import op

from store.migrations.rights import tenant_table
from store.settings import TENANT_ROLE

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables, which only the worker writes; a tenant may read how far the counting has come."""
    op.execute("""
        CREATE TABLE interval_grains (
            tenant text NOT NULL,
            slot timestamptz NOT NULL,
            queue text NOT NULL DEFAULT '',
            agent text NOT NULL DEFAULT '',
            what text NOT NULL,
            much double precision NOT NULL,
            PRIMARY KEY (tenant, slot, queue, agent, what)
        )
    """)
    op.execute("""
        CREATE TABLE agents_now (
            tenant text NOT NULL,
            agent text NOT NULL,
            what text NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (tenant, agent)
        )
    """)
    tenant_table("interval_grains", tenant="SELECT", platform="SELECT, INSERT, UPDATE")
    tenant_table("agents_now", tenant="SELECT", platform="SELECT, INSERT, DELETE")
    op.execute(f"GRANT SELECT ON cursors TO {TENANT_ROLE}")
