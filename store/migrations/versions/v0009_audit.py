"""Who changed what, for ever; what seed files last said; sounds of announcements; what was had beyond a contract."""

from alembic import op

from store.migrations.rights import tenant_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables. Nobody may change or remove a line of the audit, or a count: there is no such right."""
    op.execute("""
        CREATE TABLE audit (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            tenant text NOT NULL,
            by_tenant text NOT NULL,
            by_login text NOT NULL,
            action text NOT NULL,
            subject text NOT NULL,
            version integer,
            changed text[] NOT NULL
        )
    """)
    op.execute("CREATE INDEX audit_tenant ON audit (tenant, seq)")
    op.execute("CREATE TABLE seeds (tenant text PRIMARY KEY, document jsonb NOT NULL)")
    op.execute("""
        CREATE TABLE prompt_sounds (
            tenant text NOT NULL REFERENCES tenants (id),
            sound text NOT NULL,
            wav bytea NOT NULL,
            PRIMARY KEY (tenant, sound)
        )
    """)
    op.execute("""
        CREATE TABLE rule_counts (
            seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant text NOT NULL REFERENCES tenants (id),
            key text NOT NULL,
            at timestamptz NOT NULL,
            kind text NOT NULL,
            used integer NOT NULL,
            allowed integer NOT NULL,
            clause text NOT NULL,
            contract text NOT NULL,
            CONSTRAINT rule_counts_once UNIQUE (tenant, kind, key)
        )
    """)
    op.execute("CREATE INDEX rule_counts_tenant ON rule_counts (tenant, seq)")
    tenant_table("audit", tenant="SELECT, INSERT", platform="SELECT, INSERT")
    tenant_table("seeds", tenant="", platform="SELECT, INSERT, UPDATE")
    tenant_table("prompt_sounds", tenant="SELECT, INSERT", platform="SELECT")
    tenant_table("rule_counts", tenant="SELECT", platform="SELECT, INSERT")
