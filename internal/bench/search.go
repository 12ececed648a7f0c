package bench

import (
	"context"
	"time"

	"huying/internal/desk/search"
	"huying/internal/domain/access"
	"huying/internal/ident"
)

// questions returns what is asked of the search box: frequent and rare words,
// and words that are never together, of actors who see everything, a town, and
// what one unit takes part in.
func (c *city) questions(who readers) []reading {
	desk := search.New(c.Engine)
	ask := func(by access.Actor, q string, needed bool) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			found, err := desk.Find(ctx, by, q, 0, rows, c.until.Add(time.Hour))
			if err != nil {
				return 0, err
			}
			n := len(found.Matters) + len(found.Numbers) + len(found.Places) + len(found.Units)
			if !needed {
				n++
			}
			return n, nil
		}
	}
	var out []reading
	for name, q := range map[string]string{
		"word": "噪音", "words": "夜间 施工", "character": "水", "apart": "噪音 路灯 污水", "absent": "独角兽", "place": "天河", "long": "请尽快派人到现场处理",
	} {
		needed := name == "place"
		for who, by := range map[string]access.Actor{"city": who.city, "town": who.town, "unit": who.debtor} {
			out = append(out, reading{"search_" + name + "_" + who, ask(by, q, needed)})
		}
	}
	no := ident.ID(c.base[len(c.base)/2].id).Number()
	return append(out,
		reading{"search_number", ask(who.city, no, true)},
		reading{"search_number_month", ask(who.city, no[:6], true)},
		reading{"search_number_end", ask(who.city, no[9:], true)},
		reading{"search_number_unit", ask(who.debtor, no[:6], false)},
	)
}
