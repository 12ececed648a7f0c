package mandate

import (
	"strconv"
	"strings"

	desk "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

func (p *pages) handovers(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Mandate.Handovers(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows})
	if err != nil {
		return err
	}
	return r.Page(r.T("duties.handovers"), "duties", handoversPage(r, list))
}

// pieces reads what is handed over, one piece a line; a number at the end of a
// line is how many.
func pieces(s string) []desk.Piece {
	var out []desk.Piece
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		x := desk.Piece{Name: line, Count: 1}
		if i := strings.LastIndexAny(line, " \t　"); i >= 0 {
			if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimLeft(line[i:], "　"))); err == nil {
				x = desk.Piece{Name: strings.TrimSpace(line[:i]), Count: n}
			}
		}
		out = append(out, x)
	}
	return out
}

func (p *pages) handOver(r *frame.Request) error {
	in := desk.HandOver{Name: r.Text("name"), Taker: r.UnitCode(r.Text("taker")), Pieces: pieces(r.Text("pieces"))}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := p.Mandate.HandOver(r.Ctx, r.Command(), in)
	return done(r, "/handovers/", id, err)
}

func (p *pages) handover(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	h, err := p.Mandate.Handover(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Page(h.Fact.Name, "duties", handoverPage(r, h))
}

// sign signs the pieces that are ticked, or all of them. Nothing ticked is not
// all: whoever signs says for what.
func (p *pages) sign(r *frame.Request) error {
	var in desk.Sign
	for _, s := range r.Texts("pieces") {
		n, err := strconv.Atoi(s)
		if err != nil {
			r.Fault(fault.Field("pieces", "form.no_number", s))
		}
		in.Pieces = append(in.Pieces, n)
	}
	if all := r.Bool("all"); all {
		in.Pieces = nil
	} else if len(in.Pieces) == 0 {
		r.Fault(fault.Field("pieces", "handover.nothing_chosen"))
	}
	return p.act(r, "/handovers/", func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		return p.Mandate.SignHandover(r.Ctx, cmd, no, in)
	})
}

// unsigned is how many pieces the reader's side has still to sign; -1 if it has
// no part in the hand-over.
func unsigned(r *frame.Request, h *mandate.Handover) int {
	n := -1
	for i := range h.Pieces {
		if own, theirs := side(r, h, i); theirs {
			n = max(n, 0)
			if own == nil {
				n++
			}
		}
	}
	return n
}

// side is the signature of the reader's own side under a piece, and whether the
// reader has a side at all.
func side(r *frame.Request, h *mandate.Handover, i int) (*mandate.Signed, bool) {
	switch r.Actor.Unit {
	case h.Giver:
		return h.Pieces[i].Given, true
	case h.Taker:
		return h.Pieces[i].Taken, true
	}
	return nil, false
}

// takers are the units of towns that may take something over from the reader's
// district.
func takers(r *frame.Request) []string {
	return r.UnitNames(func(u *org.Unit) bool {
		a := r.City.Territory.Address(u.Territory)
		return u.Code != r.Actor.Unit && u.Level == org.Town && (r.Actor.At.District == "" || a.District == r.Actor.At.District)
	})
}

// givers are the units that may have a power above the towns.
func givers(r *frame.Request) []string {
	return r.UnitNames(func(u *org.Unit) bool {
		a := r.City.Territory.Address(u.Territory)
		return u.Level.Rank() > org.Town.Rank() && u.Kind == org.Department && (a.District == "" || a.District == r.Actor.At.District)
	})
}

func (p *pages) end(r *frame.Request) error {
	in := desk.To{To: r.Civil("to"), Text: r.Text("text")}
	return p.act(r, "/delegations/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.End(r.Ctx, cmd, no, in) })
}

// yearReview decides on a power, and shows it as it stands then.
func (p *pages) yearReview(r *frame.Request) error {
	in := desk.YearReview{Decision: r.Text("decision"), Capacity: r.Text("capacity"), Outcome: r.Text("outcome"), Cost: r.Fen("cost"), Kind: r.Text("kind")}
	return p.act(r, "/delegations/", func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		_, err := p.Mandate.YearReview(r.Ctx, cmd, no, in)
		return no, err
	})
}

// yuan writes an amount of fen.
func yuan(fen int64) string { return strconv.FormatFloat(float64(fen)/100, 'f', -1, 64) }

func (p *pages) withdraw(r *frame.Request) error {
	in := desk.Reasons{Text: r.Text("text")}
	return p.act(r, "/duties/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Withdraw(r.Ctx, cmd, no, in) })
}

// offices tells where a town or street has too many or too few offices.
func (p *pages) offices(r *frame.Request) error {
	var list []pack.OfficeFinding
	for _, f := range r.City.OfficeFindings() {
		if a := r.City.Territory.Address(f.Place); r.Actor.At.District == "" || a.District == r.Actor.At.District {
			list = append(list, f)
		}
	}
	return r.Page(r.T("duties.offices"), "duties", officesPage(r, list))
}

// transferring is what the page of transfers shows: those there are, and the
// answer whether one's own town may punish something itself.
type transferring struct {
	list []register.Record[mandate.Transfer]
	item string
	held *desk.Row    // the own town may
	not  *fault.Error // it may not, and why
}

func (p *pages) transfers(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	x := transferring{item: r.Query("item")}
	if x.list, err = p.Mandate.Transfers(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows}); err != nil {
		return err
	}
	if x.item != "" {
		switch x.held, err = p.Mandate.Power(r.Ctx, r.Actor, desk.Violation{Item: x.item}); fault.Code(err) {
		case "":
		case "penalty.not_taken_over", "power.list_missing":
			x.not = fault.All(err)[0]
		default:
			return err
		}
	}
	return r.Page(r.T("duties.transfers"), "duties", transfersPage(r, &x))
}

func (p *pages) transfer(r *frame.Request) error {
	in := desk.Transfer{Item: r.Text("item"), Name: r.Text("name"), Text: r.Text("text"), To: r.UnitCode(r.Text("to"))}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Mandate.Transfer(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/transfers")
}
