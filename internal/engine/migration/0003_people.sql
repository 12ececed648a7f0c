-- Who enters, and as whom. The district column is the city's own code.
-- Instants are µs since 1970 UTC, 0 for none. What a person could be known by
-- or could enter with is sealed or hashed: name, totp and data are sealed texts
-- of the vault, hash is a digest, password is a slow hash with its parameters.

CREATE TABLE account (
	district  TEXT NOT NULL,
	id        TEXT NOT NULL,
	login     TEXT NOT NULL,
	name      BYTES NOT NULL,
	password  TEXT NOT NULL,
	totp      BYTES NOT NULL,
	totp_at   BIGINT NOT NULL,
	totp_step BIGINT NOT NULL,
	lang      TEXT NOT NULL,
	theme     TEXT NOT NULL,
	made_at   BIGINT NOT NULL,
	made_by   TEXT NOT NULL,
	disabled  BIGINT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE UNIQUE INDEX account_login ON account (district, login);

-- Codes that stand in for a lost second factor, each once.
CREATE TABLE recovery (
	district TEXT NOT NULL,
	account  TEXT NOT NULL,
	hash     TEXT NOT NULL,
	used_at  BIGINT NOT NULL,
	PRIMARY KEY (district, account, hash)
);

CREATE TABLE credential (
	district TEXT NOT NULL,
	id       TEXT NOT NULL,
	account  TEXT NOT NULL,
	name     TEXT NOT NULL,
	doc      TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	used_at  BIGINT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX credential_of_account ON credential (district, account, made_at);

CREATE TABLE oidc_identity (
	district TEXT NOT NULL,
	issuer   TEXT NOT NULL,
	subject  TEXT NOT NULL,
	account  TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	PRIMARY KEY (district, issuer, subject)
);
CREATE UNIQUE INDEX oidc_of_account ON oidc_identity (district, account, issuer);

CREATE TABLE seat (
	district TEXT NOT NULL,
	id       TEXT NOT NULL,
	account  TEXT NOT NULL,
	post     TEXT NOT NULL,
	kind     TEXT NOT NULL CHECK (kind IN ('HOLDER', 'DEPUTY')),
	from_at  BIGINT NOT NULL,
	to_at    BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX seat_of_account ON seat (district, account);
CREATE INDEX seat_of_post ON seat (district, post);

CREATE TABLE session (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	account  TEXT NOT NULL,
	stage    TEXT NOT NULL CHECK (stage IN ('SECOND', 'ENROL', 'SEAT', 'OPEN')),
	seat     TEXT NOT NULL,
	how      TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	seen_at  BIGINT NOT NULL,
	ends_at  BIGINT NOT NULL,
	revoked  BIGINT NOT NULL,
	wrong    BIGINT NOT NULL,
	network  TEXT NOT NULL,
	agent    TEXT NOT NULL,
	PRIMARY KEY (district, hash)
);
CREATE INDEX session_of_account ON session (district, account, made_at);
CREATE INDEX session_end ON session (district, ends_at);

-- What a sign-in or a registration has begun and has to be found again by who
-- ends it: challenges, states and nonces.
CREATE TABLE ceremony (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	account  TEXT NOT NULL,
	data     BYTES NOT NULL,
	ends_at  BIGINT NOT NULL,
	PRIMARY KEY (district, hash)
);

CREATE TABLE invite (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	kind     TEXT NOT NULL CHECK (kind IN ('FIRST', 'ACCOUNT')),
	account  TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	ends_at  BIGINT NOT NULL,
	used_at  BIGINT NOT NULL,
	PRIMARY KEY (district, hash)
);
CREATE INDEX invite_of_account ON invite (district, account);

-- What a post may do beyond its role and jurisdiction.
CREATE TABLE post_grant (
	district TEXT NOT NULL,
	id       TEXT NOT NULL,
	post     TEXT NOT NULL,
	actions  TEXT NOT NULL,
	place    TEXT NOT NULL,
	unit     TEXT NOT NULL,
	from_at  BIGINT NOT NULL,
	to_at    BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	reason   TEXT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX grant_of_post ON post_grant (district, post);

-- What one person asks for and another has to agree to.
CREATE TABLE proposal (
	district     TEXT NOT NULL,
	id           TEXT NOT NULL,
	kind         TEXT NOT NULL,
	place        TEXT NOT NULL,
	payload      BYTES NOT NULL,
	reason       TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('OPEN', 'CONFIRMED', 'REFUSED', 'EXPIRED', 'RUNNING', 'DONE')),
	made_at      BIGINT NOT NULL,
	ends_at      BIGINT NOT NULL,
	account      TEXT NOT NULL,
	post         TEXT NOT NULL,
	decider      TEXT NOT NULL,
	decider_post TEXT NOT NULL,
	decided_at   BIGINT NOT NULL,
	answer       TEXT NOT NULL,
	claimed_at   BIGINT NOT NULL,
	done_at      BIGINT NOT NULL,
	error        TEXT NOT NULL,
	PRIMARY KEY (district, id)
);
CREATE INDEX proposal_newest ON proposal (district, made_at, id);

-- What administrators did and what happened at the door, by the log it belongs
-- to. Rows are added and never changed.
CREATE TABLE office_log (
	district TEXT NOT NULL,
	kind     TEXT NOT NULL CHECK (kind IN ('SYSTEM', 'SECURITY', 'AUDIT')),
	at       BIGINT NOT NULL,
	id       TEXT NOT NULL,
	act      TEXT NOT NULL,
	account  TEXT NOT NULL,
	seat     TEXT NOT NULL,
	post     TEXT NOT NULL,
	network  TEXT NOT NULL,
	subject  TEXT NOT NULL,
	note     TEXT NOT NULL,
	PRIMARY KEY (district, kind, at, id)
);

-- How often something failed in a row, and when last. The key is a digest.
CREATE TABLE throttle (
	district TEXT NOT NULL,
	hash     TEXT NOT NULL,
	n        BIGINT NOT NULL,
	last_at  BIGINT NOT NULL,
	PRIMARY KEY (district, hash)
);
CREATE INDEX throttle_last ON throttle (district, last_at);
