"""Talk is counted without hold: the records there are follow."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WITHOUT_HOLD = """
    UPDATE call_records SET talk_seconds = greatest(0, talk_seconds - held.seconds)
    FROM (
        SELECT tenant, call,
            sum(extract(epoch FROM (hold ->> 'ended')::timestamptz - (hold ->> 'began')::timestamptz)) AS seconds
        FROM call_records, json_array_elements(legs) AS leg, json_array_elements(leg -> 'holds') AS hold
        WHERE hold ->> 'ended' IS NOT NULL
        GROUP BY tenant, call
    ) AS held
    WHERE held.tenant = call_records.tenant AND held.call = call_records.call
"""
STATEMENTS = (
    "ALTER TABLE call_records NO FORCE ROW LEVEL SECURITY",
    _WITHOUT_HOLD,
    "ALTER TABLE call_records FORCE ROW LEVEL SECURITY",
)
"""For the owner of the tables, who is under row-level security too."""


def upgrade() -> None:
    """Takes the seconds on hold out of those of talk, for every tenant's records at once."""
    for statement in STATEMENTS:
        op.execute(statement)
