package story

import (
	"slices"
	"testing"
	"time"

	"huying/internal/desk/roster"
	"huying/internal/domain/call"
	"huying/internal/domain/matter"
)

// GZ-26 四级综治中心: at night the street's centre is not staffed, so an urgent
// matter goes to the district's duty desk; by day the street has it.
func TestGZ26AtNightTheDistrictIsOnDuty(t *testing.T) {
	tell(t, func(h *world) {
		urgent := func() *affair {
			return h.takes(form{Form: call.Form{
				Text: "围墙歪了, 随时会倒", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234",
			}})
		}
		urgent().heldBy(wushan + "-ZH")

		h.until(at(11, 2, 0))
		m := urgent()
		m.heldBy(tianhe + "-ZH")
		if told := h.inbox(tianhe+"-ZH", m); !slices.Contains(told, "notice.night_duty") {
			t.Errorf("the district's desk was told %v", told)
		}
		night := h.desk(tianhe)
		night.verifies(m)
		night.triages(m, "大事", "险情")
		night.orders(m, tianhe+"-ZJ")
		m.is(matter.Ordered)

		// What can wait for the morning waits with the street.
		h.resident("何先生").calls("路面坑洼", "路面坑洼破损", wushan).heldBy(wushan + "-ZH")

		// A matter that a rule dispatches at night still has a unit at once.
		n := h.resident("何先生").calls("井盖不见了", "井盖缺失", wushan)
		n.is(matter.Ordered)
		n.heldBy(tianhe + "-ZJ")
		h.pass(time.Hour)
	})
}

// GZ-26: each of the four levels registers who watches. Where a shift is not
// filled, what cannot wait goes up to the next level that is there, at any hour.
func TestGZ26FourLevelsWithTheirRosters(t *testing.T) {
	tell(t, func(h *world) {
		d := roster.New(h.e)
		watch := func(by *who, role string, hours ...string) {
			in := roster.NewDuty{From: 20260310, To: 20260311}
			for _, day := range []int{20260310, 20260311} {
				for i := 0; i < len(hours); i += 2 {
					in.Shifts = append(in.Shifts, roster.Shift{Day: day, From: hours[i], To: hours[i+1], Post: by.code() + "/" + role})
				}
			}
			_, err := d.Register(ctx, by.cmd(), in)
			h.must(err)
		}
		watch(h.desk(community), "DISPATCHER", "08:30", "18:00")
		watch(h.desk(wushan), "DISPATCHER", "08:30", "14:00", "15:00", "18:00") // from two to three nobody
		watch(h.desk(tianhe), "DISPATCHER", "00:00", "14:30", "15:00", "24:00") // … and from half past two not here either
		watch(h.desk(city), "DISPATCHER", "00:00", "24:00")

		urgent := func() *affair {
			return h.takes(form{Form: call.Form{Text: "围墙歪了, 随时会倒", Place: community, Urgency: "EMERGENCY", Name: "陈女士", Phone: "19900001234"}})
		}
		for _, x := range []struct {
			hour, minute int
			desk         string
		}{{13, 59, wushan}, {14, 0, tianhe}, {14, 29, tianhe}, {14, 30, city}, {15, 0, wushan}} {
			h.until(at(10, x.hour, x.minute))
			urgent().heldBy(x.desk + "-ZH")
		}
		b, err := d.Board(ctx, h.desk(community).actor, community, h.now)
		h.must(err)
		var levels []string
		for _, s := range b.Desks {
			if s.Plan == nil || !s.Staffed {
				t.Errorf("%s: %+v", s.Unit.Code, s)
			}
			levels = append(levels, s.Unit.Code)
		}
		if want := []string{city + "-ZH", tianhe + "-ZH", wushan + "-ZH", community + "-JW"}; !slices.Equal(levels, want) {
			t.Errorf("the levels are %v, want %v", levels, want)
		}
	})
}
