package programme

import (
	"context"
	"strings"

	"huying/internal/domain/access"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// NewProgramme is a plan with its measures, each with one lead and a date.
type NewProgramme struct {
	Code     string `json:"code" maxLength:"40"`
	Title    string `json:"title" maxLength:"200"`
	Measures []Duty `json:"measures"`
}

// StartProgramme keeps a plan and assigns its measures (LH-05): all of them,
// or none. Faults: those of the measures with their lines, record.key_taken.
func (d *Desk) StartProgramme(ctx context.Context, cmd engine.Command, in NewProgramme) (ident.ID, error) {
	return d.startProgramme(ctx, cmd, in.Code, in.Title, "measures", func(b *engine.Bundle) ([]programme.Duty, error) { return duties(b.City(), in.Measures), nil })
}

// ImportProgramme is StartProgramme with the measures of a CSV or XLSX file.
// Every line that is wrong is told at once, and nothing is kept then. Faults
// besides: measures.file_empty, measures.file_unreadable,
// measures.column_missing.
func (d *Desk) ImportProgramme(ctx context.Context, cmd engine.Command, code, title string, file []byte) (ident.ID, error) {
	return d.startProgramme(ctx, cmd, code, title, "file", func(b *engine.Bundle) ([]programme.Duty, error) {
		return readDuties(file, unitNamed(b.City()))
	})
}

func (d *Desk) startProgramme(ctx context.Context, cmd engine.Command, code, title, name string, read func(*engine.Bundle) ([]programme.Duty, error)) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "start_programme", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		measures, err := read(b)
		if err != nil {
			return 0, err
		}
		var wrong fault.List
		wrong.Add(matter.Words("code", code, true))
		wrong.Add(matter.Words("title", title, true))
		wrong.Add(programme.Check(name, measures, b.Today(), known(b)))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		p := programme.Programme{
			Body: u.Code, Code: strings.TrimSpace(code), District: place.District, From: b.Today(), Measures: measures, Title: title, Town: place.Town,
		}
		for _, m := range measures {
			p.To = max(p.To, m.Due)
		}
		id, err := engine.Enter(b, "start", &p)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: name, kind: matter.Measure, about: id, place: place, basis: title}, measures)
	})
}

// Programmes lists the programmes the actor may read, the newest first.
func (d *Desk) Programmes(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Programme], error) {
	return list[programme.Programme](ctx, d, actor, w)
}

// Programme returns a programme.
func (d *Desk) Programme(ctx context.Context, actor access.Actor, id ident.ID) (*Noted[programme.Programme], error) {
	return read[programme.Programme](ctx, d, actor, id)
}

// unitNamed returns the code of a unit that is named by code or by name; a
// word that names none, or several, stays as it is, to be told in the fault.
func unitNamed(city *pack.City) func(string) string {
	var byName map[string]string // made when the first name is asked for
	return func(s string) string {
		s = strings.TrimSpace(s)
		if _, ok := city.Org.Unit(s); ok || s == "" {
			return s
		}
		if byName == nil {
			byName = namesOf(city)
		}
		if code := byName[s]; code != "" {
			return code
		}
		return s
	}
}

// namesOf are the codes of units by their names in both languages; a name that
// several have stands for none.
func namesOf(city *pack.City) map[string]string {
	out := map[string]string{}
	for _, code := range city.Org.Units() {
		u, ok := city.Org.Unit(code)
		if !ok {
			continue
		}
		for _, name := range []string{u.Name, u.NameEN} {
			if other, twice := out[name]; twice && other != code {
				out[name] = ""
				continue
			}
			out[name] = code
		}
	}
	return out
}
