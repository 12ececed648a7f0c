package story

import (
	"testing"

	"huying/internal/domain/mandate"
	"huying/internal/domain/matter"

	deskmandate "huying/internal/desk/mandate"
)

// LN-02 工作事项清单 41类118项240子项: the list comes in with the shape its source
// names, is reviewed, the towns are asked, and from its day on every order cites
// an item of the version in force.
func TestLN02TheListHasThreeLevels(t *testing.T) {
	tell(t, func(h *world) {
		in := listOf(mandate.StreetTasks, wushan, "五山街道工作事项清单", tree(41, 118, 240))
		in.Levels = "41/118/240"
		checked, err := h.mandate.Check(ctx, h.organiser().cmd(), in)
		h.must(err)
		if checked.Shape != "41/118/240" || checked.Version != 1 || len(checked.Changes) != 41+118+240 {
			t.Errorf("the preview: %s, version %d, %d changes", checked.Shape, checked.Version, len(checked.Changes))
		}
		in.Levels = "41/118/241"
		f := h.refused("list.counts_differ", func() { h.organiser().drafts(in) })
		if !says(f.Args, "41/118/240") {
			t.Errorf("the refusal does not say what was counted: %v", f.Args)
		}
		in.Levels = "41/118/240"
		id := h.organiser().drafts(in)

		// Each step is another post's, in its order.
		h.refused("list.step_out_of_order", func() {
			h.made(h.mandate.Approve(ctx, h.head().cmd(), id, deskmandate.Reasons{}))
		})
		h.refused("access.denied", func() { h.made(h.mandate.Review(ctx, h.organiser().cmd(), id, deskmandate.Word{Pass: true})) })
		h.refused("text.missing", func() { h.made(h.mandate.Review(ctx, h.lawyer().cmd(), id, deskmandate.Word{})) })
		h.made(h.mandate.Review(ctx, h.lawyer().cmd(), id, deskmandate.Word{Pass: true}))
		h.made(h.mandate.Consult(ctx, h.organiser().cmd(), id, deskmandate.None{}))
		// While the street has not spoken, nobody approves …
		h.refused("list.opinions_open", func() { h.made(h.mandate.Approve(ctx, h.head().cmd(), id, deskmandate.Reasons{})) })
		h.opine(id, matter.Disagreed, "B7没有经费")
		// … and against its word only with reasons.
		h.refused("list.reasons_missing", func() { h.made(h.mandate.Approve(ctx, h.head().cmd(), id, deskmandate.Reasons{})) })
		h.refused("mandate.not_county_body", func() {
			h.made(h.mandate.Approve(ctx, h.role(tianhe+"-CG", "HEAD").cmd(), id, deskmandate.Reasons{Text: "部门想要"}))
		})
		h.refused("list.own_work", func() {
			h.made(h.mandate.Approve(ctx, h.organiser().cmd(), id, deskmandate.Reasons{Text: "自己批自己"}))
		})
		h.made(h.mandate.Approve(ctx, h.head().cmd(), id, deskmandate.Reasons{Text: "经费已列入预算"}))
		h.refused("list.from_in_past", func() { h.made(h.mandate.Publish(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260301})) })
		h.made(h.mandate.Publish(ctx, h.organiser().cmd(), id, deskmandate.From{From: 20260401}))
		if !h.told(wushan+"-DGW", id, "notice.list_published") {
			t.Error("the street was not told")
		}
		r, said, err := h.mandate.List(ctx, h.desk(yuancun).actor, id)
		h.must(err)
		if r.Fact.Counts.String() != "41/118/240" || r.Fact.Status != mandate.Published || len(said) != 1 || said[0].Result != matter.Disagreed {
			t.Errorf("the list: %+v, opinions %+v", r.Fact, said)
		}
		rows, err := h.mandate.Items(ctx, h.desk(yuancun).actor, id, "", "A41", 2)
		h.must(err)
		if len(rows) != 2 || rows[0].Code != "B1" || rows[0].Leaf || len(rows[0].Path) != 1 {
			t.Errorf("the items after A41: %+v", rows)
		}
	})
}

// A sheet with mistakes changes nothing, and every mistake is told with its line
// and code at once.
func TestABadListIsRefusedWhole(t *testing.T) {
	tell(t, func(h *world) {
		rows := sheet(
			"A||城市管理",
			"A1|A|暴露垃圾|BASIC|TOWN:CGB||示例依据",
			"A1|A|又是暴露垃圾|BASIC|TOWN:CGB||示例依据",
			"A2|Z|没有上级|BASIC|TOWN:CGB||示例依据",
			"A3|A|没有牵头|BASIC|||示例依据",
			"A4|A|没有依据|BASIC|TOWN:CGB",
			"A5|A|类别不对|SOME|TOWN:CGB||示例依据",
			"A6|A|单位不对|BASIC|TOWN:XYZ||示例依据",
			"B|C|绕圈", "C|B|绕圈",
			"|A|没有编码|BASIC|TOWN:CGB||示例依据",
			"A7|A|配合没有单位|ASSIST|DISTRICT:CG||示例依据",
			"A8|A|分类不对|BASIC|TOWN:CGB||示例依据|XX99",
		)
		wrong := h.refusals(func() { h.organiser().drafts(listOf(mandate.StreetTasks, wushan, "清单", rows)) })
		want := map[string]int64{
			"list_row.duplicate": 4, "list_row.parent_missing": 5, "list_row.lead_missing": 6, "list_row.basis_missing": 7, "list_row.kind_unknown": 8,
			"list_row.unit_unknown": 9, "list_row.circular": 10, "list_row.code_missing": 12, "list_row.assist_unit_missing": 13,
			"list_row.category_unknown": 14,
		}
		found := map[string]int64{}
		for _, f := range wrong {
			if len(f.Args) > 0 && found[f.Code] == 0 {
				found[f.Code], _ = f.Args[0].(int64)
			}
		}
		for code, line := range want {
			if found[code] != line {
				t.Errorf("%s: line %d, want %d", code, found[code], line)
			}
		}
		lists, err := h.mandate.Lists(ctx, h.organiser().actor, deskmandate.Filter{})
		h.must(err)
		if len(lists) != 0 {
			t.Errorf("%d lists are left of a sheet that was refused", len(lists))
		}
	})
}
