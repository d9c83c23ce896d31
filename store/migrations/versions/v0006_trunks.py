"""Trunks as whole documents with a version, and their addresses, none of which two trunks can share."""

from alembic import op

from store.migrations.rights import platform_table
from store.settings import PLATFORM_ROLE

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Turns the one address of each trunk into a document and a row of its own."""
    op.execute("ALTER TABLE trunks ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN document jsonb")
    op.execute("UPDATE trunks SET document = jsonb_build_object('name', name, 'addresses', jsonb_build_array(address))")
    op.execute("""
        CREATE TABLE trunk_addresses (
            trunk text NOT NULL REFERENCES trunks (name) ON DELETE CASCADE,
            address cidr NOT NULL,
            EXCLUDE USING gist (address inet_ops WITH &&)
        )
    """)
    op.execute("CREATE INDEX trunk_addresses_trunk ON trunk_addresses (trunk)")
    # A version is never given twice, also not to a trunk that was removed and comes back.
    op.execute("CREATE SEQUENCE trunk_versions")
    op.execute("UPDATE trunks SET version = nextval('trunk_versions')")
    op.execute("INSERT INTO trunk_addresses (trunk, address) SELECT name, address::cidr FROM trunks")
    op.execute("""
        ALTER TABLE trunks
            DROP COLUMN address,
            ALTER COLUMN version DROP DEFAULT,
            ALTER COLUMN document SET NOT NULL,
            ADD CONSTRAINT trunks_name_check CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$')
    """)
    op.execute(f"GRANT USAGE ON SEQUENCE trunk_versions TO {PLATFORM_ROLE}")
    platform_table("trunk_addresses", platform="SELECT, INSERT, DELETE")
