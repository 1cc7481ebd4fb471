-- The journal by time of what happened: a day is replayed under another policy.
CREATE INDEX journal_at ON journal (tenant_id, at, seq);
