package store

import (
	"fmt"
	"time"
)

// answerTable returns the DDL of the kept answers.
func answerTable(d Dialect) string {
	return translate(`CREATE TABLE IF NOT EXISTS answer (
	district TEXT NOT NULL,
	key TEXT NOT NULL,
	at BIGINT NOT NULL,
	body BYTES,
	PRIMARY KEY (district, key)
)`, d)
}

const (
	claimAnswer  = `INSERT INTO answer (district, key, at) VALUES (?, ?, ?) ON CONFLICT (district, key) DO NOTHING`
	keepAnswer   = `UPDATE answer SET body = ? WHERE district = ? AND key = ?`
	selectAnswer = `SELECT body FROM answer WHERE district = ? AND key = ?`
	dropAnswers  = `DELETE FROM answer WHERE district = ? AND at < ?`
)

// Once makes a command idempotent: the first command with this key in the
// district runs fn and keeps its answer in the same transaction; every later
// one gets that answer, and again is true. If fn fails nothing is kept. The
// caller derives key from who asks and the id that their client made.
func (tx *Tx) Once(district, key string, fn func() ([]byte, error)) (body []byte, again bool, err error) {
	n, err := tx.Exec(claimAnswer, district, key, tx.now.UnixMicro())
	if err != nil {
		return nil, false, err
	}
	if n == 0 {
		if err := tx.Row(selectAnswer, district, key).Scan(&body); err != nil {
			return nil, false, fmt.Errorf("store: kept answer: %w", err)
		}
		return body, true, nil
	}
	if body, err = fn(); err != nil {
		return nil, false, tx.note(err)
	}
	return body, false, tx.Queue(keepAnswer, body, district, key)
}

// ForgetAnswers drops the answers of a district that are older than before and
// returns their number.
func ForgetAnswers(tx *Tx, district string, before time.Time) (int64, error) {
	return tx.Exec(dropAnswers, district, before.UnixMicro())
}
