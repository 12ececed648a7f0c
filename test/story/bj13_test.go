package story

import (
	"strings"
	"testing"
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/consult"
	"huying/internal/domain/matter"
	"huying/internal/ident"
	"huying/internal/store"
)

// BJ-13 任免调整奖惩建议权: a street recommends; the department must answer; after
// twenty working days of silence it stands on the organisation department's
// list.
func TestBJ13ARecommendationIsAnswered(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		district, street := "110101", "110101001"
		committee, organiser := h.secretary(street), h.organiser(district+"-DW")
		recommend := func(post string) ident.ID {
			return h.done(h.power.Recommend(ctx, committee.cmd(), power.Recommend{Kind: "REWARD", Post: post, Title: "建议嘉奖", Text: "暴雨夜连续值守"}))
		}
		h.refused("gate.not_stationed", func() { recommend("110101002-SJS/HANDLER") })
		first := recommend(street + "-SJS/HANDLER")
		second := recommend(street + "-PCS/HANDLER")
		find := func(id ident.ID) power.State[consult.Recommendation] {
			list, err := h.power.Recommendations(ctx, committee.actor, 0, 10)
			h.must(err)
			for _, r := range list {
				if r.ID == id {
					return r
				}
			}
			t.Fatalf("%v is not listed", id)
			return list[0]
		}
		if r := find(first); r.Fact.Receiver != district+"-SJ" {
			t.Errorf("it went to %s", r.Fact.Receiver)
		}
		h.opines(h.unit(district+"-SJ"), find(first).Fact.Matter, matter.Agreed, "已列入嘉奖")
		list, err := h.power.Exceptions(ctx, organiser.actor, h.now)
		h.must(err)
		if len(list.Unanswered) != 0 {
			t.Errorf("nothing is late yet: %+v", list.Unanswered)
		}
		h.pass(35 * 24 * time.Hour)
		list, err = h.power.Exceptions(ctx, organiser.actor, h.now)
		h.must(err)
		if len(list.Unanswered) != 1 || list.Unanswered[0].ID != second {
			t.Errorf("the list of the organisation department: %+v", list.Unanswered)
		}
		h.refused("access.denied", func() { _, err := h.power.Exceptions(ctx, committee.actor, h.now); h.must(err) })
	})
}

// BJ-14 派驻人员日常管理考核权: the street's opinion on the yearly appraisal is a
// signed document with a statutory grade. The parent cannot alter it, cannot
// finish without it, and nothing counts what anybody did.
func TestBJ14TheStreetsOpinionIsADocument(t *testing.T) {
	in(t, "beijing", func(h *hall) {
		district, street := "110101", "110101001"
		post := street + "-SJS/HANDLER"
		bureau, committee := h.unit(district+"-SJ"), h.secretary(street)
		id := h.done(h.power.Propose(ctx, bureau.cmd(), power.Propose{Kind: "APPRAISAL_DOCUMENT", Title: "2025年度考核", Post: post, Year: 2025}))
		finish := func() { h.done(h.power.Finish(ctx, bureau.cmd(), id, power.Finish{})) }
		sign := func(w *who, grade string) func() {
			return func() {
				h.done(h.power.GiveOpinion(ctx, w.cmd(), id, power.GiveOpinion{Grade: grade, Text: "专项行动中表现突出"}))
			}
		}
		h.refused("gate.consult_pending", finish)
		h.pass(30 * 24 * time.Hour)
		h.refused("gate.consult_pending", finish) // silence is no document
		h.refused("record.not_found", sign(bureau, "COMPETENT"))
		h.refused("record.not_found", sign(h.secretary("110101002"), "COMPETENT"))
		h.refused("gate.grade_unknown", sign(committee, "98分"))
		sign(committee, "EXCELLENT")()
		h.refused("gate.document_signed", sign(committee, "INCOMPETENT"))
		h.refused("record.not_found", sign(bureau, "COMPETENT"))
		finish()
		_, doc, err := h.power.Gate(ctx, bureau.actor, id)
		h.must(err)
		if doc == nil || doc.Grade != consult.Excellent || doc.Signer != street+"-DGW/SECRETARY" || doc.Post != post {
			t.Errorf("the document: %+v", doc)
		}
		// The document says nothing that was counted.
		var body string
		h.must(h.e.DB().Read(ctx, func(v *store.View) error {
			return v.Row(`SELECT doc FROM record WHERE register = 'APPRAISAL_DOCUMENT'`).Scan(&body)
		}))
		for _, word := range []string{"count", "score", "rank", "points"} {
			if strings.Contains(body, word) {
				t.Errorf("the document holds a %s: %s", word, body)
			}
		}
	})
}
