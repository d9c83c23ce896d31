"""Users: the licence a person holds by name; a tenant's admin writes the logins of his own tenant."""

from alembic import op

from store.settings import TENANT_ROLE

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the licence, and the right to write."""
    op.execute("ALTER TABLE logins ADD COLUMN licence text NOT NULL DEFAULT ''")
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON logins TO {TENANT_ROLE}")
