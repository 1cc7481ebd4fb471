-- Files that visitors uploaded and no message carries: counted against their quota, removed after a day.
CREATE INDEX attachment_uncarried ON attachment (tenant_id, uploaded_by, created_at)
    WHERE interaction_id IS NULL;
GRANT DELETE ON attachment TO parley_app;
