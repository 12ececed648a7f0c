-- The queues of desks: what is open in a place, by state, the nearest deadline
-- first. Only matters that somebody holds are in it.
CREATE INDEX matter_open ON matter (district, town, status, next_at, id) WHERE holder <> '';
