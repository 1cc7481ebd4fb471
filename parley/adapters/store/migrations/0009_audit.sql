-- The audit of records as a list reads it: newest first, among millions of other events.
CREATE INDEX journal_audit ON journal (tenant_id, at DESC, seq DESC) WHERE kind = 'RecordChanged';
