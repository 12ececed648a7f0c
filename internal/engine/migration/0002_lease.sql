-- Which of several processes over one database does the background work. The
-- holder renews its row; another takes it over once until has passed, and term
-- counts how often that happened. Instants are µs since 1970 UTC.

CREATE TABLE lease (
	district TEXT NOT NULL,
	name     TEXT NOT NULL,
	holder   TEXT NOT NULL,
	until    BIGINT NOT NULL,
	term     BIGINT NOT NULL,
	PRIMARY KEY (district, name)
);
