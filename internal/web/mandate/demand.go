package mandate

import (
	"strings"

	desk "huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	"huying/internal/domain/burden"
	"huying/internal/domain/org"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// given is a demand as its issuer sees it.
type given struct {
	*register.Record[burden.Demand]
	held []register.Record[burden.Field]
}

// told is what a receiver has told of a field, "" if nothing yet.
func (g *given) told(unit, code string) string {
	for _, h := range g.held {
		if h.Fact.Unit == unit && h.Fact.Code == code {
			return h.Fact.Value
		}
	}
	return ""
}

// demandOf shows a demand: to a unit that received it what it has to fill in, to
// whoever may read it what became of it.
func (p *pages) demandOf(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Burden.Received(r.Ctx, r.Actor, no)
	switch fault.Code(err) {
	case "":
		return r.Page(x.Fact.Name, "burden", receivedPage(r, x))
	case "record.not_found":
	default:
		return err
	}
	var g given
	if g.Record, g.held, err = p.Burden.DemandOf(r.Ctx, r.Actor, no); err != nil {
		return err
	}
	return r.Page(g.Fact.Name, "burden", givenPage(r, &g))
}

// fill keeps what the reader's unit tells, once for all; a field that is left
// empty waits.
func (p *pages) fill(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Burden.Received(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	var in desk.Fill
	for _, f := range x.Fields {
		value := r.Text("v." + f.Code)
		if value != "" && f.Held != nil && value != f.Held.Fact.Value {
			in.Values = append(in.Values, desk.Value{Code: f.Code, Value: value})
		}
	}
	if len(in.Values) == 0 {
		r.Fault(fault.Field("values", "form.nothing_filled"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.Fill(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/demands/" + no.Number())
}

// send answers the order of a demand with what is held of its fields.
func (p *pages) send(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	x, err := p.Burden.Received(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	if n := x.Open(); n > 0 {
		r.Fault(fault.New(fault.Conflict, "form.fields_open", n))
	}
	if x.Order == nil {
		r.Fault(fault.New(fault.Conflict, "form.nothing_to_send"))
	}
	in := dispatch.Respond{Text: strings.TrimSpace(filled(x) + "\n" + r.Text("text"))}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Dispatch.Respond(r.Ctx, r.Command(), x.Order.ID, in); err != nil {
		return err
	}
	return r.Go("/demands/" + no.Number())
}

// filled writes a form as it goes to whoever asked.
func filled(x *desk.Received) string {
	var b strings.Builder
	for _, f := range x.Fields {
		if f.Held != nil {
			b.WriteString(f.Name + "：" + f.Held.Fact.Value + "\n")
		}
	}
	return b.String()
}

// note writes down a demand that came past the system.
func (p *pages) note(r *frame.Request) error {
	in := desk.Note{Kind: r.Text("kind"), Name: r.Text("name"), Issuer: r.UnitCode(r.Text("issuer")), Basis: r.Text("basis"), Minutes: r.Int("minutes")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.Note(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/burden")
}

// uppers are the units above the reader's own that could ask something of it.
func uppers(r *frame.Request) []string {
	own, ok := r.City.Org.Unit(r.Actor.Unit)
	if !ok {
		return nil
	}
	return r.UnitNames(func(u *org.Unit) bool {
		a := r.City.Territory.Address(u.Territory)
		return u.Level.Rank() > own.Level.Rank() && (a.District == "" || a.District == r.Actor.At.District) && (a.Town == "" || a.Town == r.Actor.At.Town)
	})
}

// cleaning is what a place did away with, and its check-up campaigns.
type cleaning struct {
	clean map[burden.Kind]int64
	list  []desk.Coverage
	next  string
}

func (p *pages) campaigns(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Burden.Campaigns(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows})
	if err != nil {
		return err
	}
	x := cleaning{next: next("/campaigns", list)}
	for i := range list {
		c, err := p.Burden.Coverage(r.Ctx, r.Actor, list[i].ID)
		if err != nil {
			return err
		}
		x.list = append(x.list, *c)
	}
	if x.clean, err = p.Burden.Cleanups(r.Ctx, r.Actor, r.Actor.At.Leaf()); err != nil {
		return err
	}
	return r.Page(r.T("burden.campaigns"), "burden", campaignsPage(r, &x))
}

func (p *pages) runCampaign(r *frame.Request) error {
	in := desk.Campaign{Name: r.Text("name"), Place: r.Text("place"), From: r.Civil("from"), To: r.Civil("to"), Checklist: r.Lines("checklist")}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Burden.Run(r.Ctx, r.Command(), in)
	return done(r, "/campaigns/", id, err)
}

func (p *pages) campaign(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	c, err := p.Burden.Coverage(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Page(c.Fact.Name, "burden", campaignPage(r, c))
}

// mostIssues is how many findings the page of a visit has.
const mostIssues = 4

func (p *pages) visit(r *frame.Request) error {
	in := desk.Visit{Place: r.Text("place")}
	for i := range mostIssues {
		x := desk.Issue{Text: r.Text(numbered("issue", i)), Unit: r.UnitCode(r.Text(numbered("unit", i)))}
		switch {
		case x.Text != "":
			in.Issues = append(in.Issues, x)
		case x.Unit != "":
			r.Fault(fault.Field(numbered("issue", i), "text.missing", "issues"))
		}
	}
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.Visit(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	return r.Go("/campaigns/" + no.Number())
}

func numbered(field string, i int) string { return field + "." + number(int64(i)) }

func (p *pages) countCleanup(r *frame.Request) error {
	in := desk.Cleanup{Kind: r.Text("kind"), Count: r.Int("count"), Text: r.Text("text")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.CountCleanup(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/campaigns")
}

func (p *pages) useGroup(r *frame.Request) error {
	return p.group(r, func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		return p.Burden.UseClub(r.Ctx, cmd, no, desk.None{})
	})
}
