package numbers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/burden"
	"huying/internal/domain/calendar"
	"huying/internal/domain/grid"
	"huying/internal/domain/mandate"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/store"
)

// asked is one question to the registers: what is counted, and where and when.
type asked struct {
	of    string // what stands after the colon of a fact's book
	where engine.Where
	city  *pack.City
	today int
}

// books are the counts of pack.Books. "" is what no register has yet.
var books = map[string]func(v *store.View, q asked) (string, error){
	"BATCHES":       number[programme.Batch],
	"CLEANUPS":      total[burden.Cleanup],
	"COMMENTARIES":  number[programme.Commentary],
	"DOCUMENTS":     documents,
	"KEYWORK":       keyWork,
	"LAYERS":        layers,
	"LIST":          listed,
	"MEASURES":      total[programme.Programme],
	"PROMISE_YEARS": number[programme.PromiseList],
}

// Published returns what the registers of the running city give for those
// published figures of its pack that a book is named for, by code of the
// figure: counts of what was done, never of persons. Faults: place.unknown,
// access.denied.
func (d *Desk) Published(ctx context.Context, actor access.Actor, now time.Time) (map[string]string, error) {
	out := map[string]string{}
	city := d.e.City()
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		for _, f := range city.Facts {
			if f.Book == "" {
				continue
			}
			place := city.Root
			if f.Place != "" {
				place = f.Place
			}
			if _, _, err := d.scope(actor, place); err != nil {
				return err
			}
			a := city.Territory.Address(place)
			book, of, _ := strings.Cut(f.Book, ":")
			given, err := books[book](v, asked{of, engine.Where{District: a.District, Town: a.Town}, city, calendar.DayOf(now)})
			if err != nil {
				return err
			}
			out[f.Code] = given
		}
		return nil
	})
	return out, err
}

// chosen narrows a question to records of the status it names, if any.
func (q asked) chosen() engine.Where {
	w := q.where
	if q.of != "" {
		w.Status = []string{q.of}
	}
	return w
}

// number counts the records of a register.
func number[F register.Fact](v *store.View, q asked) (string, error) {
	_, n, err := engine.Sum[F](v, q.chosen())
	return strconv.FormatInt(n, 10), err
}

// total adds up the amounts of the records of a register.
func total[F register.Fact](v *store.View, q asked) (string, error) {
	sum, _, err := engine.Sum[F](v, q.chosen())
	return strconv.FormatInt(sum, 10), err
}

// layers counts the professional grids of today.
func layers(v *store.View, q asked) (string, error) {
	q.where.On = q.today
	return number[grid.Layer](v, q)
}

// documents counts the rules that the city keeps besides those of its pack.
func documents(v *store.View, q asked) (string, error) {
	_, n, err := engine.Sum[programme.Policy](v, q.where)
	return strconv.FormatInt(n, 10), err
}

// keyWork counts the items of a group of the catalogue: those of the pack and
// those that were added and hold today.
func keyWork(v *store.View, q asked) (string, error) {
	n := 0
	for _, k := range q.city.KeyWork {
		if k.Group == q.of {
			n++
		}
	}
	added, err := engine.Find[programme.KeyWork](v, engine.Where{On: q.today})
	for _, r := range added {
		if r.Fact.Group == q.of {
			n++
		}
	}
	return strconv.Itoa(n), err
}

// listed gives a count of the version of a list that is in force, such as
// "STREET_TASKS/2" for its second level, "…/LEAVES" or "…/LEADS" for the units
// that lead; "" if there is none.
func listed(v *store.View, q asked) (string, error) {
	kind, level, _ := strings.Cut(q.of, "/")
	w := q.where
	w.Status, w.On = []string{string(mandate.Published)}, q.today
	lists, err := engine.Find[mandate.List](v, w)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(lists, func(r register.Record[mandate.List]) bool { return string(r.Fact.Kind) == kind })
	if i < 0 {
		return "", nil
	}
	switch c := lists[i].Fact.Counts; level {
	case "LEAVES":
		return strconv.Itoa(c.Leaves), nil
	case "LEADS":
		return strconv.Itoa(c.Leads), nil
	default:
		if n, err := strconv.Atoi(level); err == nil && n >= 1 && n <= len(c.Levels) {
			return strconv.Itoa(c.Levels[n-1]), nil
		}
		return "", nil
	}
}
