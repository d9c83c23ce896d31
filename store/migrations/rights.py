"""Who may do what to a table: grants for the two roles, and the policies that keep tenants apart."""

from __future__ import annotations

from alembic import op

from store.settings import PLATFORM_ROLE, TENANT_ROLE


def tenant_table(name: str, *, tenant: str, platform: str, column: str = "tenant") -> None:
    """Rows of `name` belong to the tenant in `column`; `tenant` and `platform` are the rights of each role.

    The platform crosses tenants by a policy for its role rather than by BYPASSRLS, which only a superuser could
    give; so any owner that may create roles can set up the database.
    """
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY platform ON {name} TO {PLATFORM_ROLE} USING (true) WITH CHECK (true)")
    op.execute(
        f"CREATE POLICY tenant ON {name} TO {TENANT_ROLE}"
        f" USING ({column} = current_setting('app.tenant', true))"
        f" WITH CHECK ({column} = current_setting('app.tenant', true))"
    )
    platform_table(name, platform=platform)
    if tenant:
        op.execute(f"GRANT {tenant} ON {name} TO {TENANT_ROLE}")


def platform_table(name: str, *, platform: str) -> None:
    """Only the platform sees `name`; it belongs to no tenant."""
    op.execute(f"GRANT {platform} ON {name} TO {PLATFORM_ROLE}")
