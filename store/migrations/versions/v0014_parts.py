"""A call may have several recordings, and each agent his part in it."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_EVERY_RECORDING = """
    UPDATE call_records SET recordings = made.names
    FROM (
        SELECT tenant, call, array_agg(recording ORDER BY started, recording) AS names
        FROM recordings GROUP BY tenant, call
    ) AS made
    WHERE made.tenant = call_records.tenant AND made.call = call_records.call
"""
TABLES = ("call_records", "recordings")


def upgrade() -> None:
    """Adds both; of older calls the recordings are found, the parts stay unknown."""
    op.execute("ALTER TABLE call_records ADD COLUMN recordings text[] NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE call_records ADD COLUMN parts json NOT NULL DEFAULT '[]'")
    # The owner of the tables is under row-level security too.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(_EVERY_RECORDING)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
