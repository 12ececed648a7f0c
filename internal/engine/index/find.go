package index

import (
	"slices"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/engine/change"
	"huying/internal/ident"
	"huying/internal/store"
)

// Question is what is looked for.
type Question struct {
	Words  []Word            // all of them; none fits every text
	Reach  access.Reach      // whose matters; of places and units
	Place  territory.Address // only matters in this place, if it is a district, town or community
	Before ident.ID          // only matters older than this one; zero begins with the newest
}

// newest is above every id.
const newest = 1<<63 - 1

func (q Question) before() int64 {
	if q.Before == 0 {
		return newest
	}
	return int64(q.Before)
}

// Candidates returns at most limit matters, the newest first, among which is
// every matter that fits: the index knows less of a word than the text does,
// and may know of a matter what was true a moment ago. The caller reads the
// rows, asks Fit and the filter of the reach, and goes on before the last one.
// Fewer than limit means that there are no more.
func Candidates(v *store.View, q Question, limit int) ([]ident.ID, error) {
	if q.Reach.Nothing() {
		return nil, nil
	}
	if q.Reach.Matter != 0 {
		if q.Reach.Matter >= q.before() {
			return nil, nil
		}
		return []ident.ID{ident.ID(q.Reach.Matter)}, nil
	}
	fresh, err := tail(v, q, limit)
	if err != nil {
		return nil, err
	}
	found, err := of(v).find(v, q, limit)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(fresh, found)
	slices.SortFunc(all, func(a, b int64) int { return int(min(max(b-a, -1), 1)) })
	all = slices.Compact(all)
	out := make([]ident.ID, 0, limit)
	for _, id := range all[:min(len(all), limit)] {
		out = append(out, ident.ID(id))
	}
	return out, nil
}

// tail returns the matters that changed since the index read the ledger and
// whose text fits, newest first.
func tail(v *store.View, q Question, limit int) ([]int64, error) {
	at, err := readPosition(v)
	if err != nil {
		return nil, err
	}
	type row struct {
		id  int64
		fit bool
	}
	touched, args := change.Touched(v, at)
	may := q.Reach.Filter()
	rows, err := store.All(v, `SELECT m.id, m.district, m.town, m.community, m.text FROM (`+touched+`) t
		JOIN matter m ON m.district = t.district AND m.id = t.matter WHERE m.id < ? AND `+may.Where, func(r store.Scanner) (row, error) {
		var x row
		var a territory.Address
		var text string
		err := r.Scan(&x.id, &a.District, &a.Town, &a.Community, &text)
		if err == nil && (q.Place == territory.Address{} || Word{Places: []territory.Address{q.Place}}.Covers(a)) {
			_, x.fit = Fit(q.Words, Fold(text), a)
		}
		return x, err
	}, slices.Concat(args, []any{q.before()}, may.Args)...)
	var out []int64
	for _, x := range rows {
		if x.fit {
			out = append(out, x.id)
		}
	}
	slices.SortFunc(out, func(a, b int64) int { return int(min(max(b-a, -1), 1)) })
	return out[:min(len(out), limit)], err
}

// Walk calls fn with Candidates, the newest first, in lists of growing length,
// until fn says that it has enough or there are no more.
func Walk(v *store.View, q Question, fn func(ids []ident.ID) (enough bool, err error)) error {
	for i := 0; ; i++ {
		n := sizes[min(i, len(sizes)-1)]
		ids, err := Candidates(v, q, n)
		if err != nil || len(ids) == 0 {
			return err
		}
		enough, err := fn(ids)
		if err != nil || enough || len(ids) < n {
			return err
		}
		q.Before = ids[len(ids)-1]
	}
}

// sizes are the lengths of lists of ids, so that there are few texts of
// statements.
var sizes = [...]int{64, 256, 1024}

// In returns a list of ids as the right side of IN, and its arguments: one of
// few texts, filled up with the last id.
func In(ids []ident.ID) (string, []any) {
	n := len(ids)
	for _, size := range slices.Backward(sizes[:]) {
		if size >= len(ids) {
			n = size
		}
	}
	args := make([]any, n)
	for i := range args {
		args[i] = int64(ids[min(i, len(ids)-1)])
	}
	return "(" + store.Marks(n) + ")", args
}

