package programme

import (
	"context"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewDocument is a policy document with its first version.
type NewDocument struct {
	Code   string   `json:"code" maxLength:"40"`
	Title  string   `json:"title" maxLength:"200"`
	Number string   `json:"number,omitempty" maxLength:"80" doc:"As the document is numbered by whoever issued it"`
	Rules  []string `json:"rules,omitempty" doc:"Items of the duty list that stand on it"`
	NewVersion
}

// NewVersion is a version of a document.
type NewVersion struct {
	Version string `json:"version" maxLength:"40"`
	From    string `json:"from" maxLength:"10" doc:"In force from this day on"`
	Hash    string `json:"hash" maxLength:"64" doc:"SHA-256 of the file, hex"`
	Note    string `json:"note,omitempty"`
}

func (v NewVersion) version() programme.Version {
	return programme.Version{From: day(v.From), Hash: v.Hash, Note: v.Note, Version: v.Version}
}

// KeepDocument enters a policy document of the actor's body with its first
// version and the rules that stand on it (YT-32). Faults:
// document.rule_unknown, record.key_taken, and those of Policy.Revise.
func (d *Desk) KeepDocument(ctx context.Context, cmd engine.Command, in NewDocument) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "keep_document", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		p := programme.Policy{Body: u.Code, Code: in.Code, District: place.District, Number: in.Number, Title: in.Title, Town: place.Town}
		if len(in.Rules) > 0 {
			p.Rules = in.Rules
		}
		var wrong fault.List
		wrong.Add(matter.Words("code", in.Code, true))
		wrong.Add(matter.Words("title", in.Title, true))
		for _, code := range in.Rules {
			if _, ok := b.City().Duty.Leaf(code); !ok {
				wrong.Add(fault.Field("rules", "document.rule_unknown", code, b.City().Duty.Nearest(code)))
			}
		}
		wrong.Add(p.Revise(in.version()))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "keep", &p)
	})
}

// ReviseDocument adds a version of a document; the earlier ones stay.
func (d *Desk) ReviseDocument(ctx context.Context, cmd engine.Command, id ident.ID, in NewVersion) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "revise_document", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "revise", id, func(p *programme.Policy) error {
			if err := own(b, p.Body); err != nil {
				return err
			}
			return p.Revise(in.version())
		})
	})
}

// Paper is a document that rules stand on.
type Paper struct {
	Code, Title, Number, Version string
	Record                       ident.ID // zero: of the pack
	Rules                        []string // items of the duty list that cite it
}

// Papers returns every document that a rule of the city stands on on a day:
// those of the pack, and those that bodies keep, with the version in force.
func (d *Desk) Papers(ctx context.Context, actor access.Actor, on int) ([]Paper, error) {
	if !access.Could(actor, access.ReadProgrammes) {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ReadProgrammes))
	}
	city := d.e.City()
	citing := map[string][]string{}
	for _, leaf := range city.Duty.Leaves() {
		for _, code := range city.CitedBy(leaf) {
			citing[code] = append(citing[code], leaf.Code)
		}
	}
	var out []Paper
	for _, x := range city.Documents {
		out = append(out, Paper{Code: x.Code, Title: x.Title, Number: x.Number, Version: x.Version, Rules: citing[x.Code]})
	}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		kept, err := engine.Find[programme.Policy](v, engine.Where{May: &actor, Action: access.ReadProgrammes, Oldest: true})
		for _, k := range kept {
			f := k.Fact
			now, _ := f.On(on)
			out = append(out, Paper{Code: f.Code, Title: f.Title, Number: f.Number, Version: now.Version, Record: k.ID, Rules: f.Rules})
		}
		return err
	})
	return out, err
}
