"""What each tenant has bought: contracts as versions, written by the platform alone."""

from alembic import op

from store.migrations.rights import tenant_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of contracts."""
    op.execute("""
        CREATE TABLE contracts (
            tenant text NOT NULL REFERENCES tenants (id),
            contract text NOT NULL CHECK (contract ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
            version integer NOT NULL,
            document jsonb NOT NULL,
            published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant, contract, version)
        )
    """)
    tenant_table("contracts", tenant="SELECT", platform="SELECT, INSERT")
