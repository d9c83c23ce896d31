"""Tenants, who may log in, their configurations, the names only one of them can have, trunks, and personal data."""

from alembic import op

from store.migrations.rights import platform_table, tenant_table
from store.settings import TENANT_ROLE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables about tenants."""
    op.execute("""
        CREATE TABLE tenants (
            id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$' AND id <> 'platform'),
            name text NOT NULL,
            time_zone text NOT NULL,
            tariffs text[] NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE logins (
            tenant text NOT NULL,
            login text NOT NULL,
            role text NOT NULL CHECK (role IN ('admin', 'supervisor', 'agent', 'platform')),
            hash text NOT NULL,
            agent text,
            PRIMARY KEY (tenant, login),
            CHECK ((role = 'agent') = (agent IS NOT NULL)),
            CHECK ((role = 'platform') = (tenant = 'platform'))
        )
    """)
    op.execute("""
        CREATE TABLE configurations (
            tenant text NOT NULL REFERENCES tenants (id),
            version integer NOT NULL,
            document jsonb NOT NULL,
            published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (tenant, version)
        )
    """)
    op.execute("""
        CREATE TABLE platform_names (
            kind text NOT NULL,
            name text NOT NULL,
            tenant text NOT NULL REFERENCES tenants (id),
            PRIMARY KEY (kind, name)
        )
    """)
    op.execute("CREATE INDEX platform_names_tenant ON platform_names (tenant)")
    op.execute("CREATE TABLE trunks (name text PRIMARY KEY, address text NOT NULL UNIQUE)")
    op.execute("""
        CREATE TABLE personal (
            tenant text NOT NULL,
            id text NOT NULL,
            sealed bytea NOT NULL,
            PRIMARY KEY (tenant, id)
        )
    """)
    tenant_table("tenants", column="id", tenant="SELECT", platform="SELECT, INSERT, UPDATE")
    op.execute(f"GRANT UPDATE (name, time_zone) ON tenants TO {TENANT_ROLE}")
    tenant_table("logins", tenant="SELECT", platform="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("configurations", tenant="SELECT, INSERT", platform="SELECT, INSERT")
    tenant_table("platform_names", tenant="SELECT, INSERT, DELETE", platform="SELECT, INSERT, DELETE")
    platform_table("trunks", platform="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("personal", tenant="SELECT, DELETE", platform="SELECT, INSERT, UPDATE, DELETE")
