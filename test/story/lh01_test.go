package story

import (
	"testing"

	"huying/internal/desk/programme"
)

// LH-01 “4+10+N”重点工作: each task belongs to an item of the catalogue, and
// the last group grows by an entry, without a line of code.
func TestLH01TheCatalogueOfKeyWorkGrowsByData(t *testing.T) {
	steer(t, "luohe", may, func(h *steered) {
		city := h.body(luohe)
		tasks := five(h)
		tasks[0].Key = "N04"
		h.refused("batch.key_unknown", func() { h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: tasks})) })
		tasks[0].Key = ""
		h.refused("batch.key_missing", func() { h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: tasks})) })

		h.did(h.programme.AddKeyWork(ctx, city.cmd(), programme.NewKeyWork{Code: "N04", Group: "N", Title: "社区减负", Basis: "市委常委会会议"}))
		h.refused("key_work.code_taken", func() {
			h.did(h.programme.AddKeyWork(ctx, city.cmd(), programme.NewKeyWork{Code: "N01", Group: "N", Title: "重复"}))
		})
		all, err := h.programme.Catalogue(ctx, city.actor, 20240515)
		h.must(err)
		if len(all) != len(h.city.KeyWork)+1 || !all[len(all)-1].Added {
			h.Errorf("the catalogue: %+v", all)
		}
		tasks[0].Key = "N04"
		id := h.did(h.programme.IssueBatch(ctx, city.cmd(), programme.NewBatch{Tasks: tasks}))
		b, err := h.programme.Batch(ctx, city.actor, id)
		h.must(err)
		if b.Fact.Tasks[0].Key != "N04" {
			h.Errorf("the task belongs to %q", b.Fact.Tasks[0].Key)
		}
	})
}
