-- What the background index knows of each matter: the terms of its text, the
-- places it lies in and the units that take part, so that a search is one
-- question and its scope a part of it. It can be dropped and made anew.

-- Named exceptions: full text is each engine's own. In SQLite the terms of a
-- row cannot be read back, so their sum is kept beside them. Town, community
-- and open say as what the matter is counted among those open.
-- +sqlite
CREATE VIRTUAL TABLE term USING fts5(words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '-_'");
-- The parts of the index are merged a little at every step, never many at once.
INSERT INTO term (term, rank) VALUES ('automerge', 0);
INSERT INTO term (term, rank) VALUES ('crisismerge', 64);
CREATE TABLE term_sum (
	id        INTEGER PRIMARY KEY,
	sum       BIGINT NOT NULL,
	town      TEXT NOT NULL,
	community TEXT NOT NULL,
	open      BIGINT NOT NULL
);
-- +postgres
CREATE TABLE term (
	district TEXT NOT NULL,
	id       BIGINT NOT NULL,
	sum      BIGINT NOT NULL,
	town     TEXT NOT NULL,
	community TEXT NOT NULL,
	open     BIGINT NOT NULL,
	words    TSVECTOR NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX term_by_id ON term (id);
CREATE INDEX term_words ON term USING GIN (words);

-- In what order entries became visible: SQLite has the row's own number for
-- it, for its writer is alone. Here it is the number of the transaction.
ALTER TABLE ledger ADD COLUMN tx BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);
CREATE INDEX ledger_by_tx ON ledger (tx, matter, seq);
-- +both

-- How far a background reader of the ledger has come.
CREATE TABLE reader (
	district TEXT NOT NULL,
	name     TEXT NOT NULL,
	tx       BIGINT NOT NULL,
	matter   BIGINT NOT NULL,
	seq      BIGINT NOT NULL,
	PRIMARY KEY (district, name)
);

-- What waits for somebody's decision or reply, and what a supervisor has an
-- eye on: lists of few rows, each in the order of at. A new call has none.
CREATE TABLE mark (
	district TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	ord      BIGINT NOT NULL,
	town     TEXT NOT NULL,
	unit     TEXT NOT NULL,
	about    TEXT NOT NULL,
	at       BIGINT NOT NULL,
	due_at   BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (district, matter, kind, ord)
-- +sqlite
) WITHOUT ROWID;
-- +postgres
);
-- +both
CREATE INDEX mark_of_city ON mark (kind, at, matter, ord);
CREATE INDEX mark_of_district ON mark (district, kind, at, matter, ord);
CREATE INDEX mark_of_town ON mark (district, town, kind, at, matter, ord);
CREATE INDEX mark_of_unit ON mark (unit, kind, at, matter, ord);
CREATE INDEX mark_about ON mark (about, kind, at, matter, ord);

-- What stood in a district at an instant, kept once an hour: counters as JSON,
-- and by seen which entries of the ledger they count.
CREATE TABLE moment (
	district TEXT NOT NULL,
	at       BIGINT NOT NULL,
	seen     TEXT NOT NULL,
	doc      TEXT NOT NULL,
	PRIMARY KEY (district, at)
);
