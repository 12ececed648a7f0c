-- The open matters of a place by state, the nearest deadline first. Only what
-- somebody holds is in it, and all that a list is chosen by.
CREATE INDEX matter_open ON matter (district, status, next_at, id, town, community, holder) WHERE holder <> '';
