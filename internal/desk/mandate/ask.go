package mandate

import (
	"context"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Answer says of one thing whether a town or village may be asked for it, and by
// what.
type Answer struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Path      []string `json:"path,omitempty"`
	May       bool     `json:"may"`
	Assist    bool     `json:"assist,omitempty" doc:"As help only: the unit may not be made to lead"`
	Kind      string   `json:"kind,omitempty"`
	Lead      string   `json:"lead,omitempty" doc:"Unit that leads it here"`
	Basis     string   `json:"basis,omitempty"`
	List      string   `json:"list,omitempty" doc:"Number of the list's version; empty: the city's own list"`
	ListName  string   `json:"list_name,omitempty"`
	Since     int      `json:"since,omitempty"`
	Admission string   `json:"admission,omitempty" doc:"Number of the admission by which it may be asked though it is on no list"`
	Until     int      `json:"until,omitempty"`
}

// Asked is what a place may be asked: the items that match, and whether any
// list was found at all.
type Asked struct {
	Place string   `json:"place"`
	Items []Answer `json:"items"`
}

// mostAnswers bounds what one question finds.
const mostAnswers = 50

// MayAsk tells what a town or village may be asked for on a day (我能被要求做这个
// 吗). words is a code, or a part of a name. An empty answer means: on no list.
// Faults: place.unknown, text.missing.
func (d *Desk) MayAsk(ctx context.Context, actor access.Actor, place, words string, day int) (*Asked, error) {
	if err := reading(actor); err != nil {
		return nil, err
	}
	words = strings.TrimSpace(words)
	if err := matter.Words("q", words, true); err != nil {
		return nil, err
	}
	p, ok := d.e.City().Territory.Place(place)
	if !ok || p.Kind.Rank() < 1 || p.Kind.Rank() > 2 {
		return nil, fault.Field("place", "place.unknown", place)
	}
	if day == 0 {
		day = d.e.Day(time.Time{})
	}
	q := question{d: d, at: d.e.City().Territory.Address(place), day: day, words: words, level: org.Town, kind: mandate.StreetTasks}
	if p.Kind.Rank() == 1 {
		q.level, q.kind = org.Community, mandate.VillageCatalogue
	}
	out := &Asked{Place: place}
	err := d.read(ctx, func(v *store.View) (err error) {
		out.Items, err = q.answer(v)
		return err
	})
	return out, err
}

type question struct {
	d     *Desk
	at    territory.Address
	day   int
	words string
	level org.Level
	kind  mandate.Kind
}

func (q *question) answer(v *store.View) ([]Answer, error) {
	id, index, err := q.d.e.ListInForce(v, q.kind, q.at, q.day)
	if err != nil {
		return nil, err
	}
	var out []Answer
	if id == 0 {
		out = q.ofPack()
	} else if out, err = q.ofList(v, id, index); err != nil {
		return nil, err
	}
	admitted, err := q.admitted(v)
	if err != nil {
		return nil, err
	}
	return append(admitted, out...), q.delegated(v, out)
}

// ofList answers from the version in force.
func (q *question) ofList(v *store.View, id ident.ID, index *mandate.Index) ([]Answer, error) {
	found, err := q.version(v, id)
	if err != nil {
		return nil, err
	}
	city := q.d.e.City()
	var out []Answer
	for i := range index.Items() {
		x := &index.Items()[i]
		if !index.IsLeaf(x.Code) || !hits(x, q.words) && !slices.Contains(x.Covers, q.words) || len(out) == mostAnswers {
			continue
		}
		a := Answer{
			Code: x.Code, Name: x.Name, Path: index.Path(x.Code), Kind: string(x.Kind), Basis: x.Basis, List: id.Number(), ListName: found.Name,
			Since: found.From,
		}
		if rule, err := duty.ParseUnitRule(x.Lead); err == nil { // it was checked when the list came in
			a.Lead, _ = city.Unit(rule, q.at)
		}
		a.May, a.Assist = q.asks(append([]string{x.Lead}, x.Co...), x.Kind)
		out = append(out, a)
	}
	return out, nil
}

func (q *question) version(v *store.View, id ident.ID) (*mandate.List, error) {
	rows, err := engine.Find[mandate.List](v, engine.Where{ID: id, Limit: 1})
	if err != nil || len(rows) == 0 {
		return &mandate.List{}, err
	}
	return &rows[0].Fact, nil
}

