"""The few facts about seats are found without reading all the others."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds an index that holds nothing but the seat ledger."""
    op.execute("""
        CREATE INDEX facts_seats ON facts (tenant, seq DESC)
            WHERE type IN ('SeatTaken', 'SeatReturned', 'SeatRefused')
    """)
