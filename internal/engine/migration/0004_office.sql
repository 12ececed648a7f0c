-- Shapes that were read and looked at, and wait for a second person before
-- they hold; and which version of the pack was put in force when, by whose
-- proposal ("" at the start of a process). Instants are µs since 1970 UTC.

CREATE TABLE shape_draft (
	district TEXT NOT NULL,
	id       TEXT NOT NULL,
	at       BIGINT NOT NULL,
	by_post  TEXT NOT NULL,
	crs      TEXT NOT NULL,
	geojson  TEXT NOT NULL,
	PRIMARY KEY (district, id)
);

CREATE TABLE pack_activation (
	district TEXT NOT NULL,
	at       BIGINT NOT NULL,
	version  TEXT NOT NULL,
	proposal TEXT NOT NULL,
	PRIMARY KEY (district, at)
);
