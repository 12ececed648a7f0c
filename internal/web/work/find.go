package work

import (
	"strings"

	"huying/internal/desk/intake"
	"huying/internal/desk/search"
	"huying/internal/domain/access"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// The most results of a kind beneath the search box, and of one page.
const (
	mostFound = 6
	pageFound = 50
)

// find answers the search box while one types.
func (w *pages) find(r *frame.Request) error {
	q := r.Query("q")
	if q == "" {
		return r.Part(nothingAsked())
	}
	f, err := w.Search.Find(r.Ctx, r.Actor, q, 0, mostFound, r.Now)
	if err != nil {
		return err
	}
	if !r.Partial() {
		return r.Go("/find/all?q=" + escaped(q))
	}
	return r.Part(foundBox(r.View, q, f, matterPath(r)))
}

// matterPath is where a matter that was found is opened: on the desk of those
// who have one.
func matterPath(r *frame.Request) string {
	if r.Could(access.VerifyMatter) {
		return "/desk/"
	}
	return "/matters/"
}

// results is a page of what was found, or of what lies in a place or waits with
// a unit.
type results struct {
	q, place, unit string
	found          *search.Found
	rows           []part.Item
	more           string
	path           string
}

// findAll shows everything that was found, page by page.
func (w *pages) findAll(r *frame.Request) error {
	x := results{q: r.Query("q"), place: r.Query("place"), unit: r.Query("unit"), path: matterPath(r), found: &search.Found{}}
	before, err := numberOf(r, "before")
	if err != nil {
		return err
	}
	switch {
	case x.place != "" || x.unit != "":
		err = w.listed(r, &x, before)
	case x.q != "":
		err = w.searched(r, &x, before)
	}
	if err != nil {
		return err
	}
	if before != 0 && r.Partial() {
		return r.Part(moreFound(r.View, x))
	}
	return r.Page(r.T("find.title"), "desk", foundPage(r.View, x))
}

func (w *pages) searched(r *frame.Request, x *results, before ident.ID) error {
	var err error
	if x.found, err = w.Search.Find(r.Ctx, r.Actor, x.q, before, pageFound, r.Now); err != nil {
		return err
	}
	if x.found.More != 0 {
		x.more = "/find/all?q=" + escaped(x.q) + "&before=" + x.found.More.Number()
	}
	return nil
}

// listed is the matters of a place, or those that a unit holds.
func (w *pages) listed(r *frame.Request, x *results, before ident.ID) error {
	rows, err := w.Intake.Matters(r.Ctx, r.Actor, intake.Filter{Place: x.place, Holder: x.unit}, before, pageFound, r.Now)
	if err != nil {
		return err
	}
	for _, row := range rows {
		it := itemOf(r, look{tab: tabs[len(tabs)-1]}, row)
		it.Href = x.path + row.No.Number()
		x.rows = append(x.rows, it)
	}
	if len(rows) == pageFound {
		x.more = "/find/all?place=" + escaped(x.place) + "&unit=" + escaped(x.unit) + "&before=" + rows[len(rows)-1].No.Number()
	}
	return nil
}

// piece is a part of a text, marked if it is a word that was asked for.
type piece struct {
	text   string
	marked bool
}

// pieces cuts a text where the words stand that were found.
func pieces(h search.Hit) []piece {
	var out []piece
	all, at := []rune(h.Text), 0
	for _, m := range h.Marks {
		if m.From < at || m.To > len(all) {
			continue
		}
		out = append(out, piece{string(all[at:m.From]), false}, piece{string(all[m.From:m.To]), true})
		at = m.To
	}
	return append(out, piece{string(all[at:]), false})
}

// oneLine is a text without the ends of its lines.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
