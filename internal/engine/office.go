package engine

import (
	"crypto/rand"

	"huying/internal/store"
)

// Office is one line of an office log: what an administrator did, or what
// happened at the door. It names accounts and posts, never a person.
type Office struct {
	Kind    string // of the log it belongs to: SYSTEM, SECURITY or AUDIT
	Act     string
	Account string // who did it, "" on the machine itself
	Seat    string
	Post    string
	Network string
	Subject string // what it was done to: an account, a post, a token …
	Note    string
}

// The office logs.
const (
	SystemLog   = "SYSTEM"
	SecurityLog = "SECURITY"
	AuditLog    = "AUDIT"
)

// LogOffice adds a line in the transaction of what it tells.
func (e *Engine) LogOffice(tx *store.Tx, o Office) error {
	return tx.Queue(`INSERT INTO office_log (district, kind, at, id, act, account, seat, post, network, subject, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.City().Root, o.Kind, tx.Now().UnixMicro(), rand.Text(), o.Act, o.Account, o.Seat, o.Post, o.Network, o.Subject, o.Note)
}
