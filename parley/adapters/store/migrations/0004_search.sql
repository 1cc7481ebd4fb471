-- Full text over what people look for: messages, customers, interactions, tickets.
--
-- Row-level security would keep the planner from the text indexes, since text operators are not
-- leakproof. So the application may write here but reads only through search_refs, which adds the
-- tenant itself; the table is not forced, so that its owner's function can use the indexes.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE search (
    tenant_id text NOT NULL,
    noun      text NOT NULL,   -- interaction, customer, ticket
    ref       text NOT NULL,   -- the id that is found
    part      text NOT NULL,   -- message id, order number, …: what of it the entry holds; '' the thing itself
    label     text NOT NULL,   -- names, numbers, addresses in lower case, found by any part of them
    words     tsvector NOT NULL,
    PRIMARY KEY (tenant_id, noun, ref, part)
);
CREATE INDEX search_words ON search USING gin (words);
CREATE INDEX search_label ON search USING gin (label gin_trgm_ops);
ALTER TABLE search ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON search USING (tenant_id = current_setting('parley.tenant', true));
CREATE POLICY system_rows ON search TO parley_system
    USING (current_setting('parley.system', true) = 'on');
GRANT SELECT, INSERT, UPDATE, DELETE ON search TO parley_app;

-- Ids whose words match `query` or whose label contains `part_of_label` (from three characters on:
-- shorter ones have no trigram, and names are among the words too); newest ids first.
CREATE FUNCTION search_refs(wanted text, query tsquery, part_of_label text, most int)
RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT SET plan_cache_mode = 'force_custom_plan' AS $$
DECLARE
    tenant text := current_setting('parley.tenant', true);
    pattern text := '%' || regexp_replace(part_of_label, '([\\%_])', '\\\1', 'g') || '%';
BEGIN
    IF length(part_of_label) < 3 THEN pattern := NULL; END IF;
    RETURN QUERY
        SELECT DISTINCT found.ref FROM (
            SELECT s.ref FROM search s
            WHERE s.tenant_id = tenant AND s.noun = wanted AND s.words @@ query
            UNION ALL
            SELECT s.ref FROM search s
            WHERE s.tenant_id = tenant AND s.noun = wanted AND s.label LIKE pattern
        ) found
        ORDER BY found.ref DESC
        LIMIT most;
END $$;
REVOKE ALL ON FUNCTION search_refs(text, tsquery, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_refs(text, tsquery, text, int) TO parley_app;
