// Package intake is the desk that takes calls in and says what becomes of
// them: receive, verify, advise, refer, triage, appeal, merge and split. What
// is permitted is decided by domain/matter; suggestions come from hint and
// decide nothing.
package intake

import (
	"context"
	"sync"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/hint"
	"huying/internal/ident"
)

// Desk runs the commands. It is safe for concurrent use.
type Desk struct {
	e *engine.Engine

	mu    sync.Mutex
	heard *models
}

// New returns the desk over an engine.
func New(e *engine.Engine) *Desk { return &Desk{e: e} }

// Receive keeps a call. A member of staff who calls in is its caller; the
// contact of anybody else is sealed.
func (d *Desk) Receive(ctx context.Context, cmd engine.Command, form call.Form) (*engine.State, error) {
	c, err := form.Call(d.e.City())
	if err != nil {
		return nil, err
	}
	in := engine.Intake{Call: c}
	if form.HasContact() {
		in.Contact = &engine.Contact{Name: form.Name, Phone: form.Phone}
	}
	return d.e.Receive(ctx, cmd, in)
}

// Verify records what the desk found out about a call.
type Verify struct {
	Category string `json:"category,omitempty" maxLength:"32"`
	Urgency  string `json:"urgency,omitempty" enum:"EMERGENCY,UTILITY,NORMAL,COMPLEX"`
	Place    string `json:"place,omitempty" maxLength:"32" doc:"Code of the place, if the call named another"`
	Note     string `json:"note,omitempty"`
}

// Verify says that a call is real, new and a public duty.
func (d *Desk) Verify(ctx context.Context, cmd engine.Command, no ident.ID, in Verify) (*engine.State, error) {
	v := matter.Verification{Category: in.Category, Urgency: duty.Urgency(in.Urgency), Note: in.Note}
	if err := matter.Words("note", in.Note, false); err != nil {
		return nil, err
	}
	if in.Place != "" {
		a := d.e.City().Territory.Address(in.Place)
		if a.District == "" {
			return nil, fault.Field("place", "place.unknown", in.Place)
		}
		v.Place = &a
	}
	return d.e.Act(ctx, cmd, "verify", no, func(f *matter.File) error { return f.Verify(v) })
}

// Advise answers a question or a private affair.
type Advise struct {
	Answer string `json:"answer"`
}

// Advise ends a matter with an answer to the caller.
func (d *Desk) Advise(ctx context.Context, cmd engine.Command, no ident.ID, in Advise) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "advise", no, func(f *matter.File) error { return f.Advise(in.Answer) })
}

// Refer names the lawful channel of a matter.
type Refer struct {
	Channel string `json:"channel" maxLength:"64" doc:"Code from the city's closed list"`
	Note    string `json:"note,omitempty"`
}

// Refer tells the caller of the lawful channel.
func (d *Desk) Refer(ctx context.Context, cmd engine.Command, no ident.ID, in Refer) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "refer", no, func(f *matter.File) error { return f.Refer(in.Channel, in.Note) })
}

// Reason is the input of commands that only need to say why.
type Reason struct {
	Reason string `json:"reason"`
}

// TakeBack puts a referred matter back on the desk.
func (d *Desk) TakeBack(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "take_back", no, func(f *matter.File) error { return f.TakeBack(in.Reason) })
}

// Triage decides the class of a matter.
type Triage struct {
	Class    string `json:"class,omitempty" enum:"大事,小事,私事" doc:"Empty: the category's own"`
	Category string `json:"category,omitempty" maxLength:"32"`
	Reason   string `json:"reason" doc:"Told to the caller"`
}

// Triage decides whether government, community or the caller solves a matter.
func (d *Desk) Triage(ctx context.Context, cmd engine.Command, no ident.ID, in Triage) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "triage", no, func(f *matter.File) error { return f.Triage(duty.Class(in.Class), in.Category, in.Reason) })
}

// Appeal is the caller's one appeal against the class.
func (d *Desk) Appeal(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	return d.e.Act(ctx, cmd, "appeal", no, func(f *matter.File) error { return f.Appeal(in.Reason) })
}

// Merge makes a matter part of another.
type Merge struct {
	Into   string `json:"into" maxLength:"40" doc:"Number of the matter that goes on"`
	Reason string `json:"reason,omitempty"`
}

// Merge joins two calls about one problem; every caller is kept and told.
func (d *Desk) Merge(ctx context.Context, cmd engine.Command, no ident.ID, in Merge) (*engine.State, error) {
	into, err := ident.ParseNumber(in.Into)
	if err != nil {
		return nil, inField(err, "into")
	}
	return d.e.OnTwo(ctx, cmd, "merge", no, into, func(f, g *matter.File) error { return f.MergeInto(g, in.Reason) })
}

// Unmerge undoes a merge.
func (d *Desk) Unmerge(ctx context.Context, cmd engine.Command, no ident.ID, in Reason) (*engine.State, error) {
	s, err := d.e.Read(ctx, cmd.Actor, no)
	if err != nil {
		return nil, err
	}
	if s.M.MergedInto == 0 {
		return nil, fault.New(fault.Conflict, "merge.not_merged")
	}
	return d.e.OnTwo(ctx, cmd, "unmerge", no, s.M.MergedInto, func(f, g *matter.File) error { return f.Unmerge(g, in.Reason) })
}

