package story

import (
	"testing"

	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/duty"
	"huying/internal/domain/grid"
	"huying/internal/engine"
	"huying/internal/ident"
)

// LN-21 和事佬: two neighbours agree before a mediator; the word of both makes
// the agreement, and whoever refuses is offered the next channel.
func TestLN21MediationEndsInTheWordOfBoth(t *testing.T) {
	grounds(t, "liunan", townOf(t, "liunan", "河西街道"), func(s *town) {
		place := s.city.Territory.Children(s.place)[0].Code
		community := s.desk(place)
		written := func(text string) ident.ID {
			m := s.takes(form{Form: call.Form{Kind: "CONFLICT", Text: text, Place: place, Name: "韦女士", Phone: "19900001234"}})
			s.verifies(m)
			s.triages(m, duty.Communal, "邻里纠纷")
			in := ground.NewAgreement{Matter: m.id.Number(), Mediator: "和事佬工作室", Terms: "错时停车, 互留通道"}
			s.refused("agreement.not_mediated", func() { s.kept(s.ground.Agree(ctx, s.cmd(), in)) })
			s.orders(m, community.code())
			return s.kept(s.ground.Agree(ctx, community.cmd(), in))
		}
		say := func(id ident.ID, in ground.Word) { s.kept(s.ground.Say(ctx, community.cmd(), id, in)) }

		agreed := written("两家为车位争吵")
		say(agreed, ground.Word{Side: "A", Agrees: true})
		s.refused("agreement.said_already", func() { say(agreed, ground.Word{Side: "A", Agrees: true}) })
		say(agreed, ground.Word{Side: "B", Agrees: true})

		refused := written("楼上漏水")
		s.refused("agreement.channel_unknown", func() { say(refused, ground.Word{Side: "B"}) })
		say(refused, ground.Word{Side: "B", Channel: grid.ToLegalAid})
		for id, want := range map[ident.ID]string{agreed: "AGREED", refused: "REFUSED"} {
			a, err := engine.Get[grid.Agreement](ctx, s.e, s.actor, access.ReadMatter, id)
			s.must(err)
			if got := a.Fact.Line().Status; got != want {
				t.Errorf("the agreement is %s, want %s", got, want)
			}
		}
	})
}
