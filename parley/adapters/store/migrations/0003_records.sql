-- Records: what lives for days. Each carries a version that a change must know.

CREATE TABLE document (
    tenant_id  text NOT NULL REFERENCES tenant,
    kind       text NOT NULL,
    id         text NOT NULL,
    body       jsonb NOT NULL,
    version    int NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    updated_by text,
    PRIMARY KEY (tenant_id, kind, id)
);
SELECT protect('document');
GRANT SELECT, INSERT, UPDATE, DELETE ON document TO parley_app;

-- Every former body, also of removed documents.
CREATE TABLE document_history (
    tenant_id  text NOT NULL REFERENCES tenant,
    kind       text NOT NULL,
    id         text NOT NULL,
    version    int NOT NULL,
    body       jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text,
    replaced_at timestamptz NOT NULL DEFAULT now(),
    entry      bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (tenant_id, kind, id, entry)
);
SELECT protect('document_history');
GRANT SELECT, INSERT ON document_history TO parley_app;

CREATE TABLE account (
    tenant_id            text NOT NULL REFERENCES tenant,
    id                   text NOT NULL,
    email                text NOT NULL CHECK (email = lower(email)),
    name                 text NOT NULL,
    role                 text NOT NULL,
    password_hash        text NOT NULL,
    language             text NOT NULL,
    active               boolean NOT NULL,
    must_change_password boolean NOT NULL,
    failures             int NOT NULL DEFAULT 0,
    locked_until         timestamptz,
    version              int NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_email UNIQUE (tenant_id, email)
);
CREATE INDEX account_by_email ON account (email);
SELECT protect('account');
GRANT SELECT, INSERT, UPDATE ON account TO parley_app;

CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    tenant_id  text NOT NULL,
    account_id text NOT NULL,
    csrf       text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account
);
CREATE INDEX session_account ON session (tenant_id, account_id);
CREATE INDEX session_expires ON session (expires_at);
SELECT protect('session');
GRANT SELECT, INSERT, DELETE ON session TO parley_app;

-- Before signing in no tenant is known.
CREATE FUNCTION accounts_by_email(wanted text) RETURNS SETOF account
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('parley.system', 'on', true);
    RETURN QUERY SELECT * FROM account WHERE email = lower(wanted) ORDER BY tenant_id;
    PERFORM set_config('parley.system', 'off', true);
END $$;
REVOKE ALL ON FUNCTION accounts_by_email(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_by_email(text) TO parley_app;

CREATE FUNCTION session_by_token(wanted bytea, moment timestamptz) RETURNS SETOF session
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('parley.system', 'on', true);
    RETURN QUERY SELECT * FROM session WHERE token_hash = wanted AND expires_at > moment;
    PERFORM set_config('parley.system', 'off', true);
END $$;
REVOKE ALL ON FUNCTION session_by_token(bytea, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_by_token(bytea, timestamptz) TO parley_app;

CREATE FUNCTION session_close(wanted bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('parley.system', 'on', true);
    DELETE FROM session WHERE token_hash = wanted;
    PERFORM set_config('parley.system', 'off', true);
END $$;
REVOKE ALL ON FUNCTION session_close(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_close(bytea) TO parley_app;

CREATE TABLE customer (
    tenant_id    text NOT NULL REFERENCES tenant,
    id           text NOT NULL,
    name         text NOT NULL,
    tier         text,
    priority     int NOT NULL,
    phone        text,
    email        text,
    city         text,
    language     text NOT NULL,
    member_since text,
    tags         text[] NOT NULL,
    fields       jsonb NOT NULL,
    note         text NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    version      int NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX customer_updated ON customer (tenant_id, updated_at DESC, id DESC);
SELECT protect('customer');
GRANT SELECT, INSERT, UPDATE ON customer TO parley_app;

CREATE TABLE customer_address (
    tenant_id   text NOT NULL,
    kind        text NOT NULL,
    value       text NOT NULL,
    customer_id text NOT NULL,
    verified    boolean NOT NULL,
    PRIMARY KEY (tenant_id, kind, value),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer
);
CREATE INDEX customer_address_of ON customer_address (tenant_id, customer_id);
SELECT protect('customer_address');
GRANT SELECT, INSERT, UPDATE ON customer_address TO parley_app;

CREATE TABLE customer_order (
    tenant_id   text NOT NULL,
    id          text NOT NULL,
    customer_id text NOT NULL,
    placed_at   timestamptz NOT NULL,
    body        jsonb NOT NULL,  -- the whole order
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer
);
CREATE INDEX customer_order_of ON customer_order (tenant_id, customer_id, placed_at DESC);
SELECT protect('customer_order');
GRANT SELECT, INSERT, UPDATE ON customer_order TO parley_app;

CREATE TABLE ticket (
    tenant_id      text NOT NULL REFERENCES tenant,
    id             text NOT NULL,
    number         bigint NOT NULL,
    kind           text NOT NULL,
    subject        text NOT NULL,
    description    text NOT NULL,
    status         text NOT NULL,
    priority       text NOT NULL,
    customer_id    text,
    interaction_id text,
    queue          text,
    assignee       text,
    phone          text,
    callback_at    timestamptz,
    due_at         timestamptz,
    fields         jsonb NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    resolved_at    timestamptz,
    created_by     text,
    version        int NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
);
CREATE INDEX ticket_created ON ticket (tenant_id, created_at DESC, id DESC);
CREATE INDEX ticket_customer ON ticket (tenant_id, customer_id, created_at DESC);
CREATE INDEX ticket_interaction ON ticket (tenant_id, interaction_id);
CREATE INDEX ticket_assignee ON ticket (tenant_id, assignee, created_at DESC);
SELECT protect('ticket');
GRANT SELECT, INSERT, UPDATE ON ticket TO parley_app;

CREATE TABLE ticket_comment (
    tenant_id text NOT NULL,
    id        text NOT NULL,
    ticket_id text NOT NULL,
    at        timestamptz NOT NULL,
    by        text,
    text      text NOT NULL,
    internal  boolean NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket
);
CREATE INDEX ticket_comment_of ON ticket_comment (tenant_id, ticket_id, at, id);
SELECT protect('ticket_comment');
GRANT SELECT, INSERT ON ticket_comment TO parley_app;

CREATE TABLE notice (
    tenant_id      text NOT NULL REFERENCES tenant,
    id             text NOT NULL,
    account_id     text NOT NULL,
    at             timestamptz NOT NULL,
    kind           text NOT NULL,
    interaction_id text,
    ticket_id      text,
    by             text,
    text           text NOT NULL,
    read           boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notice_of ON notice (tenant_id, account_id, at DESC);
SELECT protect('notice');
GRANT SELECT, INSERT, UPDATE (read) ON notice TO parley_app;
