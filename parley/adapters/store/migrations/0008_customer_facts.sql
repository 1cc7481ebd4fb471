-- What routing knows of a customer when they reach us: their own agent, spend, who has their open case.
ALTER TABLE customer ADD COLUMN dedicated_agent text;
ALTER TABLE customer ADD COLUMN spend numeric NOT NULL DEFAULT 0;  -- the sum of their orders' `spent`

-- What an order counts for: nothing if it came back, or if its amount is no decimal number.
ALTER TABLE customer_order ADD COLUMN spent numeric NOT NULL GENERATED ALWAYS AS (
    CASE WHEN body->>'status' NOT IN ('returned', 'cancelled')
              AND body->>'amount' ~ '^[0-9]{1,15}(\.[0-9]{1,6})?$'
         THEN (body->>'amount')::numeric ELSE 0 END) STORED;

-- Summed up when an order changes, since it is read each time a customer calls.
CREATE FUNCTION customer_spends() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.customer_id, OLD.spent) = (NEW.customer_id, NEW.spent) THEN
        RETURN NULL;
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        UPDATE customer SET spend = spend - OLD.spent
        WHERE tenant_id = OLD.tenant_id AND id = OLD.customer_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE customer SET spend = spend + NEW.spent
        WHERE tenant_id = NEW.tenant_id AND id = NEW.customer_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION customer_spends() FROM PUBLIC;
CREATE TRIGGER customer_spends AFTER INSERT OR UPDATE OR DELETE ON customer_order
    FOR EACH ROW EXECUTE FUNCTION customer_spends();

SELECT set_config('parley.system', 'on', true);  -- the orders of all tenants
UPDATE customer c SET spend = o.spend
FROM (SELECT tenant_id, customer_id, sum(spent) AS spend FROM customer_order
      GROUP BY tenant_id, customer_id) o
WHERE c.tenant_id = o.tenant_id AND c.id = o.customer_id AND o.spend <> 0;
SELECT set_config('parley.system', 'off', true);

CREATE INDEX ticket_unsolved ON ticket (tenant_id, customer_id, created_at DESC)
    WHERE assignee IS NOT NULL AND status IN ('open', 'in_progress');
