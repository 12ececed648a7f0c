package mandate

import (
	"slices"

	desk "huying/internal/desk/establishment"
	"huying/internal/desk/mandate"
	"huying/internal/domain/access"
	"huying/internal/domain/establishment"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// postsOf is the page of the posts of a place.
type postsOf struct {
	place string
	day   int
	held  []desk.Held
	sum   map[establishment.Kind]establishment.Stock
	lines []register.Record[establishment.Entry]
}

// today is the reader's civil day.
func today(r *frame.Request) int { return part.DayOf(r.Now) }

// dayAsked is the day the reader asks about, today if none.
func dayAsked(r *frame.Request) (int, error) {
	if r.Query("day") == "" {
		return today(r), nil
	}
	day := r.Civil("day")
	return day, r.Wrong()
}

func (p *pages) establishment(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	x := postsOf{place: r.Query("place")}
	if x.place == "" {
		if x.place = r.Actor.At.Leaf(); x.place == "" {
			x.place = r.City.Root
		}
	}
	if x.day, err = dayAsked(r); err != nil {
		return err
	}
	if x.held, err = p.Posts.At(r.Ctx, r.Actor, x.place, x.day); err != nil {
		return err
	}
	x.sum = sums(x.held)
	if x.lines, err = p.Posts.Entries(r.Ctx, r.Actor, desk.Filter{Place: x.place, Before: before, Limit: rows}); err != nil {
		return err
	}
	return r.Page(r.T("posts.title"), "duties", postsPage(r, &x))
}

// ofUnit is the page of one unit: what it has, and every line that concerns it.
type ofUnit struct {
	unit         string
	day          int
	has          map[establishment.Kind]establishment.Stock
	gives, comes []register.Record[establishment.Entry]
}

func (p *pages) unitPosts(r *frame.Request) error {
	x := ofUnit{unit: r.Query("unit")}
	if x.unit == "" {
		x.unit = r.Actor.Unit
	}
	var err error
	if x.day, err = dayAsked(r); err != nil {
		return err
	}
	if x.has, err = p.Posts.On(r.Ctx, r.Actor, x.unit, x.day); err != nil {
		return err
	}
	if x.gives, err = p.Posts.Entries(r.Ctx, r.Actor, desk.Filter{Unit: x.unit, Limit: rows}); err != nil {
		return err
	}
	if x.comes, err = p.Posts.Entries(r.Ctx, r.Actor, desk.Filter{To: x.unit, Limit: rows}); err != nil {
		return err
	}
	return r.Page(r.Unit(x.unit), "duties", unitPostsPage(r, &x))
}

// cited is a delegation that names posts of a movement.
type cited struct {
	establishment.Citation
	name string
}

// lineOf is one line of the book as its page shows it.
type lineOf struct {
	*register.Record[establishment.Entry]
	cited []cited
}

func (p *pages) entry(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	var x lineOf
	if x.Record, err = p.Posts.Entry(r.Ctx, r.Actor, no); err != nil {
		return err
	}
	for _, c := range x.Fact.Cited {
		name := c.By.Number()
		switch d, err := p.Mandate.Delegation(r.Ctx, r.Actor, c.By); {
		case err == nil:
			name = d.Fact.Name
		case fault.Of(err) != fault.NotFound: // whoever does not read delegations sees the number
			return err
		}
		x.cited = append(x.cited, cited{c, name})
	}
	return r.Page(movement(r, &x.Fact), "duties", entryPage(r, &x))
}

func (p *pages) movePosts(r *frame.Request) error {
	in := desk.Move{
		From: r.UnitCode(r.Text("from")), To: r.UnitCode(r.Text("to")), Kind: r.Text("kind"), N: r.Int("n"), Basis: r.Text("basis"), Day: r.Civil("day"),
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Posts.Move(r.Ctx, r.Command(), in)
	return done(r, "/establishment/", id, err)
}

func (p *pages) countPosts(r *frame.Request) error {
	in := desk.Count{Unit: r.UnitCode(r.Text("unit")), Kind: r.Text("kind"), N: r.Int("n"), Basis: r.Text("basis")}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Posts.Count(r.Ctx, r.Command(), in)
	return done(r, "/establishment/", id, err)
}

func (p *pages) decidePosts(r *frame.Request) error {
	in := desk.Decide{Approve: r.Bool("approve"), Text: r.Text("text")}
	return p.act(r, "/establishment/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Posts.Decide(r.Ctx, cmd, no, in) })
}

// mayDecide reports whether the reader may decide a movement: in the place of
// both units, and not from the post that proposed it.
func mayDecide(r *frame.Request, e *establishment.Entry) bool {
	if e.Status != establishment.Proposed || e.Signed.Post == r.Actor.ID {
		return false
	}
	to, ok := r.City.Org.Unit(e.To)
	return ok && may(r, access.DecideEstablishment, e.Place) && may(r, access.DecideEstablishment, r.City.Territory.Address(to.Territory))
}

// movement is a line of the book in a few words.
func movement(r *frame.Request, e *establishment.Entry) string {
	kind := r.Word("establishment.kind", string(e.Kind))
	if e.Act == establishment.Filled {
		return r.T("posts.count_of", r.Unit(e.Unit), kind, e.N)
	}
	return r.T("posts.move_of", r.Unit(e.Unit), r.Unit(e.To), kind, e.N)
}

// sums adds up what some units have, kind by kind.
func sums(held []desk.Held) map[establishment.Kind]establishment.Stock {
	out := map[establishment.Kind]establishment.Stock{}
	for _, h := range held {
		for k, s := range h.Has {
			t := out[k]
			out[k] = establishment.Stock{Authorised: t.Authorised + s.Authorised, Filled: t.Filled + s.Filled}
		}
	}
	return out
}

// coming is what is decided for later days of a kind: posts that go, less those
// that come.
func coming(x *ofUnit, kind establishment.Kind) (n int) {
	later := func(e *establishment.Entry) bool {
		return e.Act == establishment.Move && e.Status == establishment.Approved && e.Kind == kind && e.Day > x.day
	}
	for i := range x.comes {
		if e := &x.comes[i].Fact; later(e) {
			n += e.N
		}
	}
	for i := range x.gives {
		if e := &x.gives[i].Fact; later(e) {
			n -= e.N
		}
	}
	return n
}

// postPlaces are the places whose units the reader may look at from a place: the
// reader's own, that one, the one above it, and those right below it.
func postPlaces(r *frame.Request, code string) []part.Option {
	var out []part.Option
	add := func(c string) {
		if c != "" && !slices.ContainsFunc(out, func(o part.Option) bool { return o.Value == c }) {
			out = append(out, part.Option{Value: c, Name: r.Place(c)})
		}
	}
	add(r.City.Root)
	at := r.City.Territory.Address(code)
	add(at.District)
	add(at.Town)
	add(r.Actor.At.Leaf())
	add(code)
	for _, p := range r.City.Territory.Children(code) {
		if p.Kind.Rank() > 1 {
			add(p.Code)
		}
	}
	return out
}

// staffed are the names of the units that may give and get posts, as far as the
// reader decides about them.
func staffed(r *frame.Request) []string {
	return r.UnitNames(func(u *org.Unit) bool {
		a := r.City.Territory.Address(u.Territory)
		return access.InJurisdiction(r.Actor, a) && u.Level != org.Community
	})
}

// movements are the movements to the taker of a delegation that have posts left
// to come with it.
func (p *pages) movements(r *frame.Request, d *mandate.Standing) ([]part.Option, error) {
	list, err := p.Posts.Entries(r.Ctx, r.Actor, desk.Filter{To: d.Fact.Taker, Status: []string{string(establishment.Approved)}, Limit: rows})
	out := []part.Option{{}}
	for i := range list {
		e := &list[i].Fact
		left := e.Left()
		for _, c := range e.Cited {
			if c.By == d.ID {
				left += c.N
			}
		}
		if left > 0 {
			out = append(out, part.Option{Value: list[i].ID.Number(), Name: r.T("posts.movement_left", r.Unit(e.Unit), r.Word("establishment.kind", string(e.Kind)), left, e.Basis)})
		}
	}
	return out, err
}
