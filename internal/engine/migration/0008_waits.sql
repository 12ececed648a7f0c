-- What a unit holds, and what is open in a town, by state and the nearest
-- deadline first: the few that wait are read and counted without those that
-- others are at work on. Every list of what a unit holds takes them state by
-- state, so the index without the state is no longer read.
CREATE INDEX matter_waits ON matter (holder, status, next_at, id) WHERE holder <> '';
CREATE INDEX matter_of_town ON matter (town, status, next_at, id, community, holder) WHERE holder <> '';
DROP INDEX matter_held;
