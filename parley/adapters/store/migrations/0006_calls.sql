-- Calls: a record for each leg, written with the journal in the same transaction, and recordings.

CREATE TABLE leg (
    tenant_id      text NOT NULL,
    interaction_id text NOT NULL,
    id             text NOT NULL,
    role           text NOT NULL,
    direction      text NOT NULL,
    agent_id       text,
    number         text,
    trunk          text,
    started_at     timestamptz NOT NULL,
    rang_at        timestamptz,
    answered_at    timestamptz,
    ended_at       timestamptz,
    cause          text,
    code           int,
    PRIMARY KEY (tenant_id, interaction_id, id)
);
CREATE INDEX leg_started ON leg (tenant_id, started_at DESC, id DESC);
CREATE INDEX leg_agent ON leg (tenant_id, agent_id, started_at DESC) WHERE agent_id IS NOT NULL;
CREATE INDEX leg_number ON leg (tenant_id, number, started_at DESC)
    WHERE number IS NOT NULL;
CREATE INDEX leg_trunk ON leg (tenant_id, trunk, started_at DESC) WHERE trunk IS NOT NULL;
SELECT protect('leg');
GRANT SELECT, INSERT, UPDATE ON leg TO parley_app;

CREATE TABLE recording (
    tenant_id      text NOT NULL REFERENCES tenant,
    id             text NOT NULL,
    interaction_id text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('call', 'voicemail')),
    started_at     timestamptz NOT NULL,
    duration_s     float8 NOT NULL,
    size           bigint NOT NULL,
    blob_key       text NOT NULL,
    state          text NOT NULL CHECK (state IN ('stored', 'deleted', 'lost')),
    held           boolean NOT NULL DEFAULT false,  -- a legal hold: retention passes it over
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX recording_interaction ON recording (tenant_id, interaction_id, started_at);
CREATE INDEX recording_expiring ON recording (tenant_id, started_at)
    WHERE state = 'stored' AND NOT held;
SELECT protect('recording');
GRANT SELECT, INSERT, UPDATE (state, held) ON recording TO parley_app;

-- The message that was spoken instead of written.
ALTER TABLE ticket ADD COLUMN recording_id text;
