package pack

import (
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/domain/establishment"
	"huying/internal/fault"
)

const establishmentFile = "establishment.csv"

// establishment reads establishment.csv over that of the layer before: unit (a
// unit rule), kind, authorised, filled, basis. It is what each unit begins
// with; movements of the register come after it.
func (l *layer) establishment(under []establishment.Row) []establishment.Row {
	out := slices.Clone(under)
	var known []string
	for _, k := range establishment.Kinds {
		known = append(known, string(k))
	}
	l.table(establishmentFile, shape{must: []string{"unit", "kind", "authorised", "filled", "basis"}, most: maxLines}, func(r row) {
		rule := r.rule("unit")
		x := establishment.Row{
			Level: rule.Level, Suffix: rule.Suffix, Kind: establishment.Kind(r.one("kind", known...)), Basis: r.must("basis"),
			Stock: establishment.Stock{Authorised: r.number("authorised"), Filled: r.number("filled")},
		}
		if rule == (duty.UnitRule{}) {
			r.wrong(fault.New(fault.Invalid, "pack.cell_empty", "unit"))
			return
		}
		if x.Authorised < 0 || x.Authorised > establishment.Most || x.Filled < 0 || x.Free() < 0 {
			r.wrong(fault.New(fault.Invalid, "pack.establishment_filled", x.Authorised, x.Filled))
			return
		}
		same := func(o establishment.Row) bool { return o.Level == x.Level && o.Suffix == x.Suffix && o.Kind == x.Kind }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = x
			return
		}
		out = append(out, x)
	})
	return out
}
