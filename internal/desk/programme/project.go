package programme

import (
	"context"
	"strconv"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewProject is a project in its first known stage.
type NewProject struct {
	Title      string `json:"title" maxLength:"200"`
	Kind       string `json:"kind" maxLength:"40" doc:"As the body names it, such as 老旧小区微改造"`
	Owner      string `json:"owner,omitempty" maxLength:"64" doc:"Unit that builds"`
	Stage      string `json:"stage" enum:"EARLY,BUILDING,FINISHED"`
	Day        string `json:"day" maxLength:"10" doc:"Since when it is in that stage"`
	Households int64  `json:"households,omitempty" minimum:"0"`
	People     int64  `json:"people,omitempty" minimum:"0"`
}

// AddProject keeps a project (GZ-34).
func (d *Desk) AddProject(ctx context.Context, cmd engine.Command, in NewProject) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "add_project", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		p := programme.Project{
			Body: u.Code, Count: 1, District: place.District, Households: in.Households, Kind: in.Kind, Owner: in.Owner, People: in.People, Title: in.Title,
			Town: place.Town,
		}
		var wrong fault.List
		wrong.Add(matter.Words("title", in.Title, true))
		wrong.Add(matter.Words("kind", in.Kind, true))
		if in.Owner != "" && !known(b)(in.Owner) {
			wrong.Add(fault.Field("owner", "unit.unknown", in.Owner))
		}
		wrong.Add(p.Move(in.Stage, day(in.Day)))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "begin", &p)
	})
}

// Moved puts a project into its next stage.
type Moved struct {
	Stage string `json:"stage" enum:"EARLY,BUILDING,FINISHED"`
	Day   string `json:"day" maxLength:"10"`
}

// MoveProject puts a project into its next stage.
func (d *Desk) MoveProject(ctx context.Context, cmd engine.Command, id ident.ID, in Moved) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "move_project", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, "move", id, func(p *programme.Project) error {
			if err := own(b, p.Body); err != nil {
				return err
			}
			if p.Source != "" {
				return fault.New(fault.Conflict, "project.is_a_statistic", p.Source)
			}
			return p.Move(in.Stage, day(in.Day))
		})
	})
}

// statistics are the figures of a pack that count projects without naming
// them, with the stage that each counts.
var statistics = map[string]string{"EARLY": programme.Early, "NOW": programme.Building, "DONE": programme.Finished}

// LoadStatistics keeps the dated figures about projects that the pack
// publishes, each with its source and date, so that a report of that date
// gives them. The facts are those whose code ends in _PROJECTS_ and a stage.
// Faults: project.no_statistics, record.key_taken.
func (d *Desk) LoadStatistics(ctx context.Context, cmd engine.Command, _ struct{}) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "load_projects", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		var first ident.ID
		homes, people := figure(b.City(), "_PROJECT_HOMES"), figure(b.City(), "_PROJECT_PEOPLE")
		for _, f := range Published(b.City()) {
			n, err := strconv.ParseInt(f.Value, 10, 64)
			if err != nil {
				return 0, err
			}
			stage := stageOf(f.Code)
			p := programme.Project{
				Body: u.Code, Count: n, District: place.District, Kind: f.Mechanism, Source: f.Source + " " + f.Date, Title: f.Name, Town: place.Town,
				Stages: []programme.Stage{{Day: day(f.Date), Stage: stage}},
			}
			if stage == programme.Finished { // who benefits is told of all of them, once
				p.Households, p.People = homes, people
			}
			id, err := engine.Enter(b, "load", &p)
			if err != nil {
				return 0, err
			}
			if first == 0 {
				first = id
			}
		}
		if first == 0 {
			return 0, fault.New(fault.Conflict, "project.no_statistics")
		}
		return first, nil
	})
}

// Published are the dated figures of a pack that count projects.
func Published(city *pack.City) (out []pack.Fact) {
	for _, f := range city.Facts {
		if _, err := strconv.ParseInt(f.Value, 10, 64); err == nil && f.Kind == pack.Dated && stageOf(f.Code) != "" {
			out = append(out, f)
		}
	}
	return out
}

// stageOf is the stage that a figure counts, "" if it counts no projects.
func stageOf(code string) string {
	for end, stage := range statistics {
		if hasEnd(code, "_PROJECTS_"+end) {
			return stage
		}
	}
	return ""
}

func hasEnd(code, end string) bool { return len(code) > len(end) && code[len(code)-len(end):] == end }

func figure(city *pack.City, end string) int64 {
	for _, f := range city.Facts {
		if n, err := strconv.ParseInt(f.Value, 10, 64); err == nil && hasEnd(f.Code, end) {
			return n
		}
	}
	return 0
}

// Projects lists the projects the actor may read, the newest first.
func (d *Desk) Projects(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Project], error) {
	return list[programme.Project](ctx, d, actor, w)
}

// RollUp returns how the projects the actor may read stood on a day.
func (d *Desk) RollUp(ctx context.Context, actor access.Actor, on int) (programme.Rollup, error) {
	if !calendar.IsDay(on) {
		return programme.Rollup{}, fault.Field("day", "project.day_wrong", on)
	}
	var all []programme.Project
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		all = all[:0]
		for after := ident.ID(0); ; {
			rows, err := engine.Find[programme.Project](v, engine.Where{May: &actor, Action: access.ReadProgrammes, Oldest: true, After: after, Limit: MostRows})
			if err != nil {
				return err
			}
			for _, r := range rows {
				all, after = append(all, r.Fact), r.ID
			}
			if len(rows) < MostRows {
				return nil
			}
		}
	})
	return programme.RollUp(all, on), err
}