func inField(err error, field string) error {
	all := fault.All(err)
	return all[0].In(field)
}

// Split makes a matter of its own out of a part of one.
type Split struct {
	Text     string `json:"text"`
	Kind     string `json:"kind,omitempty" doc:"Empty: that of the matter it is split from"`
	Category string `json:"category,omitempty" maxLength:"32"`
	Urgency  string `json:"urgency,omitempty" enum:"EMERGENCY,UTILITY,NORMAL,COMPLEX"`
}

// Split returns the new matter; the old one goes on.
func (d *Desk) Split(ctx context.Context, cmd engine.Command, no ident.ID, in Split) (*engine.State, error) {
	if err := matter.Words("text", in.Text, true); err != nil {
		return nil, err
	}
	if in.Category != "" {
		if _, ok := d.e.City().Duty.Leaf(in.Category); !ok {
			return nil, fault.Field("category", "category.unknown", in.Category, d.e.City().Duty.Nearest(in.Category))
		}
	}
	if in.Urgency != "" {
		if err := matter.KnownUrgency(duty.Urgency(in.Urgency)); err != nil {
			return nil, err
		}
	}
	s, err := d.e.Read(ctx, cmd.Actor, no)
	if err != nil {
		return nil, err
	}
	c := matter.Call{Text: in.Text, Kind: s.M.Kind, Category: in.Category, Urgency: duty.Urgency(in.Urgency)}
	if in.Kind != "" {
		c.Kind = matter.Kind(in.Kind)
	}
	parent, part, err := d.e.Split(ctx, cmd, no, c)
	if part == nil {
		return parent, err
	}
	return part, err
}

// Advice is what hint suggests about a call, with its reasons; nothing of it
// is decided.
type Advice struct {
	Categories []hint.Suggestion
	Lead       string // unit the first category would lead to here
	Duplicates []hint.Duplicate
	Rows       []Row // the matters of Duplicates, in their order
	// Emergencies are the emergency numbers that the words of the call ask for.
	Emergencies []Emergency
}

// Emergency is a number that a caller in danger is put through to first.
type Emergency struct {
	Number string
	Words  []string // that were heard
}

// Suggest classifies a text and finds open matters nearby that may be about
// the same problem, among those the actor may see.
func (d *Desk) Suggest(ctx context.Context, actor access.Actor, text string, place string, lon, lat *float64, now time.Time) (*Advice, error) {
	if err := matter.Words("text", text, true); err != nil {
		return nil, err
	}
	if err := access.Allow(actor, access.RaiseCall, access.Subject{Place: d.e.City().Territory.Address(place)}); err != nil {
		return nil, err
	}
	city := d.e.City()
	out := &Advice{Categories: d.models(city).words.Classify(text, 3)}
	address := city.Territory.Address(place)
	c := hint.Call{Text: text, At: now}
	if lon != nil && lat != nil {
		c.Lon, c.Lat = *lon, *lat
		if found, ok := city.Locator.Locate(*lon, *lat); ok {
			address = found
		}
	}
	if len(out.Categories) > 0 {
		c.Category = out.Categories[0].Code
	}
	var err error
	if out.Lead, err = d.Lead(ctx, c.Category, address, now); err != nil {
		return nil, err
	}
	out.Emergencies = d.emergencies(city, text, c.Category)
	out.Duplicates, out.Rows, err = d.duplicates(ctx, actor, address, c)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Lead returns the unit that would be ordered first about a category at a place,
// by the registers in force and else by the pack; "" if there is none.
func (d *Desk) Lead(ctx context.Context, category string, at territory.Address, now time.Time) (string, error) {
	leaf, ok := d.e.City().Duty.Leaf(category)
	if !ok {
		return "", nil
	}
	return d.e.Lead(ctx, leaf, at, now)
}

// emergencies listens for the words that the pack gives to emergency numbers,
// in the text and in the name of the category it is likely to have.
func (d *Desk) emergencies(city *pack.City, text, category string) []Emergency {
	if leaf, ok := city.Duty.Leaf(category); ok {
		text += "\n" + leaf.Name
	}
	var out []Emergency
	for _, s := range d.models(city).danger.Classify(text, mostNumbers) {
		if s.Code != pack.NoNumber {
			out = append(out, Emergency{Number: s.Code, Words: s.Words})
		}
	}
	return out
}

const mostNumbers = 5

// models are what is heard in a text, built from one city.
type models struct {
	city          *pack.City
	words, danger *hint.Model
}

func (d *Desk) models(city *pack.City) *models {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heard == nil || d.heard.city != city {
		words := make([]hint.Word, len(city.Words))
		for i, w := range city.Words {
			words[i] = hint.Word{Text: w.Text, Code: w.Code, Weight: w.Weight}
		}
		var danger []hint.Word
		for _, c := range pack.Sorted(city.Channels) {
			for _, n := range c.Numbers {
				for _, w := range n.Words {
					danger = append(danger, hint.Word{Text: w, Code: n.Number, Weight: 1})
				}
			}
		}
		d.heard = &models{city, hint.New(words), hint.New(danger)}
	}
	return d.heard
}
