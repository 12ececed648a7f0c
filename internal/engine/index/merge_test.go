package index

import (
	"fmt"
	"testing"

	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/store"
	"huying/internal/store/storetest"
)

// Every step makes a part of its own; a little merging at each keeps them few,
// so that SQLite never has to merge many of them while commands wait.
func TestThePartsOfTheIndexStayFew(t *testing.T) {
	db := storetest.SQLite(t, engine.Migrations())
	const steps, each = 200, 20
	most := 0
	for step := range steps {
		docs := make([]*document, each)
		for i := range docs {
			id := int64(step*each + i + 1)
			docs[i] = &document{id: id, place: territory.Address{District: "440106"}, words: text(int(id)), sum: id}
		}
		if err := db.Write(t.Context(), "index", func(tx *store.Tx) error { return put(tx, docs) }); err != nil {
			t.Fatal(err)
		}
		var parts int
		err := db.Read(t.Context(), func(v *store.View) error {
			return v.Row(`SELECT COUNT(DISTINCT segid) FROM term_idx`).Scan(&parts)
		})
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, parts)
	}
	if most < 2 || most > 24 {
		t.Errorf("the index had up to %d parts; 2 to 24 are expected", most)
	}
}

// text is sixty terms, some of them in most documents.
func text(seed int) string {
	var out []byte
	for i := range 60 {
		out = fmt.Appendf(out, "w%d ", (seed*131+i*i*17)%(97*(i+1)))
	}
	return string(out)
}
