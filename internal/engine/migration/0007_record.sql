-- Registers: dated facts that are no commitment of anybody. line is what lists
-- choose by, doc the body, both JSON; the columns beside them follow from line.
-- A record of the whole city has the city's own code as district and no place.
CREATE TABLE record (
	district  TEXT NOT NULL,
	id        BIGINT NOT NULL,
	register  TEXT NOT NULL,
	town      TEXT NOT NULL,
	community TEXT NOT NULL,
	place     TEXT NOT NULL,
	unit      TEXT NOT NULL,
	other     TEXT NOT NULL,
	keyed     TEXT NOT NULL,
	status    TEXT NOT NULL,
	from_day  BIGINT NOT NULL,
	to_day    BIGINT NOT NULL,
	about     BIGINT NOT NULL,
	amount    BIGINT NOT NULL,
	line      TEXT NOT NULL,
	doc       TEXT NOT NULL,
	rev       BIGINT NOT NULL,
	head      BYTES NOT NULL,
	sealed    BIGINT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX record_by_id ON record (id);
CREATE INDEX record_listed ON record (register, district, id);
CREATE UNIQUE INDEX record_keyed ON record (district, register, keyed) WHERE keyed <> '';
CREATE INDEX record_of_unit ON record (unit, register, id) WHERE unit <> '';
CREATE INDEX record_of_other ON record (other, register, id) WHERE other <> '';
CREATE INDEX record_about ON record (about, register, id) WHERE about <> 0;
CREATE INDEX record_unsealed ON record (id) WHERE sealed < rev;

-- Every change of a record, chained like the entries of a matter.
CREATE TABLE record_entry (
	district TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	seq      BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	actor    TEXT NOT NULL,
	unit     TEXT NOT NULL,
	act      TEXT NOT NULL,
	subject  TEXT NOT NULL,
	payload  TEXT NOT NULL,
	suite    TEXT NOT NULL,
	phash    BYTES NOT NULL,
	hash     BYTES NOT NULL,
	PRIMARY KEY (district, matter, seq)
);

-- The record that an assigned matter serves.
CREATE TABLE served (
	district TEXT NOT NULL,
	about    BIGINT NOT NULL,
	matter   BIGINT NOT NULL,
	PRIMARY KEY (district, about, matter)
);
CREATE INDEX served_about ON served (about, matter);
-- The legs of whistles that run, by the unit that blew: a board reads few rows.
CREATE INDEX orders_legs ON orders (creditor, matter) WHERE kind = 'WHISTLE_LEG' AND open = 1;
