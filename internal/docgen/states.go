package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/pack"
	"huying/internal/ident"
	"huying/packs"
)

const statesHead = `# States

<!-- Written by go run ./internal/docgen from the tables in the code. Do not edit. -->

Every change of state that there is. A pair that is not listed is refused, in
every face and for everybody. The tables are ` + "`internal/domain/matter/state.go`" + `
and ` + "`internal/domain/order/state.go`" + `; who may do an act at all is decided before,
by ` + "`internal/domain/access`" + `.
`

// edge is one permitted change of state of anything.
type edge struct{ from, to, by, why string }

// cardEdges is what can become of a card (domain part C5); the acts are in
// domain/matter.
var cardEdges = []edge{
	{"", order.CardActive, "clock", "a computed fact: little time is left, it has passed, or it has long passed"},
	{order.CardActive, order.CardAppealed, "debtor", "the unit contests it within its window; blue is a notice and cannot be contested"},
	{order.CardActive, order.CardLifted, "judge", "the work was judged done"},
	{order.CardActive, order.CardVoid, "review", "another card of the order was void, or the order was never the unit's duty"},
	{order.CardLifted, order.CardAppealed, "debtor", "the unit contests it within its window"},
	{order.CardLifted, order.CardVoid, "review", "another card of the order was void"},
	{order.CardAppealed, order.CardActive, "review", "the appeal is rejected; the card stands"},
	{order.CardAppealed, order.CardLifted, "review", "the appeal is rejected, and the order has ended"},
	{order.CardAppealed, order.CardVoid, "review", "the appeal is upheld; the card is kept and counts no more"},
}

// states writes docs/STATES.md.
func states() ([]byte, error) {
	b := &bytes.Buffer{}
	b.WriteString(statesHead)
	section(b, "Matter", "A matter is open until it is closed, advised, referred or merged. No unit that answers can close it.",
		string(matter.Received), matterEdges())
	section(b, "Order", "An order is open until it is fulfilled, reassigned or withdrawn. Being overdue is no state.",
		string(order.Issued), orderEdges())
	section(b, "Card", "A card is a computed warning to a unit, never to a person. It is never deleted.", "", cardEdges)
	if err := clocks(b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func matterEdges() []edge {
	var out []edge
	for _, m := range matter.Moves {
		out = append(out, edge{string(m.From), string(m.To), m.By, m.Why})
	}
	return out
}

func orderEdges() []edge {
	var out []edge
	for _, m := range order.Moves {
		out = append(out, edge{string(m.From), string(m.To), m.By, m.Why})
	}
	return out
}

// section draws the edges and lists them with their reasons. A state that no
// edge leaves, or that start names, is marked as an end or the beginning.
func section(b *bytes.Buffer, title, text, start string, edges []edge) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n```mermaid\nstateDiagram-v2\n", title, text)
	if start != "" {
		fmt.Fprintf(b, "    [*] --> %s\n", start)
	}
	var ends []string
	for _, e := range edges {
		from := e.from
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(b, "    %s --> %s: %s\n", from, e.to, e.by)
		final := !slices.ContainsFunc(edges, func(x edge) bool { return x.from == e.to })
		if final && !slices.Contains(ends, e.to) {
			ends = append(ends, e.to)
		}
	}
	for _, s := range ends {
		fmt.Fprintf(b, "    %s --> [*]\n", s)
	}
	b.WriteString("```\n\n| From | To | Who | Why |\n|---|---|---|---|\n")
	for _, e := range edges {
		from := e.from
		if from == "" {
			from = "–"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", from, e.to, e.by, e.why)
	}
}

// clocks lists what each clock says, by running one of each kind to its end
// under the base pack's ladder.
func clocks(b *bytes.Buffer) error {
	city, err := pack.Load(packs.FS, "guangzhou")
	if err != nil {
		return err
	}
	cal, ladder := city.Calendar(city.Root), city.Ladder.Clock()
	b.WriteString("\n## Clock\n\nWhat a clock says while nobody acts. NAG is said again and again, until somebody does.\n\n| Clock | Says |\n|---|---|\n")
	from := clock.At(time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone))
	for _, kind := range clock.Kinds {
		var set clock.Set
		c := set.Start(kind, calendar.Limit{Amount: 7, Unit: calendar.CD}, from, cal, ladder)
		var says []string
		for c.Running() && c.Next != 0 && (len(says) == 0 || says[len(says)-1] != string(clock.Nag)) {
			says = append(says, string(c.Stage))
			if err := c.Advance(cal, ladder); err != nil {
				return err
			}
		}
		fmt.Fprintf(b, "| %s | %s |\n", kind, strings.Join(says, ", "))
	}
	return nil
}