// asks reports whether any of an item's units is of the level asked about, and
// whether only as help.
func (q *question) asks(rules []string, kind duty.Kind) (may, assist bool) {
	of := func(s string) bool { return strings.HasPrefix(s, string(q.level)+":") }
	if kind == duty.TakenBack || !slices.ContainsFunc(rules, of) {
		return false, false
	}
	return true, kind == duty.Assist || !of(rules[0])
}

// ofPack answers from the list of the city's own files.
func (q *question) ofPack() []Answer {
	city := q.d.e.City()
	var out []Answer
	for _, leaf := range city.Duty.Leaves() {
		item := mandate.Item{Code: leaf.Code, Name: leaf.Name}
		if !hits(&item, q.words) || len(out) == mostAnswers {
			continue
		}
		a := Answer{Code: leaf.Code, Name: leaf.Name, Path: leaf.Path, Kind: string(leaf.Kind), Basis: leaf.Basis}
		a.Lead, _ = city.Lead(leaf, q.at)
		rules := []string{leaf.Lead.String()}
		for _, r := range leaf.Co {
			rules = append(rules, r.String())
		}
		a.May, a.Assist = q.asks(rules, leaf.Kind)
		out = append(out, a)
	}
	return out
}

// admitted answers from the admissions in force for the town.
func (q *question) admitted(v *store.View) ([]Answer, error) {
	var out []Answer
	for _, district := range in(q.d.e.City().Root, q.at) {
		rows, err := engine.Find[mandate.Admission](v, engine.Where{District: district, Status: []string{string(mandate.Granted)}, On: q.day})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			a := &r.Fact
			if a.Admits(a.Item, q.at.Town, q.day) && hits(&mandate.Item{Code: a.Item, Name: a.Name}, q.words) {
				out = append(out, Answer{
					Code: a.Item, Name: a.Name, May: q.level == org.Town, Basis: a.Basis, Since: a.From, Until: a.To, Admission: r.ID.Number(), Lead: a.Requested.Unit,
				})
			}
		}
	}
	return out, nil
}

// delegated mends answers by the powers that came down to the town or went back.
func (q *question) delegated(v *store.View, out []Answer) error {
	for i := range out {
		rows, err := engine.Find[mandate.Delegation](v, engine.Where{District: q.at.District, Key: mandate.DelegationKey(q.at.Town, out[i].Code), Limit: 1})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		switch g := &rows[0].Fact; {
		case g.Leads(q.day):
			out[i].May, out[i].Assist, out[i].Lead, out[i].Since = q.level == org.Town, false, g.Taker, g.From
		case g.Status == mandate.TakenBack && g.From <= q.day:
			out[i].May, out[i].Kind, out[i].Lead, out[i].Since = false, string(duty.TakenBack), g.Giver, g.From
		}
	}
	return nil
}

// Violation is something a town's squad has found.
type Violation struct {
	Item string `json:"item" minLength:"1" maxLength:"32" doc:"Penalty power, by the code of the list"`
	Text string `json:"text,omitempty" maxLength:"2000" doc:"What was found"`
}

// Power tells whether the actor's town may punish a violation itself: the item
// stands on its list of penalty powers and was taken over by today. What it may
// not is refused with the department to hand it to (YT-13).
// Faults: power.not_held, power.list_missing.
func (d *Desk) Power(ctx context.Context, actor access.Actor, in Violation) (row *Row, err error) {
	if err := access.Allow(actor, access.TransferCase, access.Subject{Place: actor.At}); err != nil {
		return nil, err
	}
	err = d.read(ctx, func(v *store.View) error {
		row, err = d.power(v, actor, in.Item, d.e.Day(time.Time{}))
		return err
	})
	return row, err
}

func (d *Desk) power(q store.Querier, actor access.Actor, code string, day int) (*Row, error) {
	id, index, err := d.e.ListInForce(q, mandate.PenaltyPowers, actor.At, day)
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, fault.New(fault.Conflict, "power.list_missing")
	}
	item, ok := index.Leaf(code)
	if !ok || item.Since > day || item.Kind == duty.TakenBack {
		return nil, fault.Field("item", "penalty.not_taken_over", "TRANSFER", code, d.owner(actor, item, code))
	}
	return &Row{*item, index.Path(item.Code), true}, nil
}

