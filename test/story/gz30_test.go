package story

import (
	"testing"
	"time"

	deskestablishment "huying/internal/desk/establishment"
	deskmandate "huying/internal/desk/mandate"
	"huying/internal/domain/establishment"
	"huying/internal/domain/mandate"
	"huying/internal/domain/org"
)

// GZ-30 政策、财政、资源三配套，编随事转: the posts that come with a power are a
// movement of the book of establishment. Somebody else than who proposed it
// approves it, no filled post goes, the sum stays what it was, and the power
// comes no earlier than the posts.
func TestGZ30PostsComeWithTheDuty(t *testing.T) {
	tell(t, func(h *world) {
		bureau, team := tianhe+"-HB", wushan+"-ZFD"
		city := *h.city
		city.Establishment = []establishment.Row{
			{Level: org.District, Suffix: "HB", Kind: establishment.Enforcement, Stock: establishment.Stock{Authorised: 10, Filled: 7}, Basis: "区编办核定"},
			{Level: org.Town, Suffix: "ZFD", Kind: establishment.Enforcement, Stock: establishment.Stock{Authorised: 4, Filled: 4}, Basis: "区编办核定"},
		}
		h.e.Use(&city)
		book := deskestablishment.New(h.e)
		has := func(unit string, day int) establishment.Stock {
			h.Helper()
			all, err := book.On(ctx, h.organiser().actor, unit, day)
			h.must(err)
			return all[establishment.Enforcement]
		}
		move := deskestablishment.Move{From: bureau, To: team, Kind: "ENFORCEMENT", N: 2, Basis: "区编〔2026〕3号", Day: 20260312}
		h.refused("access.denied", func() { h.made(book.Move(ctx, h.unit(bureau).cmd(), move)) })
		posts := h.made(book.Move(ctx, h.organiser().cmd(), move))

		_, code := h.districtItem("HB")
		power := h.propose(code)
		h.equip(power)
		provide := deskmandate.Provide{Need: "PEOPLE", Movement: posts.Number()}
		h.refused("delegation.movement_not_approved", func() { h.made(h.mandate.Provide(ctx, h.organiser().cmd(), power, provide)) })

		approve := deskestablishment.Decide{Approve: true}
		h.refused("establishment.same_person", func() { h.made(book.Decide(ctx, h.organiser().cmd(), posts, approve)) })
		// Nor from another post of whoever proposed it.
		one, two := h.organiser(), h.head()
		one.actor.Person, two.actor.Person = "甲", "甲"
		own := h.made(book.Move(ctx, one.cmd(), move))
		h.refused("establishment.same_person", func() { h.made(book.Decide(ctx, two.cmd(), own, approve)) })
		h.made(book.Decide(ctx, h.head().cmd(), own, deskestablishment.Decide{Text: "重复提出"}))
		h.made(book.Decide(ctx, h.head().cmd(), posts, approve))
		h.refused("establishment.not_proposed", func() { h.made(book.Decide(ctx, h.head().cmd(), posts, approve)) })

		// One post is free beside the two that go: two more cannot.
		move.Day = 20260311
		more := h.made(book.Move(ctx, h.organiser().cmd(), move))
		h.refused("establishment.not_free", func() { h.made(book.Decide(ctx, h.head().cmd(), more, approve)) })
		h.refused("text.missing", func() { h.made(book.Decide(ctx, h.head().cmd(), more, deskestablishment.Decide{})) })
		h.made(book.Decide(ctx, h.head().cmd(), more, deskestablishment.Decide{Text: "空编不够"}))
		h.refused("establishment.more_than_authorised", func() {
			h.made(book.Count(ctx, h.organiser().cmd(), deskestablishment.Count{Unit: bureau, Kind: "ENFORCEMENT", N: 9, Basis: "月报"}))
		})

		h.made(h.mandate.Provide(ctx, h.organiser().cmd(), power, provide))
		// The posts come with one power: another cannot have them too.
		second := h.propose(code)
		h.refused("establishment.cited", func() { h.made(h.mandate.Provide(ctx, h.organiser().cmd(), second, provide)) })
		h.refused("delegation.posts_later", func() { h.made(h.mandate.Start(ctx, h.organiser().cmd(), power, deskmandate.From{From: 20260311})) })
		h.made(h.mandate.Start(ctx, h.organiser().cmd(), power, deskmandate.From{From: 20260312}))
		got, err := h.mandate.Delegation(ctx, h.desk(wushan).actor, power)
		h.must(err)
		if p := got.Fact.Provision(mandate.NeedPeople); p.Amount != 2 || p.Document != move.Basis {
			t.Errorf("the need for people is met by %+v", p)
		}
		for day, want := range map[int][2]int{20260311: {10, 4}, 20260312: {8, 6}} {
			if b, s := has(bureau, day), has(team, day); b.Authorised != want[0] || s.Authorised != want[1] {
				t.Errorf("on %d the bureau has %d posts and the street %d", day, b.Authorised, s.Authorised)
			}
		}
		h.pass(72 * time.Hour)
		h.made(book.Count(ctx, h.organiser().cmd(), deskestablishment.Count{Unit: team, Kind: "ENFORCEMENT", N: 6, Basis: "到岗"}))
		if s := has(team, 20260313); s.Free() != 0 {
			t.Errorf("the street's team has %+v", s)
		}
	})
}
