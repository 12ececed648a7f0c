package oversee

import (
	"net/url"
	"strconv"
	"time"

	"huying/internal/desk/account"
	"huying/internal/domain/access"
	rules "huying/internal/domain/account"
	"huying/internal/domain/calendar"
	"huying/internal/domain/org"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// process is a unit's process part of a month with the orders behind it.
type process struct {
	*account.Running
	Orders []account.Counted
	Next   string
}

// process shows what a unit's month comes to and every order it counts (GZ-20):
// the reader's own of this month unless another is asked for.
func (p pages) process(r *frame.Request) error {
	unit, month := r.Actor.Unit, calendar.MonthOf(part.DayOf(r.Now))
	if name := r.Query("unit"); name != "" {
		unit = r.UnitCode(name)
	}
	if s := r.Query("month"); s != "" {
		t, err := time.Parse("2006-01", s)
		if err != nil {
			return fault.Field("month", "month.malformed", s)
		}
		month = calendar.MonthOf(part.DayOf(t))
	}
	var before ident.ID
	if s := r.Query("before"); s != "" {
		no, err := ident.ParseNumber(s)
		if err != nil {
			return err
		}
		before = no
	}
	x := process{}
	var err error
	if x.Running, err = p.Account.Running(r.Ctx, r.Actor, unit, month); err != nil {
		return err
	}
	if x.Orders, err = p.Account.Orders(r.Ctx, r.Actor, unit, month, before, one); err != nil {
		return err
	}
	if len(x.Orders) == one {
		q := url.Values{"unit": {unit}, "month": {calendar.MonthText(month)}, "before": {x.Orders[one-1].Order.ID.Number()}}
		x.Next = "/supervision/process?" + q.Encode()
	}
	return r.Page(r.T("oversee.process"), "supervision", processPage(r.View, x))
}

// orderPath is where the reader finds an order: among its own, or among those
// it oversees.
func orderPath(v *part.View, c *account.Counted) string {
	if c.Order.Debtor == v.Actor.Unit {
		return "/orders/" + c.Order.ID.Number()
	}
	return "/supervision/orders/" + c.Order.ID.Number()
}

// counting are the units that are offered, of those whose months the reader
// may see: those of towns only in the reader's own district, since a city has
// thousands. Others are found by typing their name.
func counting(v *part.View) []string {
	return v.UnitNames(func(u *org.Unit) bool {
		at, least := v.City.Territory.Address(u.Territory), org.District
		if at.District == v.Actor.At.District {
			least = org.Town
		}
		return access.Allow(v.Actor, access.ReadNumbers, access.Subject{Place: at}) == nil && u.Level.Rank() >= least.Rank()
	})
}

// tone is the look of a mark.
func tone(m rules.Mark) string {
	return map[rules.Mark]string{rules.InTime: "good", rules.FirstFix: "good", rules.TooLate: "red", rules.Red: "red", rules.Yellow: "yellow", rules.Letter: "yellow", rules.Blue: "wait"}[m]
}

func points(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }
