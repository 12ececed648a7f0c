package people

import (
	"context"
	"time"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// Line is one line of an office log.
type Line struct {
	At time.Time
	ID string
	engine.Office
}

// LineKey is where a log goes on.
type LineKey struct {
	At time.Time
	ID string
}

// readers are the actions that open the logs.
var readers = map[string]access.Action{
	engine.SystemLog: access.ReadSystemLog, engine.SecurityLog: access.ReadSecurityLog, engine.AuditLog: access.ReadAuditLog,
}

// Log returns lines of one log, newest first, after a key; the zero key
// begins. That an auditor read the log of another is a line of the audit log.
// Fault: log.unknown.
func (d *Desk) Log(ctx context.Context, by By, kind string, after LineKey, limit int, now time.Time) ([]Line, error) {
	action, ok := readers[kind]
	if !ok {
		return nil, fault.Field("kind", "log.unknown", kind)
	}
	if err := may(by, action); err != nil {
		return nil, err
	}
	at := int64(1<<63 - 1)
	if !after.At.IsZero() {
		at = after.At.UnixMicro()
	}
	if kind != engine.AuditLog && access.Allow(by.Actor, access.ReadAuditLog, access.Subject{}) == nil && after.At.IsZero() {
		err := d.e.Write(ctx, now, "read_log", func(tx *store.Tx) error {
			return d.e.LogOffice(tx, engine.Office{Kind: engine.AuditLog, Act: "LOG_READ", Account: by.Account, Seat: by.Seat, Post: by.Actor.ID, Network: by.Network, Subject: kind})
		})
		if err != nil {
			return nil, err
		}
	}
	var out []Line
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT at, id, act, account, seat, post, network, subject, note FROM office_log
			WHERE district = ? AND kind = ? AND (at < ? OR at = ? AND id < ?) ORDER BY at DESC, id DESC LIMIT ?`,
			func(r store.Scanner) (Line, error) {
				l := Line{Office: engine.Office{Kind: kind}}
				var at int64
				err := r.Scan(&at, &l.ID, &l.Act, &l.Account, &l.Seat, &l.Post, &l.Network, &l.Subject, &l.Note)
				l.At = instant(at)
				return l, err
			}, d.root(), kind, at, at, after.ID, min(max(limit, 1), 500))
		return err
	})
	return out, err
}
