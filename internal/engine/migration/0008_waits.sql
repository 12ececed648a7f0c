-- What a unit holds by state, the nearest deadline first: the few that wait for
-- it are read and counted without those that others are at work on.
CREATE INDEX matter_waits ON matter (holder, status, next_at, id) WHERE holder <> '';
