package store

import "testing"

func TestBindLeavesQuotedTextAlone(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT 1`:                         `SELECT 1`,
		`SELECT ?, ?`:                      `SELECT $1, $2`,
		`SELECT '?', ? -- ?` + "\n, ?":     `SELECT '?', $1 -- ?` + "\n, $2",
		`SELECT 'it''s ?', "a?", ?`:        `SELECT 'it''s ?', "a?", $1`,
		`SELECT 'open ?`:                   `SELECT 'open ?`,
		`SELECT '呼?应' WHERE a = ? AND b=?`: `SELECT '呼?应' WHERE a = $1 AND b=$2`,
	} {
		if got := bind(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}
