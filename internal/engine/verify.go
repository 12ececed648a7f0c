package engine

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"huying/internal/domain/ledger"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/ident"
	"huying/internal/store"
)

// Verified is what a verification of the ledger found.
type Verified struct {
	Matters     int64
	Records     int64
	Entries     int64
	Leaves      int64
	Checkpoints int64
	Breaks      []Break // what is wrong, the first found first; empty: all is well
}

// Break is one place where ledger and state, or ledger and log, do not agree.
type Break struct {
	Matter ident.ID
	Seq    int
	What   string // entry, state, order, head, column, leaf, checkpoint, orphan
	Offset int    // byte of the entry's payload or of the state that differs first; -1 if none can be named
	Detail string
}

func (b Break) String() string {
	at := ""
	if b.Offset >= 0 {
		at = fmt.Sprintf(" at byte %d", b.Offset)
	}
	return fmt.Sprintf("matter %s, entry %d: %s%s: %s", b.Matter, b.Seq, b.What, at, b.Detail)
}

// mostBreaks bounds a report: a database that is wrong everywhere needs no
// longer list.
const mostBreaks = 100

// CountEntries counts the entries of the whole ledger. It reads them all, so
// it is for reports, not for pages.
func (e *Engine) CountEntries(ctx context.Context) (n int64, err error) {
	err = e.db.Read(ctx, func(v *store.View) error { return v.Row(`SELECT COUNT(*) FROM ledger`).Scan(&n) })
	return n, err
}

