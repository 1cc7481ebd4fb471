-- Interactions and what was said in them: written with the journal, in the same transaction.
-- No foreign keys here: the commit goes through the shard's row, so the tenant exists, and a check
-- for each row would cost as much as the row.

-- `fact` is the whole InteractionFact; the columns are what lists filter and sort by.
CREATE TABLE interaction (
    tenant_id     text NOT NULL,
    id            text NOT NULL,
    fact          jsonb NOT NULL,
    channel       text NOT NULL GENERATED ALWAYS AS (fact->>'channel') STORED,
    address       text NOT NULL GENERATED ALWAYS AS (fact->>'address') STORED,
    customer_id   text NOT NULL GENERATED ALWAYS AS (fact->>'customer_id') STORED,
    queue         text GENERATED ALWAYS AS (fact->>'queue') STORED,
    agent_id      text GENERATED ALWAYS AS (fact->>'agent_id') STORED,
    phase         text NOT NULL GENERATED ALWAYS AS (fact->>'phase') STORED,
    outcome       text GENERATED ALWAYS AS (fact->>'outcome') STORED,
    waited_s      float8 GENERATED ALWAYS AS ((fact->>'waited_s')::float8) STORED,
    arrived_at    timestamptz NOT NULL
                  GENERATED ALWAYS AS (to_timestamp((fact->>'arrived_at')::float8)) STORED,
    queued_at     timestamptz
                  GENERATED ALWAYS AS (to_timestamp((fact->>'queued_at')::float8)) STORED,
    connected_at  timestamptz
                  GENERATED ALWAYS AS (to_timestamp((fact->>'connected_at')::float8)) STORED,
    rating         int CHECK (rating BETWEEN 1 AND 5),  -- given by the customer, outside the live center
    rating_comment text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX interaction_arrived ON interaction (tenant_id, arrived_at DESC, id DESC);
CREATE INDEX interaction_queued ON interaction (tenant_id, queued_at);
CREATE INDEX interaction_queue ON interaction (tenant_id, queue, arrived_at DESC);
CREATE INDEX interaction_customer ON interaction (tenant_id, customer_id, arrived_at DESC);
CREATE INDEX interaction_address ON interaction (tenant_id, address, arrived_at DESC);
CREATE INDEX interaction_open ON interaction (tenant_id, arrived_at DESC) WHERE phase <> 'ended';
SELECT protect('interaction');
GRANT SELECT, INSERT, UPDATE ON interaction TO parley_app;

-- Every agent who owned an interaction.
CREATE TABLE interaction_agent (
    tenant_id      text NOT NULL,
    agent_id       text NOT NULL,
    interaction_id text NOT NULL,
    PRIMARY KEY (tenant_id, agent_id, interaction_id)
);
SELECT protect('interaction_agent');
GRANT SELECT, INSERT ON interaction_agent TO parley_app;

CREATE TABLE message (
    tenant_id      text NOT NULL,
    id             text NOT NULL,
    seq            bigint NOT NULL,   -- of its event
    interaction_id text NOT NULL,
    at             timestamptz NOT NULL,
    sender         text NOT NULL,
    visibility     text NOT NULL,
    client_id      text NOT NULL,
    body           jsonb NOT NULL,    -- the MessageAdded event
    failed         text,              -- why it was not delivered
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX message_interaction ON message (tenant_id, interaction_id, seq);
CREATE INDEX message_client ON message (tenant_id, client_id);
SELECT protect('message');
GRANT SELECT, INSERT, UPDATE (failed) ON message TO parley_app;

CREATE TABLE attachment (
    tenant_id      text NOT NULL REFERENCES tenant,
    id             text NOT NULL,
    name           text NOT NULL,
    media_type     text NOT NULL,
    size           bigint NOT NULL,
    sha256         text NOT NULL,
    uploaded_by    text NOT NULL,
    created_at     timestamptz NOT NULL,
    interaction_id text,
    PRIMARY KEY (tenant_id, id)
);
SELECT protect('attachment');
GRANT SELECT, INSERT, UPDATE (interaction_id) ON attachment TO parley_app;