// reachTerms returns the terms one of which a matter within reach has; none if
// the reach is everything.
func reachTerms(r access.Reach) []condition {
	var out []condition
	if t := PlaceTerm(r.Place); t != "" && !r.All {
		out = append(out, condition{t, false})
	}
	if r.Unit != "" && !r.All {
		out = append(out, condition{UnitTerm(r.Unit), false})
	}
	for _, g := range r.Grants {
		switch t := PlaceTerm(g.At); {
		case r.All:
		case g.Rank > 0 && g.Rank < 4 && t != "":
			out = append(out, condition{t, false})
		case len(g.Units) > 0:
			for _, u := range g.Units {
				out = append(out, condition{UnitTerm(u), false})
			}
		default:
			return nil
		}
	}
	return out
}

// words is how an engine writes a question: signs for and, or, a quote and a
// prefix.
type words struct{ and, or, quote, prefix string }

func (w words) term(c condition) string {
	out := w.quote + c.term + w.quote
	if c.prefix {
		out += w.prefix
	}
	return out
}

func (w words) join(sign string, parts []string) string { return "(" + strings.Join(parts, sign) + ")" }

func (w words) all(list []condition, sign string) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = w.term(c)
	}
	return w.join(sign, parts)
}

// question writes q, or "" if every matter fits it.
func (w words) question(q Question) string {
	var parts []string
	if reach := reachTerms(q.Reach); len(reach) > 0 {
		parts = append(parts, w.all(reach, w.or))
	}
	if t := PlaceTerm(q.Place); t != "" {
		parts = append(parts, w.term(condition{t, false}))
	}
	for _, x := range q.Words {
		either := []string{w.all(x.conditions(), w.and)}
		for _, p := range x.Places {
			either = append(either, w.term(condition{PlaceTerm(p), false}))
		}
		parts = append(parts, w.join(w.or, either))
	}
	if len(parts) == 0 {
		return ""
	}
	return w.join(w.and, parts)
}

var (
	liteWords = words{" AND ", " OR ", `"`, "*"}
	pgWords   = words{" & ", " | ", "'", ":*"}
)

const (
	liteFind = `SELECT rowid FROM term WHERE term MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`
	liteAll  = `SELECT id FROM term_sum WHERE id < ? ORDER BY id DESC LIMIT ?`
)

func scanID(r store.Scanner) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}

// findSQLite walks the lists of the terms from the newest matter on.
func findSQLite(v *store.View, q Question, limit int) ([]int64, error) {
	if text := liteWords.question(q); text != "" {
		return store.All(v, liteFind, scanID, text, q.before(), limit)
	}
	return store.All(v, liteAll, scanID, q.before(), limit)
}

// walked is how many of the newest matters are looked at one by one before the
// lists of the terms are asked: what is frequent is found among them, and what
// is not has short lists.
const walked = 4000

const (
	pgWalk = `SELECT id FROM (SELECT id, words FROM term WHERE id < ? ORDER BY id DESC LIMIT ?) AS w
		WHERE words @@ ?::text::tsquery ORDER BY id DESC LIMIT ?`
	pgFind = `WITH found AS MATERIALIZED (SELECT id FROM term WHERE words @@ ?::text::tsquery AND id < ?)
		SELECT id FROM found ORDER BY id DESC LIMIT ?`
	pgAll = `SELECT id FROM term WHERE id < ? ORDER BY id DESC LIMIT ?`
)

// findPostgres looks at the newest matters first, since an inverted index
// gives all that fit before it knows which are the newest.
func findPostgres(v *store.View, q Question, limit int) ([]int64, error) {
	text := pgWords.question(q)
	if text == "" {
		return store.All(v, pgAll, scanID, q.before(), limit)
	}
	out, err := store.All(v, pgWalk, scanID, q.before(), walked, text, limit)
	if err != nil || len(out) == limit {
		return out, err
	}
	return store.All(v, pgFind, scanID, text, q.before(), limit)
}
