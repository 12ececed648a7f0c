package story

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// noto is Noto Sans SC, cut to the characters that matters are written in;
// font/README.md says under which licence.
//
//go:embed font/NotoSansSC.ttf
var noto []byte

// glyphs is the same font as it is asked which characters it has.
var glyphs = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(noto)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
})

// geta stands where the font has no character.
const geta = '〓'

// paper answers with the matter as PDF.
func paper(r *frame.Request, d Desks) error {
	st, err := of(r, d)
	if err != nil {
		return err
	}
	body, err := pdf(r.View, st)
	if err != nil {
		return err
	}
	return r.Blob("application/pdf", st.M.ID.Number()+".pdf", body)
}

// sheet is a PDF that is being written.
type sheet struct {
	*fpdf.Fpdf
	v    *part.View
	lost bool // a character was not in the font
}

// The paper is A4, in millimetres.
const (
	margin = 18.0
	wide   = 210 - 2*margin
	label  = 26.0
)

// pdf writes a matter for paper: what the page tells, without what can be done.
func pdf(v *part.View, st *Story) ([]byte, error) {
	no := st.M.ID.Number()
	p := newSheet(v, v.T("story.title", no), func(page int) string { return v.T("story.p_foot", no, v.Exact(v.Now), page) })
	p.call(st)
	for _, o := range st.Orders {
		p.order(o)
	}
	p.head(v.T("story.timeline"))
	for _, e := range Timeline(v, st) {
		p.event(e)
	}
	p.told(st)
	p.ledger(st)
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("write %v as PDF: %w", st.M.ID, err)
	}
	return out.Bytes(), nil
}

// fit replaces what the font cannot show.
func (p *sheet) fit(s string) string {
	var buf sfnt.Buffer
	return strings.Map(func(c rune) rune {
		if c == '\n' {
			return c
		}
		if c == '\t' {
			return ' '
		}
		if i, err := glyphs().GlyphIndex(&buf, c); err != nil || i == 0 || c > 0xffff {
			p.lost = true
			return geta
		}
		return c
	}, s)
}

func (p *sheet) text(size, grey float64, s string) {
	p.SetFont("noto", "", size)
	p.SetTextColor(int(grey), int(grey), int(grey))
	p.block(wide, size*0.62, s)
}

func (p *sheet) head(s string) {
	p.Ln(3)
	p.SetDrawColor(190, 190, 190)
	p.Line(margin, p.GetY(), margin+wide, p.GetY())
	p.Ln(1.5)
	p.text(12, 0, s)
	p.Ln(0.5)
}

// fact is a name with its value, side by side.
func (p *sheet) fact(name, value string) {
	if value == "" {
		return
	}
	p.SetFont("noto", "", 10)
	p.SetTextColor(90, 90, 90)
	p.CellFormat(label, 6, p.fit(name), "", 0, "L", false, 0, "")
	p.SetTextColor(0, 0, 0)
	p.block(wide-label, 6, value)
}

func (p *sheet) call(st *Story) {
	v, m := p.v, st.M
	p.text(16, 0, v.T("story.title", m.ID.Number()))
	p.text(11, 0, v.Word("matter.status", string(m.Status))+" · "+Holding(v, st.State))
	p.Ln(2)
	p.text(12, 0, st.Text)
	p.Ln(2)
	p.fact(v.T("story.place"), strings.TrimSpace(v.Address(m.Place)+" "+m.Where))
	class := ""
	if m.Class != "" {
		class = " · " + v.Word("duty.class", string(m.Class))
	}
	p.fact(v.T("story.category"), v.Word("matter.kind", string(m.Kind))+" · "+v.Category(m.Category)+class)
	p.fact(v.T("story.received"), v.Exact(m.ReceivedAt.Time())+" "+v.Inlet(m.Source))
	p.fact(v.T("story.desk"), v.Unit(m.Desk))
	for _, c := range running(m.Clocks) {
		p.fact(v.Word("clock.kind", string(c.Kind)), v.T("story.p_until", v.Exact(c.Due.Time())))
	}
	if len(m.Children) > 0 {
		p.fact(v.T("story.merged_here"), strings.Join(numbers(m.Children), " "))
	}
	if m.MergedInto != 0 {
		p.fact(v.T("story.merged_into"), m.MergedInto.Number())
	}
}

// numbers are reference numbers as people read them.
func numbers(ids []ident.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.Number()
	}
	return out
}

func (p *sheet) order(o *order.Order) {
	v := p.v
	p.head(v.Word("order.kind", string(o.Kind)) + " · " + v.Unit(o.Debtor) + " · " + v.Word("order.status", string(o.Status)))
	p.text(9, 90, o.ID.Number()+"  "+v.T("story.given_by", v.Unit(o.Creditor))+"  "+v.Exact(o.IssuedAt.Time()))
	if due := o.Due().Time(); o.Status.Owing() && !due.IsZero() {
		p.fact(v.Word("clock.kind", "RESPOND"), v.T("story.p_until", v.Exact(due)))
	}
	if o.Content != "" {
		p.text(10, 0, ruleWord(v, o.Content))
	}
	for i := range o.Answers {
		a := &o.Answers[i]
		p.text(9, 90, v.T("story.answer", i+1)+"  "+v.Post(a.By)+"  "+v.Exact(a.At.Time()))
		p.text(10, 0, a.Text)
		for _, e := range a.Evidence {
			p.text(8, 90, v.Word("evidence", e.Kind)+"  "+e.Name+"  "+size(e.Size)+"  "+e.Hash)
		}
	}
	for _, c := range o.Cards {
		p.text(9, 0, v.Word("order.colour", string(c.Colour))+" · "+v.Word("order.card", c.State)+"  "+v.Word("rule", c.Rule)+"  "+v.Exact(c.At.Time()))
	}
}

func (p *sheet) event(e part.Event) {
	p.text(9, 90, p.v.Exact(e.At)+"  "+e.By)
	p.text(10, 0, e.What)
	if e.Said != "" {
		p.SetX(margin)
		p.text(10, 60, e.Said)
	}
	p.Ln(1.5)
}

func (p *sheet) told(st *Story) {
	if len(st.Told) == 0 {
		return
	}
	p.head(p.v.T("story.told"))
	for _, m := range st.Told {
		p.text(9, 90, p.v.Exact(m.At))
		p.text(10, 0, p.v.Lang.Notice(m.Code, m.Args))
	}
}

// ledger ends the paper with what it can be compared by.
func (p *sheet) ledger(st *Story) {
	v := p.v
	p.head(v.T("story.ledger"))
	p.fact(v.T("story.entries"), rev(st))
	p.fact(v.T("story.head"), st.Head.String())
	p.text(9, 90, v.T("story.p_printed", v.Post(v.Actor.ID), v.Exact(v.Now.Truncate(time.Second))))
	if p.lost {
		p.text(9, 90, v.T("story.p_lost", string(geta)))
	}
}
