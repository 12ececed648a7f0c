package burden

import (
	"slices"

	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Blank is one field of a form.
type Blank struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Share is what became of a demand at one receiver: the matter by which it is
// asked, and the fields that were served from what is held.
type Share struct {
	Matter ident.ID `json:"matter,omitempty"`
	Served []string `json:"served,omitempty"`
	Unit   string   `json:"unit"`
}

// Demand is one form, meeting or check that an upper unit asks of some towns or
// villages.
type Demand struct {
	Basis   string            `json:"basis"`
	Day     int               `json:"day"`
	Fields  []Blank           `json:"fields,omitempty"`
	Issuer  string            `json:"issuer"`
	Item    string            `json:"item"`
	Kind    Kind              `json:"kind"`
	Minutes int               `json:"minutes"`
	Name    string            `json:"name"`
	Place   territory.Address `json:"place"`
	Shares  []Share           `json:"shares,omitempty"`
}

// DemandRegister is the register of demands.
const DemandRegister register.Name = "DEMAND"

// Line tells the columns.
func (d Demand) Line() register.Line {
	return register.Line{Register: DemandRegister, Place: d.Place, Unit: d.Issuer, Status: string(d.Kind), From: d.Day, Amount: int64(len(d.Shares))}
}

// mostBlanks bounds the fields of a form.
const mostBlanks = 100

// Check asks for a kind and, of a form, for its fields: what is held already
// cannot be served to a form that does not say what it asks. Faults:
// burden.kind_unknown, form.fields_missing, form.too_many_fields,
// form.field_twice, text.missing.
func (d *Demand) Check() error {
	if !slices.Contains(Demands, d.Kind) {
		return fault.Field("kind", "burden.kind_unknown", string(d.Kind))
	}
	if d.Kind == Form && len(d.Fields) == 0 {
		return fault.Field("fields", "form.fields_missing")
	}
	if len(d.Fields) > mostBlanks {
		return fault.Field("fields", "form.too_many_fields", len(d.Fields), mostBlanks)
	}
	seen := map[string]bool{}
	for _, b := range d.Fields {
		if b.Code == "" || b.Name == "" {
			return fault.Field("fields", "text.missing", "fields")
		}
		if seen[b.Code] {
			return fault.Field("fields", "form.field_twice", b.Code)
		}
		seen[b.Code] = true
	}
	return nil
}
