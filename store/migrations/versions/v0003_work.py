"""Jobs that may wait, and what is folded out of the facts: call records, recordings, and how far each fold is."""

from alembic import op

from store.migrations.rights import tenant_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables of jobs and records."""
    op.execute("""
        CREATE TABLE jobs (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant text NOT NULL,
            kind text NOT NULL,
            key text NOT NULL,
            body json NOT NULL,
            run_after timestamptz NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            claimed_until timestamptz,
            done_at timestamptz,
            trouble text,
            CONSTRAINT jobs_once UNIQUE (tenant, kind, key)
        )
    """)
    op.execute("CREATE INDEX jobs_open ON jobs (kind, run_after) WHERE done_at IS NULL")
    op.execute("""
        CREATE TABLE call_records (
            tenant text NOT NULL,
            call text NOT NULL,
            direction text NOT NULL,
            number text NOT NULL,
            caller text NOT NULL,
            arrived timestamptz NOT NULL,
            queued_at timestamptz,
            answered_at timestamptz,
            ended_at timestamptz,
            outcome text NOT NULL,
            queue text,
            agents text[] NOT NULL,
            wait_seconds double precision NOT NULL,
            talk_seconds double precision NOT NULL,
            legs json NOT NULL,
            recording text,
            last_seq bigint NOT NULL,
            PRIMARY KEY (tenant, call)
        )
    """)
    op.execute("CREATE INDEX call_records_newest ON call_records (tenant, arrived DESC, call DESC)")
    op.execute("""
        CREATE TABLE recordings (
            tenant text NOT NULL,
            recording text NOT NULL,
            call text NOT NULL,
            started timestamptz NOT NULL,
            seconds double precision,
            path text,
            sha256 text,
            size bigint,
            state text NOT NULL CHECK (state IN ('pending', 'ready', 'recovered', 'failed')),
            PRIMARY KEY (tenant, recording),
            CHECK (state NOT IN ('ready', 'recovered') OR (path IS NOT NULL AND size IS NOT NULL))
        )
    """)
    op.execute("CREATE INDEX recordings_newest ON recordings (tenant, started DESC, recording DESC)")
    op.execute("CREATE INDEX recordings_pending ON recordings (started) WHERE state = 'pending'")
    op.execute("""
        CREATE TABLE cursors (
            tenant text NOT NULL,
            name text NOT NULL,
            seq bigint NOT NULL,
            PRIMARY KEY (tenant, name)
        )
    """)
    tenant_table("jobs", tenant="SELECT, INSERT", platform="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("call_records", tenant="SELECT", platform="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("recordings", tenant="SELECT", platform="SELECT, INSERT, UPDATE, DELETE")
    tenant_table("cursors", tenant="", platform="SELECT, INSERT, UPDATE, DELETE")
    _ring_for_new_jobs()


def _ring_for_new_jobs() -> None:
    op.execute("""
        CREATE FUNCTION ring_for_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('denwaban_jobs', '');
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER ring_for_jobs AFTER INSERT OR UPDATE OF run_after ON jobs
        FOR EACH STATEMENT EXECUTE FUNCTION ring_for_jobs()
    """)
