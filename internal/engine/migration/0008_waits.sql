-- What a unit holds, and what is open in a place, by state and the nearest
-- deadline first: the few that wait are read and counted without those that
-- others are at work on. A town's lie together within the district's, for the
-- desks of towns and communities are the many. They take the place of the two
-- indexes without the state and without the town, and cost no more to write.
CREATE INDEX matter_waits ON matter (holder, status, next_at, id) WHERE holder <> '';
CREATE INDEX matter_stands ON matter (district, status, town, next_at, id, community, holder) WHERE holder <> '';
DROP INDEX matter_held;
DROP INDEX matter_open;
