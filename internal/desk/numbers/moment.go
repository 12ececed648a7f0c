package numbers

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/engine/change"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Then is how a place stood at an instant.
type Then struct {
	Code     string
	At       time.Time
	Standing map[string]int64          // matters by status
	Open     int64                     // of these, those somebody held
	Towns    map[string]int64          // open matters by town
	Marks    map[matter.MarkKind]int64 // cards, late orders, objections …
	Kept     time.Time                 // from which kept moment it was computed; 1970: from the beginning
	Replayed int                       // matters that were replayed from there
}

// moment is what is kept of a district: counters by name and subject.
type moment map[string]map[string]int64

func (m moment) add(name, subject string, n int64) {
	if m[name] == nil {
		m[name] = map[string]int64{}
	}
	if m[name][subject] += n; m[name][subject] == 0 {
		delete(m[name], subject)
	}
}

// addFile adds a matter as it was.
func (m moment) addFile(f *matter.File, n int64) {
	if f == nil {
		return
	}
	if f.M.Task == nil {
		m.add(engine.Standing, f.M.Place.Town+"/"+string(f.M.Status), n)
	}
	for _, x := range f.Marks() {
		m.add(engine.MarkCounter(x.Kind), "town/"+f.M.Place.Town, n)
	}
}

// momentNames are the counters that a moment keeps.
var momentNames = func() []string {
	out := []string{engine.Standing}
	for _, k := range matter.MarkKinds {
		out = append(out, engine.MarkCounter(k))
	}
	return out
}()

// keepEvery is how far moments lie apart.
const keepEvery = time.Hour

// Keep keeps how every district stands, unless that was done within the hour.
// It is called again and again by a background clock.
func (d *Desk) Keep(ctx context.Context, now time.Time) error {
	districts, _, err := d.districtsOf(d.e.City().Root)
	if err != nil {
		return err
	}
	for _, district := range districts {
		var seen change.Seen
		var m moment
		var last int64
		err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
			if err = v.Row(`SELECT COALESCE(MAX(at), 0) FROM moment WHERE district = ?`, district).Scan(&last); err != nil {
				return err
			}
			if m, err = stands(v, district); err != nil {
				return err
			}
			seen, err = change.Sees(v)
			return err
		})
		if err != nil {
			return err
		}
		if last > now.Add(-keepEvery).UnixMicro() {
			continue
		}
		doc, err := json.Marshal(m)
		if err != nil {
			return err
		}
		err = d.e.Write(ctx, now, "keep_moment", func(tx *store.Tx) error {
			return tx.Queue(`INSERT INTO moment (district, at, seen, doc) VALUES (?, ?, ?, ?) ON CONFLICT (district, at) DO NOTHING`,
				district, now.UnixMicro(), seen.String(), string(doc))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stands reads how a district stands now.
func stands(v *store.View, district string) (moment, error) {
	m := moment{}
	for _, name := range momentNames {
		list, err := store.CounterSubjects(v, district, name, 0, 0)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if name == engine.Standing || strings.HasPrefix(c.Subject, "town/") {
				m.add(name, c.Subject, c.N)
			}
		}
	}
	return m, nil
}

// At returns how the city, a district or a town stood at an instant, as it was
// known then: from the moment that was kept last before it, and the entries
// between. What was entered later, with an earlier time, is not in it.
// Faults: place.unknown, access.denied, numbers.not_kept, numbers.in_future.
func (d *Desk) At(ctx context.Context, actor access.Actor, code string, at, now time.Time) (*Then, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	if at.After(now) {
		return nil, fault.Field("at", "numbers.in_future", at)
	}
	out := &Then{Code: code, At: at.UTC(), Standing: map[string]int64{}, Towns: map[string]int64{}, Marks: map[matter.MarkKind]int64{}}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		total := &Then{Code: code, At: at.UTC(), Standing: map[string]int64{}, Towns: map[string]int64{}, Marks: map[matter.MarkKind]int64{}}
		for _, district := range districts {
			if err := d.momentAt(v, district, town, at, total); err != nil {
				return err
			}
		}
		*out = *total
		return nil
	})
	return out, err
}

