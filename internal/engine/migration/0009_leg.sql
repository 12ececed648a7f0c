-- The legs of the whistles that run, by who blew: the few that a board shows
-- are found without the orders that others owe.
CREATE INDEX orders_leg ON orders (creditor, matter) WHERE kind = 'WHISTLE_LEG' AND open = 1;
