"""Facts, leases and snapshots; the database itself refuses facts of a stale epoch."""

from alembic import op

from store.migrations.rights import platform_table, tenant_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables of history."""
    op.execute("""
        CREATE TABLE leases (
            shard smallint PRIMARY KEY,
            epoch bigint NOT NULL,
            holder text NOT NULL,
            until timestamptz NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE facts (
            tenant text NOT NULL,
            seq bigint NOT NULL,
            epoch bigint NOT NULL,
            shard smallint NOT NULL,
            at timestamptz NOT NULL,
            type text NOT NULL,
            schema integer NOT NULL,
            subject text NOT NULL,
            call text,
            line text NOT NULL,
            PRIMARY KEY (tenant, seq),
            CONSTRAINT facts_key UNIQUE (tenant, epoch, seq)
        )
    """)
    op.execute("CREATE INDEX facts_subject ON facts (tenant, subject, seq)")
    op.execute("""
        CREATE TABLE snapshots (
            tenant text NOT NULL,
            seq bigint NOT NULL,
            epoch bigint NOT NULL,
            at timestamptz NOT NULL,
            floor bytea NOT NULL,
            PRIMARY KEY (tenant, seq)
        )
    """)
    platform_table("leases", platform="SELECT, INSERT, UPDATE")
    tenant_table("facts", tenant="SELECT", platform="SELECT, INSERT")
    tenant_table("snapshots", tenant="", platform="SELECT, INSERT, DELETE")
    _refuse_stale_epochs()


def _refuse_stale_epochs() -> None:
    # The share lock makes whoever takes the lease wait for this transaction, so he reads every fact before him.
    # app.epoch is set by the new owner alone, who brings the tail of a dead writer's journal.
    op.execute("""
        CREATE FUNCTION refuse_stale_epoch() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            writer bigint := nullif(current_setting('app.epoch', true), '')::bigint;
            stale record;
        BEGIN
            PERFORM 1 FROM leases WHERE shard IN (SELECT shard FROM added) ORDER BY shard FOR SHARE;
            SELECT leases.shard, leases.epoch INTO stale
              FROM (SELECT shard, min(epoch) AS epoch FROM added GROUP BY shard) AS oldest
              JOIN leases USING (shard)
             WHERE leases.epoch > coalesce(writer, oldest.epoch)
             LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'shard % is held under epoch %', stale.shard, stale.epoch USING ERRCODE = 'DW001';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("REVOKE ALL ON FUNCTION refuse_stale_epoch() FROM PUBLIC")
    op.execute("""
        CREATE TRIGGER refuse_stale_epoch AFTER INSERT ON facts
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_stale_epoch()
    """)
