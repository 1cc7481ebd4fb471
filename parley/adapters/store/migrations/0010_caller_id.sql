-- The number of ours that was shown to whom we called, as the carrier was told it.
ALTER TABLE leg ADD COLUMN caller_id text;
