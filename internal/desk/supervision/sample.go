package supervision

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// Sample draws closed matters of a week for a check (查).
type Sample struct {
	District string `json:"district" maxLength:"12"`
	Week     string `json:"week" maxLength:"8" doc:"ISO week, e.g. 2026-W11"`
	Checker  string `json:"checker" maxLength:"64" doc:"Unit that looks; it had no part in the matters"`
}

// Sampled is the result of a draw.
type Sampled struct {
	Week   string
	Closed int        // matters closed in the week
	Drawn  []ident.ID // matters to be checked, as orders of the checker
}

// Sample draws a share of the matters a district closed in a week and orders a
// unit that had no part in them to look whether they were truly solved. The
// draw follows from the week and the matters alone, so that nobody can choose:
// drawing again gives the same matters, and those already drawn stay drawn.
func (d *Desk) Sample(ctx context.Context, cmd engine.Command, in Sample) (*Sampled, error) {
	return d.sample(ctx, cmd, in, access.SampleAudit, in.Week)
}

// Redraw draws a week once more, in an order of its own that follows from
// again: the number under which two persons agreed that the first draw does
// not stand, so that still nobody can choose. What was drawn before stays
// drawn. The caller of this method has seen to the agreement.
func (d *Desk) Redraw(ctx context.Context, cmd engine.Command, in Sample, again string) (*Sampled, error) {
	return d.sample(ctx, cmd, in, access.RedoDraw, in.Week+"/"+again)
}

func (d *Desk) sample(ctx context.Context, cmd engine.Command, in Sample, action access.Action, name string) (*Sampled, error) {
	place := access.Subject{Place: d.e.City().Territory.Address(in.District)}
	if place.Place.District == "" {
		return nil, fault.Field("district", "place.unknown", in.District)
	}
	if err := access.Allow(cmd.Actor, action, place); err != nil {
		return nil, err
	}
	from, to, err := Week(in.Week)
	if err != nil {
		return nil, err
	}
	closed, err := d.closedBetween(ctx, place.Place.District, from, to)
	if err != nil {
		return nil, err
	}
	out := &Sampled{Week: in.Week, Closed: len(closed)}
	share := d.e.City().LimitsAt(in.District).Number(pack.SampleShare)
	most := (len(closed)*share + 999) / 1000
	for _, id := range d.e.Draw(name, closed) {
		if len(out.Drawn) == most {
			break
		}
		once := cmd // a matter is drawn once a week, however often the draw is asked for
		once.Key = "sample/" + name + "/" + id.Number()
		_, err := d.e.Act(ctx, once, "order_check", id, func(f *matter.File) error { return f.OrderCheck(in.Checker) })
		switch fault.Code(err) {
		case "", "check.open_already":
			out.Drawn = append(out.Drawn, id)
		case "verdict.judge_is_responder", "check.not_closed": // the next in the order of the draw takes its place
		default:
			return nil, err
		}
	}
	return out, nil
}

func (d *Desk) closedBetween(ctx context.Context, district string, from, to clock.Instant) ([]ident.ID, error) {
	var out []ident.ID
	err := d.e.DB().Read(ctx, func(v *store.View) (err error) {
		out, err = store.All(v, `SELECT id FROM matter WHERE district = ? AND closed_at >= ? AND closed_at < ? ORDER BY id`,
			func(r store.Scanner) (ident.ID, error) {
				var id int64
				err := r.Scan(&id)
				return ident.ID(id), err
			}, district, int64(from), int64(to))
		return err
	})
	return out, err
}

// SampleLastWeek draws for every district the week before the one of an
// instant, as the rule of the pack; the checker is the district's supervising
// unit. Districts without one are left out.
func (d *Desk) SampleLastWeek(ctx context.Context, now time.Time) (drawn int, err error) {
	year, week := now.In(ident.Zone).AddDate(0, 0, -7).ISOWeek()
	for place := range d.e.City().Territory.All() {
		if place.Kind != territory.District {
			continue // a pack may be one district, which then is its own root
		}
		checker := d.supervisor(place.Code)
		if checker == "" {
			continue
		}
		in := Sample{District: place.Code, Week: fmt.Sprintf("%04d-W%02d", year, week), Checker: checker}
		s, err := d.Sample(ctx, engine.Command{Actor: engine.RuleActor(), At: now}, in)
		if err != nil {
			return drawn, fmt.Errorf("sample %s of %s: %w", in.Week, place.Code, err)
		}
		drawn += len(s.Drawn)
	}
	return drawn, nil
}

// supervisor is the unit of a place whose post supervises.
func (d *Desk) supervisor(place string) string {
	for _, unit := range d.e.City().Org.Serving(place) {
		for _, p := range d.e.City().Org.Posts(unit) {
			if p.Role == org.Supervisor {
				return unit
			}
		}
	}
	return ""
}

// Week returns the instants an ISO week such as "2026-W11" begins and ends at,
// in Beijing time. Fault: week.malformed.
func Week(s string) (from, to clock.Instant, err error) {
	wrong := fault.Field("week", "week.malformed", s)
	year, rest, ok := strings.Cut(s, "-W")
	y, err1 := strconv.Atoi(year)
	w, err2 := strconv.Atoi(rest)
	if !ok || err1 != nil || err2 != nil || len(year) != 4 || len(rest) != 2 || y < 2000 || y > 2200 || w < 1 || w > 53 {
		return 0, 0, wrong
	}
	fourth := dateOf(y, 1, 4) // always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(w-1))
	if ny, nw := monday.ISOWeek(); ny != y || nw != w {
		return 0, 0, wrong
	}
	return clock.At(monday), clock.At(monday.AddDate(0, 0, 7)), nil
}

func dateOf(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, ident.Zone)
}
