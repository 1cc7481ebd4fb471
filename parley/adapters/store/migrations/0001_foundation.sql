-- The foundation: tenants, the shard row that fences and numbers, the journal, and who may see what.

-- Protects one table: rows of the current tenant only, for everybody; all rows for the owner's
-- narrow functions, which switch parley.system on for their own duration, and for backups. The
-- switch does nothing for the application, which is no member of parley_system.
CREATE FUNCTION protect(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant_rows ON %s USING (tenant_id = current_setting(''parley.tenant'', true))',
        target);
    EXECUTE format(
        'CREATE POLICY system_rows ON %s TO parley_system '
        'USING (current_setting(''parley.system'', true) = ''on'')',
        target);
END $$;
REVOKE ALL ON FUNCTION protect(regclass) FROM PUBLIC;

DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO parley_app', current_schema()); END $$;

CREATE TABLE tenant (
    tenant_id     text PRIMARY KEY CHECK (tenant_id ~ '^[A-Za-z0-9_-]{1,64}$'),
    created_at    timestamptz NOT NULL DEFAULT now(),
    ticket_number bigint NOT NULL DEFAULT 0   -- the last one given out
);
SELECT protect('tenant');
GRANT SELECT, UPDATE (ticket_number) ON tenant TO parley_app;

-- One row a tenant. Every append goes through it: it numbers the events and refuses deposed leaders.
CREATE TABLE shard (
    tenant_id   text PRIMARY KEY REFERENCES tenant,
    seq         bigint NOT NULL DEFAULT 0,
    epoch       bigint NOT NULL DEFAULT 0,
    node        text,
    locked      boolean NOT NULL DEFAULT false,  -- the leader also holds the advisory lock
    lease_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
SELECT protect('shard');
GRANT SELECT, UPDATE ON shard TO parley_app;

-- What is now true, for ever. (tenant_id, seq) is gapless; stored_at chooses the month's partition.
CREATE TABLE journal (
    tenant_id      text NOT NULL,
    seq            bigint NOT NULL,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    at             timestamptz NOT NULL,
    kind           text NOT NULL,
    interaction_id text,
    agent_id       text,
    customer_id    text,
    ticket_id      text,
    payload        jsonb NOT NULL,
    PRIMARY KEY (tenant_id, seq, stored_at)
) PARTITION BY RANGE (stored_at);
CREATE INDEX journal_interaction ON journal (tenant_id, interaction_id, seq)
    WHERE interaction_id IS NOT NULL;
CREATE INDEX journal_ticket ON journal (tenant_id, ticket_id, seq) WHERE ticket_id IS NOT NULL;
CREATE INDEX journal_customer ON journal (tenant_id, customer_id, seq) WHERE customer_id IS NOT NULL;
SELECT protect('journal');
GRANT SELECT, INSERT ON journal TO parley_app;

-- Rows that no month's partition takes (a clock far off): never refuse to record.
CREATE TABLE journal_other PARTITION OF journal DEFAULT;
SELECT protect('journal_other');

-- Partitions of this month and `ahead` more. A month whose rows went to journal_other keeps them there.
CREATE FUNCTION journal_ensure_partitions(ahead int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
DECLARE
    first timestamptz;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(7241853202);
    PERFORM set_config('parley.system', 'on', true);
    FOR n IN 0..ahead LOOP
        first := date_trunc('month', now()) + make_interval(months => n);
        name := 'journal_' || to_char(first, 'YYYY_MM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        CONTINUE WHEN EXISTS (SELECT FROM journal_other
                              WHERE stored_at >= first AND stored_at < first + interval '1 month');
        EXECUTE format('CREATE TABLE %I PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
                       name, first, first + interval '1 month');
        PERFORM protect(name::regclass);
    END LOOP;
    PERFORM set_config('parley.system', 'off', true);
END $$;
REVOKE ALL ON FUNCTION journal_ensure_partitions(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_ensure_partitions(int) TO parley_app;

CREATE TABLE snapshot (
    tenant_id text NOT NULL REFERENCES tenant,
    seq       bigint NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    state     bytea NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
ALTER TABLE snapshot ALTER COLUMN state SET STORAGE EXTERNAL;  -- already dense
SELECT protect('snapshot');
GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot TO parley_app;

-- Commands that must be carried out; done ones are deleted, given-up ones stay visible.
CREATE TABLE outbox (
    tenant_id text NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    lane      text NOT NULL,
    kind      text NOT NULL,
    payload   jsonb NOT NULL,
    attempts  int NOT NULL DEFAULT 0,
    due_at    timestamptz NOT NULL DEFAULT now(),
    failed    boolean NOT NULL DEFAULT false,
    error     text,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
SELECT protect('outbox');
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO parley_app;

-- Over all tenants, and no more than the question needs.
CREATE FUNCTION tenant_ids() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('parley.system', 'on', true);
    RETURN QUERY SELECT tenant_id FROM tenant ORDER BY tenant_id;
    PERFORM set_config('parley.system', 'off', true);
END $$;
REVOKE ALL ON FUNCTION tenant_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_ids() TO parley_app;

-- True if the tenant is new.
CREATE FUNCTION tenant_add(new_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    is_new boolean;
BEGIN
    PERFORM set_config('parley.system', 'on', true);
    INSERT INTO tenant (tenant_id) VALUES (new_id) ON CONFLICT DO NOTHING;
    is_new := FOUND;
    INSERT INTO shard (tenant_id) VALUES (new_id) ON CONFLICT DO NOTHING;
    PERFORM set_config('parley.system', 'off', true);
    RETURN is_new;
END $$;
REVOKE ALL ON FUNCTION tenant_add(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_add(text) TO parley_app;
