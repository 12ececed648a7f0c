package numbers

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Question asks which matters stand behind a figure. Empty fields narrow
// nothing. From and To are instants, To not included; a fact without a time
// of its own is asked for now.
type Question struct {
	Fact     string // one of Facts, "" for all that came in
	Place    string
	Category string // a leaf, or a group with all below it
	Status   string
	Unit     string
	From, To time.Time
}

// Behind is a matter behind a figure.
type Behind struct {
	No       ident.ID
	Place    territory.Address
	Status   string
	Category string
	Urgency  string
	Holder   string
	Received time.Time
	Next     time.Time
	Text     string // the beginning
}

// rule says how a fact is found: roughly by SQL, exactly by what the documents
// of the matter and of its order say.
type rule struct {
	order bool   // of an order of the unit, else of the matter
	where string // over m, or m and o
	says  func(m *matter.Matter, o *order.Order) bool
	at    func(m *matter.Matter, o *order.Order) []clock.Instant // when it happened, nil: it stands now
}

const fulfilled = `o.status = 'FULFILLED' AND o.doc LIKE '%"`

var rules = map[string]rule{
	"":           {where: "1=1", at: func(m *matter.Matter, _ *order.Order) []clock.Instant { return []clock.Instant{m.ReceivedAt} }},
	"received":   {where: "1=1", at: func(m *matter.Matter, _ *order.Order) []clock.Instant { return []clock.Instant{m.ReceivedAt} }},
	"open":       {where: "m.holder <> ''"},
	"closed":     {where: "m.closed_at > 0", at: func(m *matter.Matter, _ *order.Order) []clock.Instant { return []clock.Instant{m.ClosedAt} }},
	"judged":     {where: `m.doc LIKE '%"verdicts":%'`, at: judgedAt},
	"reopened":   {where: `m.doc LIKE '%"reopens":%'`, at: reopenedAt},
	"false":      {where: `m.doc LIKE '%"false_closure":true%'`, says: func(m *matter.Matter, _ *order.Order) bool { return m.False }, at: judgedAt},
	"owed":       {order: true, where: "o.open = 1"},
	"overdue":    {order: true, where: "o.open = 1 AND o.due_at > 0 AND o.due_at < ?"},
	"issued":     {order: true, where: "1=1", at: func(_ *matter.Matter, o *order.Order) []clock.Instant { return []clock.Instant{o.IssuedAt} }},
	"on_time":    {order: true, where: fulfilled + `on_time":true%'`, at: endedAt},
	"late":       {order: true, where: `o.status = 'FULFILLED'`, says: func(_ *matter.Matter, o *order.Order) bool { return !o.OnTime && o.Scores() }, at: endedAt},
	"first_fix":  {order: true, where: fulfilled + `first_fix":true%'`, at: endedAt},
	"supervised": {order: true, where: `o.kind = 'SUPERVISION'`, at: func(_ *matter.Matter, o *order.Order) []clock.Instant { return []clock.Instant{o.IssuedAt} }},
	"blue":       card(order.Blue), "yellow": card(order.Yellow), "red": card(order.Red),
}

