package oversee

import (
	"encoding/json"
	"time"

	"huying/internal/domain/person"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// mostExcluded is how many exclusions one proposal may decide, and agreeLasts
// how long another person has to agree.
const (
	mostExcluded = 200
	agreeLasts   = 7 * 24 * time.Hour
)

// Excluding is what a proposal to decide many exclusions carries.
type Excluding struct {
	Matters []string `json:"matters"` // numbers
	Grant   bool     `json:"grant"`
	Note    string   `json:"note"`
}

// proposeExclusions asks a second person to agree to decide several exclusions
// alike: what one may decide one by one, nobody decides alone by the dozen.
func (p pages) proposeExclusions(r *frame.Request) error {
	in := Excluding{Matters: r.Texts("no"), Grant: granted(r), Note: r.Text("note")}
	switch {
	case len(in.Matters) == 0:
		r.Fault(fault.Field("no", "exclusion.none_ticked"))
	case len(in.Matters) > mostExcluded:
		r.Fault(fault.Field("no", "exclusion.too_many_ticked", len(in.Matters), mostExcluded))
	}
	if in.Note == "" {
		r.Fault(fault.Field("note", "text.missing", "note"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	for _, number := range in.Matters {
		no, err := ident.ParseNumber(number)
		if err != nil {
			return err
		}
		s, err := p.Engine.Read(r.Ctx, r.Actor, no)
		if err != nil {
			return err
		}
		if x := s.M.Excluded; x == nil || x.State != "ASKED" {
			return fault.New(fault.Conflict, "exclusion.none_asked")
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	place := r.Actor.At.Leaf()
	if _, err := p.People.Propose(r.Ctx, r.By(), person.BulkExclusion, place, in.Note, body, r.Now.Add(agreeLasts), r.Now); err != nil {
		return err
	}
	return r.Go("/proposals")
}
