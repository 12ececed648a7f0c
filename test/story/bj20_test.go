package story

import (
	"slices"
	"testing"

	"huying/internal/desk/programme"
	"huying/internal/domain/org"
	steering "huying/internal/domain/programme"
	"huying/internal/ident"
)

// BJ-20 党建工作协调委员会: the need of a community, parking at night, is
// matched to a unit's resource as a project; without the unit's consent the
// resource is not even seen.
func TestBJ20ANeedMeetsAResourceWithConsent(t *testing.T) {
	steer(t, "beijing", at(10, 9, 0), func(h *steered) {
		street := "110101001"
		chair := h.role(street+"-DGW", org.Secretary)
		owner := h.unit(street + "-WSY")
		community := h.role(h.city.Territory.Children(street)[0].Code+"-JW", org.Dispatcher)
		need := h.did(h.programme.PostOffer(ctx, community.cmd(), programme.NewOffer{Kind: "NEED", Topic: "夜间停车", Text: "院内缺六十个夜间车位"}))
		lot := h.did(h.programme.PostOffer(ctx, owner.cmd(), programme.NewOffer{Kind: "RESOURCE", Topic: "停车场", Text: "夜间空置八十个车位"}))
		sees := func(w *who) []ident.ID {
			list, err := h.programme.Offers(ctx, w.actor, 0, 50)
			h.must(err)
			var out []ident.ID
			for _, o := range list {
				out = append(out, o.ID)
			}
			return out
		}
		if slices.Contains(sees(chair), lot) || !slices.Contains(sees(owner), lot) || !slices.Contains(sees(chair), need) {
			h.Errorf("without consent the chair sees %v, the owner %v", sees(chair), sees(owner))
		}
		match := programme.NewMatch{Need: need.Number(), Resource: lot.Number(), Title: "错时停车"}
		h.refused("offer.no_consent", func() { h.did(h.programme.MatchOffers(ctx, chair.cmd(), match)) })
		h.refused("record.not_found", func() { h.did(h.programme.ConsentOffer(ctx, chair.cmd(), lot, programme.Consent{Consent: true})) })
		h.did(h.programme.ConsentOffer(ctx, owner.cmd(), lot, programme.Consent{Consent: true}))
		if !slices.Contains(sees(chair), lot) {
			h.Error("with consent the resource is not seen")
		}
		h.refused("offer.not_a_need", func() {
			h.did(h.programme.MatchOffers(ctx, chair.cmd(), programme.NewMatch{Need: lot.Number(), Resource: lot.Number(), Title: "错"}))
		})
		project := h.did(h.programme.MatchOffers(ctx, chair.cmd(), match))
		list, err := h.programme.Projects(ctx, chair.actor, programme.Where{Limit: 10})
		h.must(err)
		if len(list) != 1 || list[0].ID != project || list[0].Fact.Need != need || list[0].Fact.Owner != owner.code() || list[0].Fact.At(20260310) != steering.Early {
			h.Errorf("the project: %+v", list)
		}
		if !slices.Contains(h.told(owner.code(), project), "notice.matched") {
			h.Error("the owner was not told")
		}
		h.refused("offer.taken", func() { h.did(h.programme.MatchOffers(ctx, chair.cmd(), match)) })
	})
}

// BJ-20 at the district's level: what a street lacks another street's unit has.
// Neither street may bring the two together, the district may.
func TestBJ20TheDistrictMatchesAcrossStreets(t *testing.T) {
	steer(t, "beijing", at(10, 9, 0), func(h *steered) {
		const district, street, other = "110101", "110101001", "110101002"
		community := h.role(h.city.Territory.Children(street)[0].Code+"-JW", org.Dispatcher)
		owner := h.unit(other + "-WSY")
		need := h.did(h.programme.PostOffer(ctx, community.cmd(), programme.NewOffer{Kind: "NEED", Topic: "夜间停车", Text: "院内缺六十个夜间车位"}))
		lot := h.did(h.programme.PostOffer(ctx, owner.cmd(), programme.NewOffer{Kind: "RESOURCE", Topic: "停车场", Text: "夜间空置八十个车位", Consent: true}))
		match := func(w *who) ident.ID {
			return h.did(h.programme.MatchOffers(ctx, w.cmd(), programme.NewMatch{Need: need.Number(), Resource: lot.Number(), Title: "跨街道错时停车"}))
		}
		for _, place := range []string{street, other} {
			h.refused("record.not_found", func() { match(h.role(place+"-DGW", org.Secretary)) })
		}
		h.refused("record.not_found", func() { match(h.role("110102-ZH", org.Leader)) }) // another district
		h.refused("access.denied", func() { match(community) })
		project := match(h.role(district+"-ZH", org.Leader))
		if !slices.Contains(h.told(owner.code(), project), "notice.matched") {
			h.Error("the owner was not told")
		}
	})
}
