"""What is entered about contracts, numbered and never changed; and the kind of line each call came from or went to."""

from alembic import op

from store.migrations.rights import tenant_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table and the column; of older calls the kind is that of their number, for as long as it is kept."""
    op.execute("""
        CREATE TABLE contract_entries (
            tenant text NOT NULL REFERENCES tenants (id),
            contract text NOT NULL,
            number integer NOT NULL CHECK (number > 0),
            kind text NOT NULL,
            document jsonb NOT NULL,
            key text,
            by_login text NOT NULL,
            entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant, contract, number),
            CONSTRAINT contract_entries_once UNIQUE (tenant, contract, key)
        )
    """)
    tenant_table("contract_entries", tenant="SELECT", platform="SELECT, INSERT")
    op.execute("ALTER TABLE call_records ADD COLUMN line_kind text")
