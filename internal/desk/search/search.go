// Package search is the desk behind the one search box: it finds matters by
// number and by text, and places and units by name, code or the first letters
// of their pinyin. It shows an actor what access permits and nothing else, and
// it never looks at who called.
package search

import (
	"context"
	"time"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/engine/index"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Desk answers questions. It is safe for concurrent use.
type Desk struct {
	e     *engine.Engine
	names names
}

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e: e} }

// Hit is a matter that was found.
type Hit struct {
	No       ident.ID
	Order    ident.ID // the order that was asked for by its number
	Place    territory.Address
	Status   string
	Category string
	Urgency  string
	Desk     string
	Holder   string
	Received time.Time
	Closed   time.Time
	Next     time.Time
	Text     string       // a part of the text, about the first word that was found
	Marks    []index.Span // where the words stand in Text, in characters
}

// Found is an answer. Numbers, Places and Units come with the first page.
type Found struct {
	Numbers []Hit // matters by their own number, an order's or the source's
	Matters []Hit // matters by their text or place, the newest first
	Places  []Place
	Units   []Unit
	// More is the matter after which the next page begins; zero if this is the
	// last one.
	More ident.ID
}

// The bounds of a question.
const (
	MostRows      = 200
	mostCharacter = 100
	mostPlaces    = 8 // places and units that are shown
)

// Find answers a question: of one actor, from the matter before which the page
// begins, zero for the first page.
// Faults: search.nothing_to_find, search.too_long, page.size.
func (d *Desk) Find(ctx context.Context, actor access.Actor, question string, before ident.ID, limit int, now time.Time) (*Found, error) {
	if limit == 0 {
		limit = 20
	}
	if limit < 1 || limit > MostRows {
		return nil, fault.Field("limit", "page.size", limit, MostRows)
	}
	if n := utf8.RuneCountInString(question); n > mostCharacter {
		return nil, fault.Field("q", "search.too_long", n, mostCharacter)
	}
	words := index.Words(question)
	if len(words) == 0 {
		return nil, fault.Field("q", "search.nothing_to_find")
	}
	names := d.names.of(d.e.City())
	for i := range words {
		words[i].Places = names.meant(words[i].Text)
	}
	reach := access.ReachOf(actor, access.ReadMatter)
	var out *Found
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out = &Found{}
		if before == 0 {
			if out.Numbers, err = d.byNumber(v, question, reach, now); err != nil {
				return err
			}
		}
		return byText(v, index.Question{Words: words, Reach: reach, Before: before}, limit, out)
	})
	if err == nil && before == 0 {
		out.Places, out.Units = names.find(question)
	}
	return out, err
}

const hitColumns = `m.id, m.district, m.town, m.community, m.grid, m.status, m.category, m.urgency, m.desk, m.holder, m.received_at, m.closed_at, m.next_at, m.text`

func scanHit(r store.Scanner) (Hit, error) {
	var x Hit
	var id, received, closed, next int64
	err := r.Scan(&id, &x.Place.District, &x.Place.Town, &x.Place.Community, &x.Place.Grid, &x.Status, &x.Category, &x.Urgency,
		&x.Desk, &x.Holder, &received, &closed, &next, &x.Text)
	x.No, x.Received, x.Closed, x.Next = ident.ID(id), instant(received), instant(closed), instant(next)
	return x, err
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// hits reads the matters of a list that are within reach, the newest first.
func hits(v *store.View, ids []ident.ID, reach access.Reach) ([]Hit, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := index.In(ids)
	may := reach.Filter()
	return store.All(v, `SELECT `+hitColumns+` FROM matter m WHERE m.id IN `+in+` AND `+may.Where+` ORDER BY m.id DESC`, scanHit, append(args, may.Args...)...)
}

// mostLooked bounds the candidates one page looks at: a question whose words
// are frequent, but never together, gives a short page and where to go on.
const mostLooked = 4000

// byText adds the matters whose text fits.
func byText(v *store.View, q index.Question, limit int, out *Found) error {
	looked := 0
	return index.Walk(v, q, func(ids []ident.ID) (bool, error) {
		list, err := hits(v, ids, q.Reach)
		if err != nil {
			return true, err
		}
		for i := range list {
			x := &list[i]
			spans, ok := index.Fit(q.Words, index.Fold(x.Text), x.Place)
			if !ok {
				continue
			}
			if len(out.Matters) == limit { // there is at least one more
				out.More = out.Matters[limit-1].No
				return true, nil
			}
			x.cut(spans)
			out.Matters = append(out.Matters, *x)
		}
		if looked += len(ids); looked >= mostLooked {
			out.More = ids[len(ids)-1]
			return true, nil
		}
		return false, nil
	})
}

// What is shown of a text, and how much of it before the first word found, in
// characters.
const (
	shown  = 120
	before = 24
)

// cut leaves the part of the text about the first word, and moves the spans to
// it.
func (x *Hit) cut(spans []index.Span) {
	text := []rune(x.Text)
	from := 0
	if len(text) > shown && len(spans) > 0 {
		from = min(max(spans[0].From-before, 0), len(text)-shown)
	}
	to := min(from+shown, len(text))
	part, lead := string(text[from:to]), 0
	if from > 0 {
		part, lead = "…"+part, 1
	}
	if to < len(text) {
		part += "…"
	}
	x.Text, x.Marks = part, nil
	for _, s := range spans {
		if s.From >= from && s.To <= to {
			x.Marks = append(x.Marks, index.Span{From: s.From - from + lead, To: s.To - from + lead})
		}
	}
}
