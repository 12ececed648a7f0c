package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/power"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
)

// YT-03 特派员: an enterprise's call reaches the post assigned to it within the
// hour; when nobody is assigned it falls back to the desk.
func TestYT03AnEnterprisesCallReachesItsLiaison(t *testing.T) {
	in(t, "yangtun", func(h *hall) {
		town, office := "320322102", "320322102-JJB"
		i := slices.IndexFunc(h.city.Org.Posts(office), func(p *org.Post) bool { return p.Role == org.Agent })
		if i < 0 {
			t.Fatal("the town has no post of a special liaison")
		}
		post := h.city.Org.Posts(office)[i].Code
		desk := h.desk(town)
		call := func() *affair {
			return &affair{h.world, h.done(h.power.EnterpriseCall(ctx, desk.cmd(), power.EnterpriseCall{
				Enterprise: "杨屯机械厂", Place: town, Text: "车间用电增容卡了两周", Name: "李厂长", Phone: "19900004455",
			}))}
		}
		before := call()
		before.is(matter.Received)
		before.heldBy(desk.code())

		liaison := h.done(h.power.Link(ctx, h.organiser("320322-DW").cmd(), power.Link{Kind: "ENTERPRISE", Post: post, Place: town, Enterprise: "杨屯机械厂"}))
		m := call()
		o := m.now().Orders[0]
		due := o.Clocks.Last(clock.Respond)
		if o.Debtor != office || o.DebtorPost != post || due.Due.Time().Sub(h.now).Hours() > 1 {
			t.Errorf("the order: %s of %s due %v", o.Debtor, o.DebtorPost, due.Due.Time())
		}
		if c := h.unit(office).readsContact(m, "回电"); c.Phone != "19900004455" {
			t.Errorf("the liaison cannot call back: %+v", c)
		}
		h.answersTask(h.unit(office), m.id, "已带供电所上门, 下周完成增容")
		desk.accepts(m, office)
		m.is(matter.Closed)

		h.done(h.power.Unlink(ctx, h.organiser("320322-DW").cmd(), liaison, power.Unlink{}))
		h.pass(24 * time.Hour)
		after := call()
		after.heldBy(desk.code())
	})
}
