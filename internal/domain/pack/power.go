package pack

import (
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/domain/power"
	"huying/internal/fault"
)

const powersFile = "powers.csv"

// powers reads powers.csv over those of the layer before: holder (a unit rule),
// code, name, basis, and optionally name_en, from, to, off. A line without a
// code is a function (职能): text that permits nothing.
func (l *layer) powers(bans []Ban, under []power.Row) []power.Row {
	out := slices.Clone(under)
	known := make([]string, 0, len(power.Codes)+1)
	for _, c := range power.Codes {
		known = append(known, string(c))
	}
	as := shape{must: []string{"holder", "code", "name", "basis"}, may: []string{"name_en", "from", "to", offColumn}, most: maxLines}
	l.table(powersFile, as, func(r row) {
		rule := r.rule("holder")
		p := power.Row{
			Level: rule.Level, Suffix: rule.Suffix, Name: r.must("name"), NameEN: r.text("name_en"), Basis: r.must("basis"),
			From: r.number("from"), To: r.number("to"),
		}
		if r.text("code") != "" {
			p.Code = power.Code(r.one("code", known...))
		}
		if rule == (duty.UnitRule{}) {
			r.wrong(fault.New(fault.Invalid, "pack.cell_empty", "holder"))
			return
		}
		if err := refuse(bans, banIndicator, string(p.Code), p.Name, p.NameEN); err != nil {
			r.wrong(err)
			return
		}
		same := func(o power.Row) bool {
			return o.Level == p.Level && o.Suffix == p.Suffix && o.Code == p.Code && (p.Code != "" || o.Name == p.Name)
		}
		switch i := slices.IndexFunc(out, same); {
		case r.yes(offColumn) && i < 0:
			r.wrong(fault.New(fault.Invalid, "pack.off_unknown", clip(string(p.Code)), ""))
		case r.yes(offColumn):
			out = slices.Delete(out, i, i+1)
		case i >= 0:
			out[i] = p
		default:
			out = append(out, p)
		}
	})
	return out
}

const rulesFile = "account.csv"

// EntryRule is one line of the positive or negative list (正面清单, 负面清单): what
// a unit is credited with or held to account for. Points are bounded by the
// score, and never for a person.
type EntryRule struct {
	Code   string
	List   string // POSITIVE, NEGATIVE
	Name   string
	NameEN string
	Points int
	Basis  string
}

// entryRules reads account.csv over those of the layer before.
func (l *layer) entryRules(bans []Ban, under []EntryRule) []EntryRule {
	out := slices.Clone(under)
	as := shape{must: []string{"code", "list", "name", "points", "basis"}, may: []string{"name_en"}, most: maxLines}
	l.table(rulesFile, as, func(r row) {
		e := EntryRule{
			Code: r.must("code"), List: r.one("list", "POSITIVE", "NEGATIVE"), Name: r.must("name"), NameEN: r.text("name_en"),
			Points: r.number("points"), Basis: r.must("basis"),
		}
		if err := refuse(bans, banIndicator, e.Code, e.Name, e.NameEN); err != nil {
			r.wrong(err)
			return
		}
		if i := slices.IndexFunc(out, func(o EntryRule) bool { return o.Code == e.Code }); i >= 0 {
			out[i] = e
			return
		}
		out = append(out, e)
	})
	return out
}

// EntryRule returns the rule of a code.
func (c *City) EntryRule(code string) (*EntryRule, bool) {
	i := slices.IndexFunc(c.EntryRules, func(r EntryRule) bool { return r.Code == code })
	if i < 0 {
		return nil, false
	}
	return &c.EntryRules[i], true
}
