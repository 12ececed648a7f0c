-- Matters, orders and what hangs on them. The district is the first column of
-- every key, so that tables can be divided by it. Instants are µs since 1970
-- UTC, 0 for none; doc is the whole state as JSON, and the columns beside it
-- are what lists sort and filter by.

-- One named exception: a SQLite file is never divided, and ids are unique in
-- the whole installation and grow with time. There the id of the matter or
-- order leads most keys that a new call gets, so that what comes in together
-- lies together at the end of each tree, and one page takes the rows of many
-- calls. On PostgreSQL the district leads.
-- A status is checked word by word: for a list, SQLite builds a tree of its
-- words at every insert.
CREATE TABLE matter (
	district    TEXT NOT NULL,
-- +sqlite
	id          INTEGER PRIMARY KEY,
-- +postgres
	id          BIGINT NOT NULL,
-- +both
	town        TEXT NOT NULL,
	community   TEXT NOT NULL,
	grid        TEXT NOT NULL,
	status      TEXT NOT NULL CHECK (status = 'RECEIVED' OR status = 'VERIFIED' OR status = 'REFERRED' OR status = 'ADVISED' OR status = 'MERGED' OR status = 'TRIAGED' OR status = 'ORDERED' OR status = 'AWAITING_VERDICT' OR status = 'REOPENED' OR status = 'DEFERRED' OR status = 'CLOSED'),
	kind        TEXT NOT NULL,
	category    TEXT NOT NULL,
	urgency     TEXT NOT NULL,
	source      TEXT NOT NULL,
	desk        TEXT NOT NULL,
	holder      TEXT NOT NULL,
	lon         BIGINT NOT NULL,
	lat         BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	closed_at   BIGINT NOT NULL,
	next_at     BIGINT NOT NULL,
	text        TEXT NOT NULL,
	doc         TEXT NOT NULL,
	rev         BIGINT NOT NULL,
	head        BYTES NOT NULL,
	sealed      BIGINT NOT NULL
-- +postgres
	, PRIMARY KEY (district, id)
-- +both
);
-- +postgres
CREATE INDEX matter_by_id ON matter (id);
-- +both
CREATE INDEX matter_by_town ON matter (district, town, id);
CREATE INDEX matter_held ON matter (holder, next_at, id) WHERE holder <> '';
CREATE INDEX matter_wake ON matter (next_at) WHERE next_at > 0;
CREATE INDEX matter_closed ON matter (district, closed_at) WHERE closed_at > 0;
CREATE INDEX matter_unsealed ON matter (id) WHERE sealed < rev;

CREATE TABLE orders (
	district TEXT NOT NULL,
-- +sqlite
	id       INTEGER PRIMARY KEY,
-- +postgres
	id       BIGINT NOT NULL,
-- +both
	matter   BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	role     TEXT NOT NULL,
	status   TEXT NOT NULL CHECK (status = 'ISSUED' OR status = 'ACCEPTED' OR status = 'IN_PROGRESS' OR status = 'RESPONDED' OR status = 'REWORK' OR status = 'OBJECTED' OR status = 'FULFILLED' OR status = 'REASSIGNED' OR status = 'WITHDRAWN'),
	creditor TEXT NOT NULL,
	debtor   TEXT NOT NULL,
	due_at   BIGINT NOT NULL,
	colour   TEXT NOT NULL,
	open     BIGINT NOT NULL,
	doc      TEXT NOT NULL
-- +postgres
	, PRIMARY KEY (district, matter, id)
-- +both
);
-- +sqlite
CREATE INDEX orders_of_matter ON orders (matter, id);
-- +postgres
CREATE INDEX orders_by_id ON orders (district, id);
-- +both
CREATE INDEX orders_owed ON orders (debtor, due_at, id) WHERE open = 1;

-- One row per call: the same reference from the same source is the same call.
-- The district column is the city's own code, so that a call which is sent
-- again with another place is still the same call.
CREATE TABLE inlet_key (
	district   TEXT NOT NULL,
	source     TEXT NOT NULL,
	source_ref TEXT NOT NULL,
	matter     BIGINT NOT NULL,
	PRIMARY KEY (district, source, source_ref)
-- +sqlite
) WITHOUT ROWID;
-- +postgres
);
-- +both

CREATE TABLE ledger (
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

CREATE TABLE notice (
	district TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	seq      BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	audience TEXT NOT NULL,
	unit     TEXT NOT NULL,
	code     TEXT NOT NULL,
	args     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	state    TEXT NOT NULL,
	next_try BIGINT NOT NULL,
	tries    BIGINT NOT NULL,
	error    TEXT NOT NULL,
-- +sqlite
	PRIMARY KEY (matter, seq, n)
) WITHOUT ROWID;
-- +postgres
	PRIMARY KEY (district, matter, seq, n)
);
-- +both
CREATE INDEX notice_inbox ON notice (unit, at, matter, seq, n) WHERE unit <> '';
CREATE INDEX notice_pending ON notice (next_try) WHERE state = 'PENDING';
CREATE INDEX notice_failed ON notice (matter, seq, n) WHERE state = 'FAILED';

CREATE TABLE statement (
	district TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	seq      BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	body     TEXT NOT NULL,
	hash     TEXT NOT NULL,
	PRIMARY KEY (district, matter, seq, n)
);

CREATE TABLE evidence (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	media    TEXT NOT NULL,
	size     BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	by_post  TEXT NOT NULL,
	body     BYTES NOT NULL,
	PRIMARY KEY (district, hash)
);

-- Personal data, sealed. Reading it writes a line in access_log.
CREATE TABLE vault (
	district TEXT NOT NULL,
-- +sqlite
	id       INTEGER PRIMARY KEY,
-- +postgres
	id       BIGINT NOT NULL,
-- +both
	matter   BIGINT NOT NULL,
	sealed   BYTES NOT NULL
-- +postgres
	, PRIMARY KEY (district, id)
-- +both
);

CREATE TABLE access_log (
	district TEXT NOT NULL,
	id       BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	actor    TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	fields   TEXT NOT NULL,
	PRIMARY KEY (district, id)
);

CREATE INDEX access_of_matter ON access_log (district, matter, id);

-- The Merkle log over the heads of all matters.
CREATE TABLE leaf (
	district TEXT NOT NULL,
	n        BIGINT NOT NULL,
	place    TEXT NOT NULL,
	matter   BIGINT NOT NULL,
	seq      BIGINT NOT NULL,
	hash     BYTES NOT NULL,
	PRIMARY KEY (district, n)
);
CREATE INDEX leaf_of_matter ON leaf (district, matter, seq);

CREATE TABLE tree_hash (
	district TEXT NOT NULL,
	idx      BIGINT NOT NULL,
	hash     BYTES NOT NULL,
	PRIMARY KEY (district, idx)
-- +sqlite
) WITHOUT ROWID;
-- +postgres
);
-- +both

CREATE TABLE checkpoint (
	district TEXT NOT NULL,
	size     BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	root     BYTES NOT NULL,
	note     TEXT NOT NULL,
	PRIMARY KEY (district, size)
);

CREATE TABLE token (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	name     TEXT NOT NULL,
	post     TEXT NOT NULL,
	scopes   TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	ends_at  BIGINT NOT NULL,
	revoked  BIGINT NOT NULL,
	PRIMARY KEY (district, hash)
);

CREATE TABLE shape (
	district TEXT NOT NULL,
	code     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	crs      TEXT NOT NULL,
	geojson  TEXT NOT NULL,
	PRIMARY KEY (district, code, at)
);
