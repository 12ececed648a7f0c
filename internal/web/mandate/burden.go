package mandate

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	desk "huying/internal/desk/burden"
	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// month is what the burden page shows.
type month struct {
	place  string // "" the city
	month  int
	report *desk.Report // nil: the reader sees its own entries only
	mine   []register.Record[burden.Entry]
	clean  map[burden.Kind]int64
}

// monthOf reads the month asked for, 2026-03, else the present one.
func monthOf(r *frame.Request) int {
	s := strings.ReplaceAll(r.Query("month"), "-", "")
	if s == "" {
		t := r.Now.In(ident.Zone)
		return t.Year()*100 + int(t.Month())
	}
	m, err := strconv.Atoi(s)
	if err != nil {
		r.Fault(fault.Field("month", "month.unknown", s))
	}
	return m
}

// wide reports whether the month is that of a district or the city, of which what
// observers said is told.
func (m *month) wide(r *frame.Request) bool { return r.City.Territory.Address(m.place).Town == "" }

func (p *pages) month(r *frame.Request) (*month, error) {
	m := &month{place: r.Query("place"), month: monthOf(r)}
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	if m.place == "" {
		m.place = r.Actor.At.Leaf()
	}
	place := r.City.Territory.Address(m.place)
	var err error
	if access.Allow(r.Actor, access.ReadBurden, access.Subject{Place: place}) == nil {
		if m.report, err = p.Burden.Report(r.Ctx, r.Actor, m.place, m.month); err != nil {
			return nil, err
		}
	}
	if m.mine, err = p.Burden.Entries(r.Ctx, r.Actor, desk.Filter{Month: m.month, Limit: rows}); err != nil {
		return nil, err
	}
	m.clean, err = p.Burden.Cleanups(r.Ctx, r.Actor, m.place)
	return m, err
}

func (p *pages) burden(r *frame.Request) error {
	m, err := p.month(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("burden.title"), "burden", burdenPage(r, m))
}

// monthText writes a month as people and browsers do.
func monthText(m int) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

// export is the account of a month as a file.
func (p *pages) export(r *frame.Request) error {
	m, err := p.month(r)
	if err != nil {
		return err
	}
	if m.report == nil {
		return fault.New(fault.Denied, "access.denied", string(access.ReadBurden))
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	head := []string{r.T("burden.issuer")}
	for _, k := range burden.Kinds {
		head = append(head, r.Word("burden.kind", string(k)))
	}
	head = append(head, r.T("burden.minutes"), r.T("burden.refused"), r.T("burden.avoided"), r.T("burden.spared"))
	if m.wide(r) {
		head = append(head, r.T("burden.observed"))
	}
	table := [][]string{head}
	for i := range m.report.Lines {
		l := &m.report.Lines[i]
		row := []string{frame.Harmless(r.Unit(l.Issuer))}
		for _, k := range burden.Kinds {
			row = append(row, strconv.FormatInt(l.Count[k], 10))
		}
		for _, n := range [...]int64{l.Minutes, l.Refused, l.Avoided, l.Spared, l.Observed} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		table = append(table, row[:len(head)])
	}
	if err := w.WriteAll(table); err != nil {
		return err
	}
	return r.Blob("text/csv; charset=utf-8", "burden-"+monthText(m.month)+".csv", b.Bytes())
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (p *pages) demandForm(r *frame.Request) error {
	return r.Page(r.T("burden.demand"), "burden", demandPage(r))
}

func (p *pages) demand(r *frame.Request) error {
	in := desk.Demand{
		Kind: r.Text("kind"), Name: r.Text("name"), Item: r.Text("item"), Basis: r.Text("basis"), Minutes: r.Int("minutes"), Places: places(r, "places"),
	}
	for i, line := range strings.Split(r.Text("fields"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		code, name, ok := strings.Cut(line, " ")
		if !ok {
			code, name = fmt.Sprintf("%s-%d", in.Item, i+1), line
		}
		in.Fields = append(in.Fields, desk.Blank{Code: code, Name: strings.TrimSpace(name)})
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.Demand(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/burden")
}

func (p *pages) groups(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	list, err := p.Burden.Clubs(r.Ctx, r.Actor, desk.Filter{Before: before, Limit: rows})
	if err != nil {
		return err
	}
	return r.Page(r.T("burden.groups"), "burden", groupsPage(r, list))
}

func (p *pages) wantGroup(r *frame.Request) error {
	in := desk.Club{Kind: r.Text("kind"), Name: r.Text("name"), Purpose: r.Text("purpose"), Place: r.Text("place"), Minutes: r.Int("minutes"), Until: r.Civil("until")}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Burden.WantClub(r.Ctx, r.Command(), in); err != nil {
		return err
	}
	return r.Go("/groups")
}

func (p *pages) decideGroup(r *frame.Request) error {
	in := desk.Permit{Permit: r.Bool("permit"), Text: r.Text("text")}
	return p.group(r, func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		return p.Burden.DecideClub(r.Ctx, cmd, no, in)
	})
}

func (p *pages) dissolveGroup(r *frame.Request) error {
	return p.group(r, func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		return p.Burden.DissolveClub(r.Ctx, cmd, no, desk.None{})
	})
}

func (p *pages) group(r *frame.Request, fn func(cmd engine.Command, no ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := fn(r.Command(), no); err != nil {
		return err
	}
	return r.Go("/groups")
}