// Verify replays the whole ledger: every entry's hash and link, every matter
// and order rebuilt from its entries and compared byte by byte with what is
// stored, what was said compared with the hash the ledger keeps of it, and the
// Merkle log with its checkpoints. progress, if not nil, is
// told the number of entries read. It reads in pages, each a stable view;
// matters that change meanwhile are taken as they are when their page is read.
func (e *Engine) Verify(ctx context.Context, progress func(entries int64)) (*Verified, error) {
	v := &verification{e: e, out: &Verified{}, progress: progress}
	after := head{}
	for {
		n := 0
		err := e.db.Read(ctx, func(view *store.View) error {
			page, err := v.page(view, &after)
			n = page
			return err
		})
		if err != nil {
			return nil, err
		}
		if n == 0 || len(v.out.Breaks) >= mostBreaks {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	for _, part := range [...]func(*store.View) error{v.orphans, v.records, v.statements, v.sealed, v.tree} {
		if err := e.db.Read(ctx, part); err != nil {
			return nil, err
		}
	}
	return v.out, nil
}

type verification struct {
	e        *Engine
	out      *Verified
	progress func(int64)
	chain    ledger.Verifier
}

type matterRow struct {
	head
	doc, text, columns string
}

const (
	selectMatterRow = `SELECT district, id, rev, head, doc, text, town, community, grid, status, kind, category, urgency, source, desk, holder,
		lon, lat, received_at, closed_at, next_at FROM matter WHERE `
	selectOrderRow = `SELECT matter, id, doc, kind, role, status, creditor, debtor, due_at, colour, open FROM orders WHERE `
)

// verifyPage is the number of matters compared in one view.
const verifyPage = 500

// page compares the matters after the given one and moves it on.
func (v *verification) page(q *store.View, after *head) (int, error) {
	rows, err := store.All(q, selectMatterRow+`(district, id) > (?, ?) ORDER BY district, id LIMIT ?`, scanMatterRow,
		after.district, int64(after.id), verifyPage)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	*after = rows[len(rows)-1].head
	var entries []*ledger.Entry
	orders := map[ident.ID][]orderRow{}
	for _, span := range spans(rows) {
		part, err := store.All(q, `SELECT `+entryColumns+` FROM ledger WHERE district = ? AND matter >= ? AND matter <= ? ORDER BY district, matter, seq`,
			scanEntry, span.district, int64(span.first), int64(span.last))
		if err != nil {
			return 0, err
		}
		entries = append(entries, part...)
		more, err := store.All(q, selectOrderRow+`district = ? AND matter >= ? AND matter <= ? ORDER BY matter, id`, scanOrderRow, span.district, int64(span.first), int64(span.last))
		if err != nil {
			return 0, err
		}
		for _, o := range more {
			orders[o.matter] = append(orders[o.matter], o)
		}
	}
	v.compare(rows, entries, orders)
	if v.progress != nil {
		v.progress(v.out.Entries)
	}
	return len(rows), nil
}

type span struct {
	district    string
	first, last ident.ID
}

// spans groups the rows of a page by district, since ids repeat no order
// across districts.
func spans(rows []matterRow) []span {
	var out []span
	for _, r := range rows {
		if n := len(out); n > 0 && out[n-1].district == r.district {
			out[n-1].last = r.id
			continue
		}
		out = append(out, span{r.district, r.id, r.id})
	}
	return out
}

// compare walks matters and entries side by side, both in order.
func (v *verification) compare(rows []matterRow, entries []*ledger.Entry, orders map[ident.ID][]orderRow) {
	i := 0
	for _, row := range rows {
		v.out.Matters++
		state := replayed{}
		var prev ledger.Hash
		seq := 0
		for ; i < len(entries) && entries[i].District == row.district && entries[i].Matter < row.id; i++ {
			v.out.Entries++ // an orphan: counted here, named by orphans
		}
		for ; i < len(entries) && entries[i].District == row.district && entries[i].Matter == row.id; i++ {
			x := entries[i]
			x.Prev = prev
			prev, seq = x.Hash, x.Seq
			v.out.Entries++
			if b := v.chain.Next(x); b != nil {
				v.wrong(Break{row.id, x.Seq, "entry", b.Offset, b.Error()})
			}
			if err := state.apply(x.Payload); err != nil {
				v.wrong(Break{row.id, x.Seq, "entry", -1, "the payload cannot be replayed: " + err.Error()})
			}
		}
		if seq != row.Seq || prev != row.Hash {
			v.wrong(Break{row.id, row.Seq, "head", -1, fmt.Sprintf("the matter names entry %d, the ledger ends with %d, or their hashes differ", row.Seq, seq)})
		}
		v.compareState(row, seq, state, orders[row.id])
	}
}

func (v *verification) compareState(row matterRow, seq int, state replayed, orders []orderRow) {
	v.differ(Break{Matter: row.id, Seq: seq, What: "state"}, document(state.matter), []byte(row.doc))
	m := &matter.Matter{}
	if err := unmarshal(row.doc, m); err != nil {
		v.wrong(Break{row.id, seq, "state", -1, err.Error()})
		return
	}
	if v.e.TextHash(row.text) != m.TextHash && row.text != "" {
		v.wrong(Break{row.id, seq, "text", -1, "the text of the call is not the one that was received"})
	}
	v.differ(Break{Matter: row.id, Seq: seq, What: "column"}, []byte(matterColumns(m)), []byte(row.columns))
	seen := 0
	for _, o := range orders {
		doc, ok := state.orders[o.id.Number()]
		if !ok {
			v.wrong(Break{row.id, seq, "order", -1, "order " + o.id.Number() + " is in no entry"})
			continue
		}
		seen++
		v.differ(Break{Matter: row.id, Seq: seq, What: "order " + o.id.Number()}, document(doc), []byte(o.doc))
		x := &order.Order{}
		if err := unmarshal(o.doc, x); err != nil {
			v.wrong(Break{row.id, seq, "order", -1, err.Error()})
			continue
		}
		v.differ(Break{Matter: row.id, Seq: seq, What: "column of order " + o.id.Number()}, []byte(orderColumns(x)), []byte(o.columns))
	}
	if seen != len(state.orders) {
		v.wrong(Break{row.id, seq, "order", -1, fmt.Sprintf("the ledger has %d orders, the database %d", len(state.orders), seen)})
	}
}

func (v *verification) differ(b Break, want, got []byte) {
	if bytes.Equal(want, got) {
		return
	}
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	b.Offset = i
	b.Detail = fmt.Sprintf("the ledger says %q, stored is %q", short(want[i:]), short(got[i:]))
	v.wrong(b)
}

func (v *verification) wrong(b Break) {
	if len(v.out.Breaks) < mostBreaks {
		v.out.Breaks = append(v.out.Breaks, b)
	}
}

// orphans finds entries of matters that are not there.
func (v *verification) orphans(q *store.View) error {
	gone, err := store.All(q, `SELECT DISTINCT l.district, l.matter FROM ledger l LEFT JOIN matter m ON m.district = l.district AND m.id = l.matter
		WHERE m.id IS NULL LIMIT 20`, func(r store.Scanner) (ident.ID, error) {
		var d string
		var id int64
		err := r.Scan(&d, &id)
		return ident.ID(id), err
	})
	for _, id := range gone {
		v.wrong(Break{id, 1, "orphan", -1, "the ledger has entries of a matter that is gone"})
	}
	return err
}

func scanMatterRow(r store.Scanner) (matterRow, error) {
	var k matterRow
	var id, seq int64
	var sum []byte
	var s [10]string
	var n [5]int64
	err := r.Scan(&k.district, &id, &seq, &sum, &k.doc, &k.text, &s[0], &s[1], &s[2], &s[3], &s[4], &s[5], &s[6], &s[7], &s[8], &s[9],
		&n[0], &n[1], &n[2], &n[3], &n[4])
	k.id, k.Seq, k.Hash = ident.ID(id), int(seq), hashOf(sum)
	k.columns = fmt.Sprintf("%s|%v", strings.Join(s[:], "|"), n)
	return k, err
}

// matterColumns is the columns that follow from a matter's state.
func matterColumns(m *matter.Matter) string {
	s := []string{m.Place.Town, m.Place.Community, m.Place.Grid, string(m.Status), string(m.Kind), m.Category, string(m.Urgency), m.Source, m.Desk, m.Holder}
	return fmt.Sprintf("%s|%v", strings.Join(s, "|"), [5]int64{m.Lon, m.Lat, int64(m.ReceivedAt), int64(m.ClosedAt), int64(m.Next)})
}

type orderRow struct {
	matter, id   ident.ID
	doc, columns string
}

func scanOrderRow(r store.Scanner) (orderRow, error) {
	var o orderRow
	var m, id, due, open int64
	var kind, role, status, creditor, debtor, colour string
	err := r.Scan(&m, &id, &o.doc, &kind, &role, &status, &creditor, &debtor, &due, &colour, &open)
	o.matter, o.id = ident.ID(m), ident.ID(id)
	o.columns = fmt.Sprint(kind, role, status, creditor, debtor, due, colour, open)
	return o, err
}

func orderColumns(o *order.Order) string {
	open := int64(0)
	if o.Status.Open() {
		open = 1
	}
	return fmt.Sprint(string(o.Kind), string(o.Role), string(o.Status), o.Creditor, o.Debtor, int64(o.Due()), string(o.Colour()), open)
}
