"""Orders and invoices: rows are added and never changed, which the rights of both roles say too."""

from alembic import op

from store.migrations.rights import tenant_table

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds both tables."""
    op.execute("""
        CREATE TABLE contract_orders (
            tenant text NOT NULL REFERENCES tenants (id),
            contract text NOT NULL,
            number integer NOT NULL CHECK (number > 0),
            document jsonb NOT NULL,
            placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant, contract, number)
        )
    """)
    op.execute("""
        CREATE TABLE invoices (
            tenant text NOT NULL REFERENCES tenants (id),
            contract text NOT NULL,
            month text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
            number text NOT NULL,
            document jsonb NOT NULL,
            closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant, contract, month),
            CONSTRAINT invoices_number UNIQUE (tenant, number)
        )
    """)
    tenant_table("contract_orders", tenant="SELECT", platform="SELECT, INSERT")
    tenant_table("invoices", tenant="SELECT", platform="SELECT, INSERT")
