package feed

import (
	"encoding/json"
	"slices"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine/change"
	"huying/internal/ident"
	"huying/internal/store"
)

// Event is what is told of an act. Place, status and holder are those of the
// matter when it was read, which may be some acts later.
type Event struct {
	Matter   ident.ID          `json:"matter"`
	Rev      int64             `json:"rev"`
	At       time.Time         `json:"at"`
	Act      string            `json:"act"`
	Unit     string            `json:"unit,omitempty"` // on whose behalf
	Place    territory.Address `json:"place"`
	Lon      int64             `json:"lon,omitempty"` // degrees times 1e7
	Lat      int64             `json:"lat,omitempty"`
	Source   string            `json:"source"`
	Category string            `json:"category,omitempty"`
	Status   string            `json:"status"`
	Urgency  string            `json:"urgency"`
	Holder   string            `json:"holder,omitempty"`
	Next     time.Time         `json:"next,omitzero"`
	Units    []string          `json:"units,omitempty"` // that take part
}

// event is an Event as it is handed out.
type event struct {
	Message
	at      change.Position
	subject access.Subject
}

// matterRow is what events say of a matter.
type matterRow struct {
	Event
	desk string
}

// eventsOf makes the events of entries.
func eventsOf(v *store.View, entries []change.Entry) ([]event, error) {
	rows, err := mattersOf(v, entries)
	if err != nil {
		return nil, err
	}
	out := make([]event, 0, len(entries))
	for _, x := range entries {
		m := rows[x.Matter]
		if m == nil {
			continue // its district is gone from the database
		}
		e := m.Event
		e.Rev, e.At, e.Act, e.Unit = x.Rev, x.At, x.Act, x.Unit
		data, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		out = append(out, event{
			Message: Message{ID: x.Position.String(), Kind: Act, Data: data}, at: x.Position,
			subject: access.Subject{Place: e.Place, Matter: int64(e.Matter), Desk: m.desk, Units: e.Units},
		})
	}
	return out, nil
}

// inList is how many matters are read by one statement.
const inList = 64

func mattersOf(v *store.View, entries []change.Entry) (map[ident.ID]*matterRow, error) {
	byDistrict := map[string][]int64{}
	for _, x := range entries {
		if list := byDistrict[x.District]; !slices.Contains(list, int64(x.Matter)) {
			byDistrict[x.District] = append(list, int64(x.Matter))
		}
	}
	out := map[ident.ID]*matterRow{}
	for district, ids := range byDistrict {
		for part := range slices.Chunk(ids, inList) {
			args := []any{district}
			for i := range inList {
				args = append(args, part[min(i, len(part)-1)])
			}
			if err := readMatters(v, args, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

var (
	// The condition that is always false keeps SQLite to the ids; see
	// intake.wholeDistrict.
	selectMatters = `SELECT id, district, town, community, lon, lat, source, category, status, urgency, holder, next_at, desk FROM matter
		WHERE (district = ? OR 1=0) AND id IN (` + store.Marks(inList) + `)`
	selectUnits = `SELECT matter, debtor, creditor FROM orders WHERE district = ? AND matter IN (` + store.Marks(inList) + `) ORDER BY matter, id`
)

func readMatters(v *store.View, args []any, out map[ident.ID]*matterRow) error {
	_, err := store.All(v, selectMatters, func(r store.Scanner) (struct{}, error) {
		m := &matterRow{}
		var id, next int64
		err := r.Scan(&id, &m.Place.District, &m.Place.Town, &m.Place.Community, &m.Lon, &m.Lat, &m.Source, &m.Category, &m.Status, &m.Urgency,
			&m.Holder, &next, &m.desk)
		m.Matter = ident.ID(id)
		if next != 0 {
			m.Next = time.UnixMicro(next).UTC()
		}
		m.take(m.desk)
		out[m.Matter] = m
		return struct{}{}, err
	}, args...)
	if err != nil {
		return err
	}
	_, err = store.All(v, selectUnits, func(r store.Scanner) (struct{}, error) {
		var id int64
		var debtor, creditor string
		err := r.Scan(&id, &debtor, &creditor)
		if m := out[ident.ID(id)]; m != nil {
			m.take(debtor)
			m.take(creditor)
		}
		return struct{}{}, err
	}, args...)
	return err
}

// take adds a unit that takes part.
func (m *matterRow) take(unit string) {
	if unit != "" && !slices.Contains(m.Units, unit) {
		m.Units = append(m.Units, unit)
	}
}
