-- The legs of whistles that run, by the unit that blew: a board reads few rows.
CREATE INDEX orders_legs ON orders (creditor, matter) WHERE kind = 'WHISTLE_LEG' AND open = 1;