// momentAt adds how a district, or one of its towns, stood.
func (d *Desk) momentAt(v *store.View, district, town string, at time.Time, out *Then) error {
	var kept, next int64
	var text, doc string
	row, found, err := store.One(v, `SELECT at, seen, doc FROM moment WHERE district = ? AND at <= ? ORDER BY at DESC LIMIT 1`, func(r store.Scanner) (int64, error) {
		var us int64
		err := r.Scan(&us, &text, &doc)
		return us, err
	}, district, at.UnixMicro())
	if err != nil {
		return err
	}
	if !found {
		if text, doc, err = beginning(v, district, at); err != nil {
			return err
		}
	}
	kept = row
	if err := v.Row(`SELECT COALESCE(MIN(at), 0) FROM moment WHERE district = ? AND at > ?`, district, at.UnixMicro()).Scan(&next); err != nil {
		return err
	}
	m := moment{}
	if err := json.Unmarshal([]byte(doc), &m); err != nil {
		return err
	}
	seen, err := change.ParseSeen(text)
	if err != nil {
		return err
	}
	n, err := d.replay(v, district, seen, at, next, m)
	if err != nil {
		return err
	}
	out.Replayed += n
	if t := time.UnixMicro(kept).UTC(); out.Kept.IsZero() || t.Before(out.Kept) {
		out.Kept = t
	}
	m.into(town, out)
	return nil
}

// mostFromBeginning is how many matters of a district are replayed from their
// first entry where no moment was kept before: those of a city that is young,
// or was played.
const mostFromBeginning = 2000

// beginning is the moment before the first entry, if it is not too far away.
func beginning(v *store.View, district string, at time.Time) (seen, doc string, err error) {
	n := 0
	err = v.Row(`SELECT COUNT(*) FROM (SELECT 1 FROM matter WHERE district = ? AND id < ? LIMIT ?) few`, district, int64(ident.First(at)), mostFromBeginning+1).Scan(&n)
	if err == nil && n > mostFromBeginning {
		err = fault.Field("at", "numbers.not_kept", at)
	}
	return "1:1:", "{}", err
}

// into adds the figures of a moment.
func (m moment) into(town string, out *Then) {
	for subject, n := range m[engine.Standing] {
		of, status, _ := strings.Cut(subject, "/")
		if town != "" && of != town {
			continue
		}
		out.Standing[status] += n
		if matter.Status(status).Open() {
			out.Open += n
			out.Towns[of] += n
		}
	}
	for _, kind := range matter.MarkKinds {
		for subject, n := range m[engine.MarkCounter(kind)] {
			if town == "" || subject == "town/"+town {
				out.Marks[kind] += n
			}
		}
	}
}

// readAhead is how many entries are read at once.
const readAhead = 2000

// replay moves a moment on to an instant: each matter of the district with an
// entry that the moment has not seen is taken out as it was and put in as it
// became. It ends at the next moment that was kept after the instant. It returns
// how many matters it replayed.
func (d *Desk) replay(v *store.View, district string, seen change.Seen, at time.Time, next int64, m moment) (int, error) {
	touched := map[ident.ID]bool{}
	for from := seen.From(); ; {
		entries, err := change.After(v, from, readAhead)
		if err != nil {
			return 0, err
		}
		over := len(entries) < readAhead
		for _, x := range entries {
			from = x.Position
			over = over || next != 0 && x.At.UnixMicro() > next+int64(time.Minute/time.Microsecond)
			if x.District == district && !seen.Has(x.Position) && !x.At.After(at) {
				touched[x.Matter] = true
			}
		}
		if over {
			break
		}
	}
	until := at.UnixMicro()
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		past, err := d.e.Past(v, district, id)
		if err != nil {
			return 0, err
		}
		was, err := past.When(func(p change.Position, _ int64) bool { return seen.Has(p) })
		if err != nil {
			return 0, err
		}
		became, err := past.When(func(p change.Position, us int64) bool { return seen.Has(p) || us <= until })
		if err != nil {
			return 0, err
		}
		m.addFile(was, -1)
		m.addFile(became, 1)
	}
	return len(touched), nil
}