// Facts returns the facts that can be asked for.
func Facts() []string {
	out := make([]string, 0, len(rules))
	for f := range rules {
		if f != "" {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

func endedAt(_ *matter.Matter, o *order.Order) []clock.Instant { return []clock.Instant{o.EndedAt} }

func judgedAt(m *matter.Matter, _ *order.Order) []clock.Instant {
	var out []clock.Instant
	for _, v := range m.Verdicts {
		out = append(out, v.At)
	}
	return out
}

// reopenedAt are the verdicts that were followed by another round.
func reopenedAt(m *matter.Matter, _ *order.Order) []clock.Instant {
	var out []clock.Instant
	for _, v := range m.Verdicts {
		if v.Round < m.Reopens {
			out = append(out, v.At)
		}
	}
	return out
}

func card(colour order.Colour) rule {
	return rule{order: true, where: `o.doc LIKE '%"colour":"` + string(colour) + `"%'`, at: func(_ *matter.Matter, o *order.Order) []clock.Instant {
		var out []clock.Instant
		for _, c := range o.Cards {
			if c.Colour == colour && c.State != order.CardVoid {
				out = append(out, c.At)
			}
		}
		return out
	}}
}

// within reports whether a fact is one of the question's.
func (r rule) within(q Question, m *matter.Matter, o *order.Order) bool {
	if r.says != nil && !r.says(m, o) {
		return false
	}
	if r.at == nil || q.From.IsZero() && q.To.IsZero() {
		return true
	}
	return slices.ContainsFunc(r.at(m, o), func(at clock.Instant) bool {
		return at != 0 && (q.From.IsZero() || !at.Time().Before(q.From)) && (q.To.IsZero() || at.Time().Before(q.To))
	})
}

// MostBehind is the most rows of one page.
const MostBehind = 100

// How many rows are looked at at once, and at most for one page.
const lookAt, mostSought = 400, 40_000

// Behind returns the matters behind a figure that the actor may see, the
// newest first, from the one after the given number on; next is where the next
// page goes on, 0 at the end. The list tells how matters stand now: what was
// counted and has been taken back since is no more in it. Faults:
// place.unknown, category.unknown, status.unknown, unit.unknown,
// numbers.fact_unknown, page.size.
func (d *Desk) Behind(ctx context.Context, actor access.Actor, q Question, after ident.ID, limit int, now time.Time) (rows []Behind, next ident.ID, err error) {
	if limit < 1 || limit > MostBehind {
		return nil, 0, fault.Field("limit", "page.size", limit, MostBehind)
	}
	s, err := d.seek(actor, q, now)
	if err != nil {
		return nil, 0, err
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		rows, next = nil, 0
		s.from, s.order, s.looked = after, 0, 0
		for len(rows) < limit && s.looked < mostSought {
			found, more, err := s.page(v, limit-len(rows))
			if err != nil {
				return err
			}
			for _, f := range found {
				if len(rows) == 0 || rows[len(rows)-1].No != f.No {
					rows = append(rows, f)
				}
			}
			if !more {
				return nil
			}
		}
		next = s.from
		return nil
	})
	return rows, next, err
}

// seeker walks the matters behind a figure.
type seeker struct {
	q     Question
	rule  rule
	query string
	args  []any

	from   ident.ID // the last matter looked at
	order  int64    // the last order of it, 0: it is done
	looked int
}

func (d *Desk) seek(actor access.Actor, q Question, now time.Time) (*seeker, error) {
	r, ok := rules[q.Fact]
	if !ok {
		return nil, fault.Field("fact", "numbers.fact_unknown", q.Fact, strings.Join(Facts(), ", "))
	}
	may := access.List(actor, access.ReadMatter)
	s := &seeker{q: q, rule: r, args: slices.Clone(may.Args)}
	conds := []string{may.Where}
	add := func(cond string, a ...any) { conds, s.args = append(conds, cond), append(s.args, a...) }
	if err := d.narrow(q, r, add); err != nil {
		return nil, err
	}
	if strings.Contains(r.where, "?") {
		add(r.where, now.UnixMicro())
	} else {
		add(r.where)
	}
	docs, join := `m.doc, '', 0`, ``
	if !r.order { // figures of a place are of calls
		add("m.kind <> 'TASK'")
	} else {
		docs, join = `'', o.doc, o.id`, ` JOIN orders o ON o.district = m.district AND o.matter = m.id`
	}
	s.query = `SELECT m.id, m.district, m.town, m.community, m.status, m.category, m.urgency, m.holder, m.received_at, m.next_at, m.text, ` + docs +
		` FROM matter m` + join + ` WHERE ` + strings.Join(conds, " AND ")
	return s, nil
}

// narrow adds the plain conditions of a question.
func (d *Desk) narrow(q Question, r rule, add func(string, ...any)) error {
	city := d.e.City()
	if q.Category != "" {
		_, leaf := city.Duty.Leaf(q.Category)
		if _, group := city.Duty.Group(q.Category); !leaf && !group {
			return fault.Field("category", "category.unknown", q.Category, city.Duty.Nearest(q.Category))
		}
		add("m.category LIKE ?", strings.NewReplacer("%", "", "_", "").Replace(q.Category)+"%")
	}
	if q.Status != "" {
		if !slices.Contains(matter.Statuses, matter.Status(q.Status)) {
			return fault.Field("status", "status.unknown", q.Status)
		}
		add("m.status = ?", q.Status)
	}
	if q.Place != "" {
		p, ok := city.Territory.Place(q.Place)
		if !ok {
			return fault.Field("place", "place.unknown", q.Place)
		}
		narrowPlace(city.Territory.Address(p.Code), add)
	}
	if q.Unit != "" {
		if _, ok := city.Org.Unit(q.Unit); !ok {
			return fault.Field("unit", "unit.unknown", q.Unit)
		}
		if r.order {
			add("o.debtor = ?", q.Unit)
		} else {
			add(`m.doc LIKE ?`, `%"unit":"`+strings.NewReplacer("%", "", "_", "").Replace(q.Unit)+`"%`)
		}
	}
	if (q.Fact == "" || q.Fact == "received") && !q.From.IsZero() {
		add("m.id >= ?", int64(ident.First(q.From)))
	}
	if !q.To.IsZero() {
		add("m.received_at < ?", q.To.UnixMicro())
	}
	return nil
}

func narrowPlace(a territory.Address, add func(string, ...any)) {
	switch {
	case a.Town == "" && a.District != "":
		add(`(m.district = ? OR 1=0)`, a.District) // in the order of the ids, as intake's lists
	case a.District != "":
		add(`m.district = ? AND m.town = ?`, a.District, a.Town)
	}
	if a.Community != "" {
		add(`m.community = ?`, a.Community)
	}
	if a.Grid != "" {
		add(`m.grid = ?`, a.Grid)
	}
}

// looked is a row with what its documents say.
type looked struct {
	Behind
	order int64
	is    bool
}

// page looks at the next rows and returns those that are meant, at most limit;
// more says that there may be others.
func (s *seeker) page(v *store.View, limit int) (found []Behind, more bool, err error) {
	query, args := s.query, slices.Clone(s.args)
	switch {
	case s.from != 0 && s.order != 0:
		query, args = query+` AND (m.id < ? OR m.id = ? AND o.id > ?)`, append(args, int64(s.from), int64(s.from), s.order)
	case s.from != 0:
		query, args = query+` AND m.id < ?`, append(args, int64(s.from))
	}
	query += ` ORDER BY m.id DESC`
	if s.rule.order {
		query += `, o.id`
	}
	rows, err := store.All(v, query+` LIMIT ?`, s.scan, append(args, lookAt)...)
	if err != nil {
		return nil, false, err
	}
	s.looked += len(rows)
	for _, r := range rows {
		if len(found) == limit && (len(found) == 0 || r.No != found[len(found)-1].No) {
			s.from, s.order = found[len(found)-1].No, 0
			return found, true, nil
		}
		s.from, s.order = r.No, r.order
		if r.is && (len(found) == 0 || found[len(found)-1].No != r.No) {
			found = append(found, r.Behind)
		}
	}
	return found, len(rows) == lookAt, nil
}

// textShown is how much of a text a list shows.
const textShown = 120

func (s *seeker) scan(r store.Scanner) (looked, error) {
	var x looked
	var received, next int64
	var mdoc, odoc string
	err := r.Scan(&x.No, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Status, &x.Category, &x.Urgency, &x.Holder, &received, &next,
		&x.Text, &mdoc, &odoc, &x.order)
	if err != nil {
		return x, err
	}
	x.Received = time.UnixMicro(received)
	if next != 0 {
		x.Next = time.UnixMicro(next)
	}
	if text := []rune(x.Text); len(text) > textShown {
		x.Text = string(text[:textShown]) + "…"
	}
	m, o := &matter.Matter{}, &order.Order{}
	if mdoc != "" {
		if err := json.Unmarshal([]byte(mdoc), m); err != nil {
			return x, err
		}
	}
	if odoc != "" {
		if err := json.Unmarshal([]byte(odoc), o); err != nil {
			return x, err
		}
	}
	x.is = s.rule.within(s.q, m, o) && (s.q.Unit == "" || s.rule.order || m.Unit == s.q.Unit)
	return x, nil
}

// Day is what happened in a place on one civil day.
type Day struct {
	Day      int
	Received int64
	Closed   int64
	OnTime   int64
	Late     int64
	Judged   int64
}

// Days returns what happened in the city, a district or a town day by day; days
// on which nothing did are left out. A town knows no orders by day. Faults:
// place.unknown, access.denied.
func (d *Desk) Days(ctx context.Context, actor access.Actor, code string, p Period) ([]Day, error) {
	districts, town, err := d.scope(actor, code)
	if err != nil {
		return nil, err
	}
	days := map[int]*Day{}
	at := func(day int) *Day {
		if days[day] == nil {
			days[day] = &Day{Day: day}
		}
		return days[day]
	}
	of := func(name string, day *Day) *int64 {
		switch name {
		case engine.Inflow, engine.All(engine.Inflow):
			return &day.Received
		case engine.Outflow, engine.All(engine.Outflow):
			return &day.Closed
		case engine.OnTime:
			return &day.OnTime
		case engine.TooLate:
			return &day.Late
		}
		return &day.Judged
	}
	names, subject := []any{engine.All(engine.Inflow), engine.All(engine.Outflow), engine.OnTime, engine.TooLate, engine.Judged}, ``
	if town != "" {
		names, subject = []any{engine.Inflow, engine.Outflow}, ` AND subject = ?`
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		clear(days)
		for _, district := range districts {
			args := append([]any{district, p.From, p.To}, names...)
			if town != "" {
				args = append(args, town)
			}
			_, err := store.All(v, `SELECT name, day, CAST(SUM(n) AS BIGINT) FROM counter WHERE district = ? AND day BETWEEN ? AND ? AND name IN (`+
				store.Marks(len(names))+`)`+subject+` GROUP BY name, day`, func(r store.Scanner) (struct{}, error) {
				var name string
				var day int
				var n int64
				err := r.Scan(&name, &day, &n)
				*of(name, at(day)) += n
				return struct{}{}, err
			}, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	out := make([]Day, 0, len(days))
	for _, day := range days {
		out = append(out, *day)
	}
	slices.SortFunc(out, func(a, b Day) int { return a.Day - b.Day })
	return out, err
}