// owner is the name of the department that has a power, as far as it is known.
func (d *Desk) owner(actor access.Actor, item *mandate.Item, code string) string {
	if unit, ok := d.ownerOf(actor, item, code); ok {
		if u, known := d.e.City().Org.Unit(unit); known {
			return u.Name
		}
	}
	return ""
}

func (d *Desk) ownerOf(actor access.Actor, item *mandate.Item, code string) (string, bool) {
	city := d.e.City()
	if item != nil {
		if rule, err := duty.ParseUnitRule(item.Lead); err == nil {
			return city.Unit(rule, actor.At)
		}
	}
	if leaf, ok := city.Duty.Leaf(code); ok {
		return city.Lead(leaf, actor.At)
	}
	return "", false
}

// Transfer hands a violation to the department that may punish it.
type Transfer struct {
	Item string `json:"item" minLength:"1" maxLength:"32"`
	Name string `json:"name" minLength:"1" maxLength:"200"`
	Text string `json:"text" minLength:"1" maxLength:"2000" doc:"What was found, where and when"`
	To   string `json:"to,omitempty" maxLength:"64" doc:"Department; empty: the one that the list or the category names"`
}

// Transfer writes the transfer down and makes it a task of the department: it
// signs, answers and is judged like any other. Faults: power.held,
// power.owner_unknown, unit.unknown, transfer.other_district.
func (d *Desk) Transfer(ctx context.Context, cmd engine.Command, in Transfer) (ident.ID, error) {
	for _, x := range [...][2]string{{"name", in.Name}, {"text", in.Text}} {
		if err := matter.Words(x[0], x[1], true); err != nil {
			return 0, err
		}
	}
	return d.e.Together(ctx, cmd, "transfer_case", func(b *engine.Bundle) (ident.ID, error) {
		a := b.Actor()
		if err := allow(b, access.TransferCase, a.At); err != nil {
			return 0, err
		}
		if _, err := d.power(b.Query(), a, in.Item, b.Today()); err == nil {
			return 0, fault.Field("item", "power.held", in.Item)
		} else if fault.Code(err) != "penalty.not_taken_over" && fault.Code(err) != "power.list_missing" {
			return 0, err
		}
		to, err := d.receiver(b, in)
		if err != nil {
			return 0, err
		}
		t := mandate.Transfer{From: a.Unit, Item: in.Item, Name: in.Name, On: b.Today(), Place: a.At, Text: in.Text, To: to}
		id, err := engine.Enter(b, "hand", &t)
		if err != nil {
			return 0, err
		}
		_, err = b.Assign(matter.Assigned{
			Kind: matter.Transferred, Title: in.Name, Text: in.Text, Place: a.At, About: id,
			Orders: []matter.Assignment{{Debtor: to, Leaf: in.Item, Content: in.Text, Limit: b.City().LimitsAt(a.At.Leaf()).Time(pack.CaseTransfer)}},
		}, nil)
		return id, err
	})
}

func (d *Desk) receiver(b *engine.Bundle, in Transfer) (string, error) {
	to := in.To
	if to == "" {
		_, index, err := d.e.ListInForce(b.Query(), mandate.PenaltyPowers, b.Actor().At, b.Today())
		if err != nil {
			return "", err
		}
		var item *mandate.Item
		if index != nil {
			item, _ = index.Leaf(in.Item)
		}
		to, _ = d.ownerOf(b.Actor(), item, in.Item)
	}
	if to == "" {
		return "", fault.Field("to", "power.owner_unknown", in.Item)
	}
	u, ok := b.City().Org.Unit(to)
	switch {
	case !ok:
		return "", fault.Field("to", "unit.unknown", to)
	case elsewhere(b.City(), b.Actor(), u):
		return "", fault.Field("to", "transfer.other_district", u.Name)
	}
	return to, nil
}

// Transfers lists transfers, the newest first. Faults: page.size, place.unknown.
func (d *Desk) Transfers(ctx context.Context, actor access.Actor, f Filter) ([]register.Record[mandate.Transfer], error) {
	return find[mandate.Transfer](ctx, d, actor, f)
}
