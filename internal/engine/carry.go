package engine

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Parcel is the result of a matter on its way back to the system the call came
// from. Matter, Seq and N name it: they never change, so that the receiver
// knows a parcel that comes twice.
type Parcel struct {
	District  string
	Matter    ident.ID
	Seq, N    int64
	Source    string // inlet
	SourceRef string // the source's own number
	Code      string // of the notice
	Args      []any  // as JSON reads them
	Status    matter.Status
	At        time.Time // of the act that is told
	Tries     int       // before this one
	Error     string    // of the last try
}

const selectParcels = `SELECT n.district, n.matter, n.seq, n.n, n.code, n.args, n.at, n.tries, n.error, m.source, m.status, m.doc
	FROM notice n JOIN matter m ON m.district = n.district AND m.id = n.matter`

func scanParcel(r store.Scanner) (Parcel, error) {
	var p Parcel
	var id, at, tries int64
	var args, status, doc string
	if err := r.Scan(&p.District, &id, &p.Seq, &p.N, &p.Code, &args, &at, &tries, &p.Error, &p.Source, &status, &doc); err != nil {
		return p, err
	}
	m := &matter.Matter{}
	if err := unmarshal(doc, m); err != nil {
		return p, err
	}
	p.Matter, p.At, p.Tries, p.Status, p.SourceRef = ident.ID(id), time.UnixMicro(at).UTC(), int(tries), matter.Status(status), m.SourceRef
	return p, json.Unmarshal([]byte(args), &p.Args)
}

// Carry takes up to n parcels whose time has come, the longest waiting first,
// and leases them: nobody else gets them before the lease is over, so that one
// whose carrier died is carried again.
func (e *Engine) Carry(ctx context.Context, now time.Time, n int, lease time.Duration) ([]Parcel, error) {
	var out []Parcel
	err := e.Write(ctx, now, "carry", func(tx *store.Tx) error {
		due, err := store.All(tx, selectParcels+` WHERE n.state = 'PENDING' AND n.next_try <= ? ORDER BY n.next_try, n.matter, n.seq LIMIT ?`,
			scanParcel, now.UnixMicro(), n)
		out = make([]Parcel, 0, len(due))
		if err != nil {
			return err
		}
		for _, p := range due {
			taken, err := tx.Exec(`UPDATE notice SET next_try = ?
				WHERE district = ? AND matter = ? AND seq = ? AND n = ? AND state = 'PENDING' AND next_try <= ?`,
				now.Add(lease).UnixMicro(), p.District, int64(p.Matter), p.Seq, p.N, now.UnixMicro())
			if err != nil {
				return err
			}
			if taken == 1 { // else another carrier was quicker
				out = append(out, p)
			}
		}
		return nil
	})
	return out, err
}

// Carried notes that a parcel arrived.
func (e *Engine) Carried(ctx context.Context, p Parcel) error {
	return e.settleParcel(ctx, p, NoticeDone, time.Time{}, "")
}

// CarryFailed notes that a parcel did not arrive and shall be tried again at
// next; a zero next gives it up.
func (e *Engine) CarryFailed(ctx context.Context, p Parcel, why error, next time.Time) error {
	state := NoticePending
	if next.IsZero() {
		state = NoticeFailed
	}
	return e.settleParcel(ctx, p, state, next, clipped(why.Error()))
}

// mostWhy bounds what is kept of a carrier's error, in characters.
const mostWhy = 300

func clipped(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if r := []rune(s); len(r) > mostWhy {
		return string(r[:mostWhy]) + "…"
	}
	return s
}

func (e *Engine) settleParcel(ctx context.Context, p Parcel, state string, next time.Time, why string) error {
	at := int64(0)
	if !next.IsZero() {
		at = next.UnixMicro()
	}
	return e.Write(ctx, time.Time{}, "carried", func(tx *store.Tx) error {
		return tx.Queue(`UPDATE notice SET state = ?, next_try = ?, tries = ?, error = ? WHERE district = ? AND matter = ? AND seq = ? AND n = ? AND state = 'PENDING'`,
			state, at, p.Tries+1, why, p.District, int64(p.Matter), p.Seq, p.N)
	})
}

// Undelivered lists the parcels that were given up, the oldest first, from the
// one after the given matter and entry on.
func (e *Engine) Undelivered(ctx context.Context, after ident.ID, afterSeq int64, limit int) ([]Parcel, error) {
	if limit < 1 || limit > 200 {
		return nil, fault.Field("limit", "page.size", limit, 200)
	}
	var out []Parcel
	err := e.db.Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, selectParcels+` WHERE n.state = 'FAILED' AND (n.matter, n.seq) > (?, ?) ORDER BY n.matter, n.seq, n.n LIMIT ?`,
			scanParcel, int64(after), afterSeq, limit)
		return err
	})
	return out, err
}
