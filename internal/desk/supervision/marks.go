package supervision

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// MarkFilter says which marks are listed. At most one of Unit, About and Place
// is asked; none means whatever the actor sees: its place, or else what
// concerns its unit.
type MarkFilter struct {
	Kinds  []matter.MarkKind // at least one
	Unit   string            // that must act
	About  string            // that it concerns
	Place  string            // a district, town or community
	Oldest bool              // the oldest first; else the newest
}

// MarkRow is one mark with what is shown of its matter and order.
type MarkRow struct {
	Kind        matter.MarkKind
	Matter      ident.ID
	Order       ident.ID // zero for the matter as a whole
	Unit        string   // that must act, if any
	About       string   // that it concerns
	At          time.Time
	Due         time.Time // of the order, zero for none
	N           int       // reminders, parties of a conference
	Place       territory.Address
	Status      string // of the matter
	OrderStatus string
	Category    string
	Urgency     string
	Holder      string
	Text        string       // the beginning
	O           *order.Order // nil for the matter as a whole
}

// MarkKey is where a page of marks begins: after this row. The zero MarkKey
// begins with the first.
type MarkKey struct {
	At     time.Time
	Matter ident.ID
	Order  ident.ID
	Kind   matter.MarkKind
}

// Key returns the key of a row, for the next page.
func (r *MarkRow) Key() MarkKey { return MarkKey{r.At, r.Matter, r.Order, r.Kind} }

// MostRows is the most rows of one page.
const MostRows = 200

// Marks lists what waits for a decision or reply, or is kept an eye on, of the
// matters the actor may see.
// Faults: mark.kind_unknown, unit.unknown, place.unknown, page.size.
func (d *Desk) Marks(ctx context.Context, actor access.Actor, f MarkFilter, after MarkKey, limit int) ([]MarkRow, error) {
	if limit == 0 {
		limit = 50
	}
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if len(f.Kinds) == 0 {
		return nil, fault.Field("kind", "mark.kind_unknown", "")
	}
	for _, k := range f.Kinds {
		if !slices.Contains(matter.MarkKinds, k) {
			return nil, fault.Field("kind", "mark.kind_unknown", string(k))
		}
	}
	scope, args, err := d.markScope(actor, f)
	if err != nil {
		return nil, err
	}
	may := access.List(actor, access.ReadMatter)
	var out []MarkRow
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		for _, kind := range f.Kinds {
			at, id, order := startOf(after, kind, f)
			all := append(slices.Concat(args, []any{string(kind), at, id, order}, may.Args), limit)
			page, err := store.All(v, selectMarks(scope, may.Where, f.Oldest), scanMark, all...)
			if err != nil {
				return err
			}
			out = append(out, page...)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b MarkRow) int {
		if f.Oldest {
			return compareMarks(a.Key(), b.Key())
		}
		return compareMarks(b.Key(), a.Key())
	})
	return out[:min(len(out), limit)], err
}

func compareMarks(a, b MarkKey) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Matter, b.Matter), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Kind, b.Kind))
}

// startOf returns the key after which the marks of a kind go on: that of the
// last row, moved past it where the kind's own row of the same order was shown.
func startOf(after MarkKey, kind matter.MarkKind, f MarkFilter) (at, id, order int64) {
	if after.At.IsZero() {
		if f.Oldest {
			return -1, 0, 0
		}
		return 1<<63 - 1, 0, 0
	}
	at, id, order = after.At.UnixMicro(), int64(after.Matter), int64(after.Order)
	shown := kind == after.Kind || (kind < after.Kind) == f.Oldest
	switch {
	case shown:
		return at, id, order
	case f.Oldest:
		return at, id, order - 1
	}
	return at, id, order + 1
}

// markScope returns the condition that names the index the marks are read by.
func (d *Desk) markScope(actor access.Actor, f MarkFilter) (string, []any, error) {
	for code, column := range map[string]string{f.Unit: "k.unit", f.About: "k.about"} {
		if code == "" {
			continue
		}
		if _, ok := d.e.City().Org.Unit(code); !ok {
			return "", nil, fault.Field("unit", "unit.unknown", code)
		}
		return column + " = ?", []any{code}, nil
	}
	reach := access.ReachOf(actor, access.ReadMatter)
	a := reach.Place
	if f.Place != "" {
		if _, ok := d.e.City().Territory.Place(f.Place); !ok {
			return "", nil, fault.Field("place", "place.unknown", f.Place)
		}
		a = d.e.City().Territory.Address(f.Place)
	} else if a.Community != "" {
		a = d.e.City().Territory.Address(a.Community)
	}
	switch {
	case f.Place == "" && len(reach.Grants) > 0: // several places and units: what may be seen decides alone
	case a.Community != "":
		return "k.district = ? AND k.town = ? AND m.community = ?", []any{a.District, a.Town, a.Community}, nil
	case a.Town != "":
		return "k.district = ? AND k.town = ?", []any{a.District, a.Town}, nil
	case a.District != "":
		return "k.district = ?", []any{a.District}, nil
	case !reach.All && reach.Unit != "":
		return "k.about = ?", []any{reach.Unit}, nil
	}
	return "1=1", nil, nil
}

// selectMarks is the statement of the marks of one kind: it reads one of their
// indices in its order.
func selectMarks(scope, may string, oldest bool) string {
	beyond, order := "<", " DESC"
	if oldest {
		beyond, order = ">", ""
	}
	return strings.NewReplacer("SCOPE", scope, "MAY", may, "BEYOND", beyond, "DESC", order).Replace(
		`SELECT k.kind, k.matter, k.ord, k.unit, k.about, k.at, k.due_at, k.n, m.district, m.town, m.community, m.grid, m.status,
			COALESCE(x.status, ''), m.category, m.urgency, m.holder, m.text, COALESCE(x.doc, '') FROM mark k
		JOIN matter m ON m.district = k.district AND m.id = k.matter
		LEFT JOIN orders x ON x.district = k.district AND x.id = k.ord AND x.matter = k.matter
		WHERE SCOPE AND k.kind = ? AND (k.at, k.matter, k.ord) BEYOND (?, ?, ?) AND MAY
		ORDER BY k.atDESC, k.matterDESC, k.ordDESC LIMIT ?`)
}

const textShown = 120

func scanMark(r store.Scanner) (MarkRow, error) {
	var x MarkRow
	var id, order, at, due int64
	var kind, doc string
	err := r.Scan(&kind, &id, &order, &x.Unit, &x.About, &at, &due, &x.N, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Place.Grid,
		&x.Status, &x.OrderStatus, &x.Category, &x.Urgency, &x.Holder, &x.Text, &doc)
	if err != nil {
		return x, err
	}
	x.Kind, x.Matter, x.Order, x.At = matter.MarkKind(kind), ident.ID(id), ident.ID(order), time.UnixMicro(at).UTC()
	if due != 0 {
		x.Due = time.UnixMicro(due).UTC()
	}
	x.Text = begin(x.Text)
	if doc != "" {
		x.O, err = decode(doc)
	}
	return x, err
}
