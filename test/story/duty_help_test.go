package story

import (
	"fmt"
	"strings"

	deskmandate "huying/internal/desk/mandate"
	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The bodies of Tianhe that decide on lists: the organisation desk writes, the
// justice bureau reviews, the head of the government office approves.
func (h *world) organiser() *who { h.Helper(); return h.role(tianhe+"-DW", org.Organiser) }
func (h *world) lawyer() *who    { h.Helper(); return h.role(tianhe+"-SF", org.LegalReviewer) }
func (h *world) head() *who      { h.Helper(); return h.role(tianhe+"-ZFB", org.Leader) }

// did notes the number of what a command made.
func (h *world) made(id ident.ID, err error) ident.ID {
	h.Helper()
	h.must(err)
	return id
}

// sheet is the rows of a list, one item a line: the cells in the order code,
// parent, name, kind, lead, co, basis, covers, since.
func sheet(lines ...string) []mandate.Row {
	names := []string{"code", "parent", "name", "kind", "lead", "co", "basis", "covers", "since"}
	var out []mandate.Row
	for i, l := range lines {
		row := mandate.Row{Line: int64(i + 2), Cells: map[string]string{}}
		for j, cell := range strings.Split(l, "|") {
			row.Cells[names[j]] = cell
		}
		out = append(out, row)
	}
	return out
}

// tree is a list of some shape, made up: so many groups, items below them and
// leaves below those, spread evenly.
func tree(levels ...int) []mandate.Row {
	var lines []string
	for depth, n := range levels {
		for i := range n {
			code, parent := fmt.Sprintf("%c%d", 'A'+depth, i+1), ""
			if depth > 0 {
				parent = fmt.Sprintf("%c%d", 'A'+depth-1, i%levels[depth-1]+1)
			}
			line := code + "|" + parent + "|示例事项" + code
			if depth == len(levels)-1 {
				line += "|BASIC|TOWN:CGB||示例依据"
			}
			lines = append(lines, line)
		}
	}
	return sheet(lines...)
}

func listOf(kind mandate.Kind, place, name string, rows []mandate.Row) deskmandate.Import {
	return deskmandate.Import{Kind: string(kind), Place: place, Name: name, Source: "示例文件", Rows: rows}
}

// drafts keeps a list as a draft.
func (w *who) drafts(in deskmandate.Import) ident.ID {
	w.h.Helper()
	return w.h.made(w.h.mandate.Import(ctx, w.cmd(), in))
}

// inForce takes a list through every step of its approval: legal review, the
// towns' opinions, approval and publication from a day on.
func (h *world) inForce(in deskmandate.Import, from int) ident.ID {
	h.Helper()
	id := h.organiser().drafts(in)
	h.made(h.mandate.Review(ctx, h.lawyer().cmd(), id, deskmandate.Word{Pass: true}))
	h.made(h.mandate.Consult(ctx, h.organiser().cmd(), id, deskmandate.None{}))
	h.opine(id, matter.Agreed, "同意")
	h.made(h.mandate.Approve(ctx, h.head().cmd(), id, deskmandate.Reasons{}))
	h.made(h.mandate.Publish(ctx, h.organiser().cmd(), id, deskmandate.From{From: from}))
	return id
}

// opine lets every unit that is asked about a record say the same.
func (h *world) opine(about ident.ID, result, text string, units ...string) {
	h.Helper()
	for _, o := range h.consulted(about) {
		if len(units) == 0 || contains(units, o.Debtor) {
			w := h.role(o.Debtor, org.Secretary)
			w.did(h.dispatch.Respond(ctx, w.cmd(), o.ID, respond(text, result)))
		}
	}
}

func (h *world) refusals(act func()) fault.List {
	h.Helper()
	h.trying, h.fault = true, nil
	act()
	h.trying = false
	return fault.All(h.fault)
}
