package story

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"

	"huying/internal/web/part"
)

// Paper is a PDF in the look of a matter's, for what other pages print.
type Paper struct{ *sheet }

// NewPaper begins a paper with its first page; foot stands below each page, with
// the number of the page after it.
func NewPaper(v *part.View, title, foot string) Paper {
	return Paper{newSheet(v, title, func(page int) string { return fmt.Sprintf("%s · %d", foot, page) })}
}

// newSheet begins a PDF.
func newSheet(v *part.View, title string, foot func(page int) string) *sheet {
	p := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), v: v}
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin)
	p.SetCreationDate(v.Now)
	p.SetModificationDate(v.Now)
	p.SetTitle(title, true)
	p.SetAuthor(v.T("brand.name"), true)
	p.SetLang(string(v.Lang))
	p.AddUTF8FontFromBytes("noto", "", noto)
	p.SetFooterFunc(func() {
		p.SetY(-14)
		p.SetFont("noto", "", 8)
		p.SetTextColor(90, 90, 90)
		p.CellFormat(wide, 5, p.fit(foot(p.PageNo())), "", 0, "C", false, 0, "")
	})
	p.AddPage()
	return p
}

// Title writes the title; pieces are written from the top down.
func (p Paper) Title(s string) { p.text(16, 0, s) }

// Text writes a paragraph.
func (p Paper) Text(s string) { p.text(10, 0, s) }

// Note writes a paragraph in small grey letters.
func (p Paper) Note(s string) { p.text(9, 90, s) }

// Head writes the heading of a section.
func (p Paper) Head(s string) { p.head(s) }

// Fact writes a name with its value.
func (p Paper) Fact(name, s string) { p.fact(name, s) }

// Table writes rows under a heading; the widths are shares of the line.
func (p Paper) Table(head []string, shares []float64, rows [][]string) {
	line := func(cells []string, grey int) {
		p.SetFont("noto", "", 9)
		p.SetTextColor(grey, grey, grey)
		height, most := 5.0, 1
		for i, c := range cells {
			most = max(most, len(p.lines(c, wide*shares[i])))
		}
		if _, page := p.GetPageSize(); p.GetY()+height*float64(most) > page-margin {
			p.AddPage()
		}
		x, y := margin, p.GetY()
		for i, c := range cells {
			p.SetXY(x, y)
			p.block(wide*shares[i], height, c)
			x += wide * shares[i]
		}
		p.SetY(y + height*float64(most))
		p.SetDrawColor(220, 220, 220)
		p.Line(margin, p.GetY()+0.5, margin+wide, p.GetY()+0.5)
		p.Ln(1)
	}
	line(head, 90)
	for _, r := range rows {
		line(r, 0)
	}
}

// Bytes ends the paper.
func (p Paper) Bytes() ([]byte, error) {
	if p.lost {
		p.text(9, 90, p.v.T("story.p_lost", string(geta)))
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("write a paper as PDF: %w", err)
	}
	return out.Bytes(), nil
}
