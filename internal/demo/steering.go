package demo

import (
	"context"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/programme"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/engine"
	"huying/internal/ident"
)

// steering plays a little of what the city's coordination body does: this
// week's batch or a programme, some of it answered and judged, the month's
// review begun, and the published figures about projects.
type steering struct {
	e    *engine.Engine
	city *pack.City
	now  time.Time
}

func (s *steering) run(ctx context.Context) error {
	chair, ok := s.chair()
	units := s.departments(chair.Unit)
	if !ok || len(units) < 3 {
		return nil // a pack with too few units has nobody to steer
	}
	d, cmd := programme.New(s.e), engine.Command{Actor: chair, At: s.now}
	due := s.now.In(ident.Zone).AddDate(0, 0, 7).Format(time.DateOnly)
	key := ""
	if len(s.city.KeyWork) > 0 {
		key = s.city.KeyWork[0].Code
	}
	tasks := []programme.Duty{
		{Title: "排查不规范标牌", Lead: units[0], Due: due, Deliverable: "清理台账", Key: key},
		{Title: "精简上报表格", Lead: units[1], Co: []string{units[0]}, Due: due, Deliverable: "精简清单", Key: key},
		{Title: "疑难诉求集中会办", Lead: units[2], Due: due, Deliverable: "会办纪要", Key: key},
	}
	var made ident.ID
	var err error
	if s.city.On("batch", s.city.Root) {
		made, err = d.IssueBatch(ctx, cmd, programme.NewBatch{Tasks: tasks})
	} else {
		made, err = d.StartProgramme(ctx, cmd, programme.NewProgramme{Code: "ZX-01", Title: "基层减负专项", Measures: tasks})
	}
	if err != nil {
		return err
	}
	if err := s.answer(ctx, d, chair, made); err != nil {
		return err
	}
	day := s.now.In(ident.Zone)
	if _, err := d.OpenCommentary(ctx, cmd, programme.Month{Month: day.Year()*100 + int(day.Month())}); err != nil {
		return err
	}
	for _, f := range s.city.Facts {
		if f.Mechanism == "GZ-34" && f.Kind == pack.Dated {
			_, err := d.LoadStatistics(ctx, cmd, struct{}{})
			return err
		}
	}
	return nil
}

// answer lets the first unit answer and be judged, and the last answer.
func (s *steering) answer(ctx context.Context, d *programme.Desk, chair access.Actor, record ident.ID) error {
	tasks, err := d.Tasks(ctx, record, s.now)
	if err != nil {
		return err
	}
	out := dispatch.New(s.e)
	for i, t := range tasks {
		if i == 1 {
			continue // one is still being worked on
		}
		unit, err := registry.ActorOf(s.city, t.Unit, org.Handler)
		if err != nil {
			return err
		}
		if _, err := out.Respond(ctx, engine.Command{Actor: unit, At: s.now}, t.Order.ID, dispatch.Respond{Text: "已完成，成果已报送"}); err != nil {
			return err
		}
		if i > 0 {
			continue
		}
		if _, err := out.JudgeOrder(ctx, engine.Command{Actor: chair, At: s.now}, t.Order.ID, dispatch.JudgeOrder{Done: true}); err != nil {
			return err
		}
	}
	return nil
}

// chair is who speaks for the city's coordination body, or for its command
// centre where there is none.
func (s *steering) chair() (access.Actor, bool) {
	centre, _ := s.city.Org.Centre(s.city.Root)
	for _, code := range append(s.city.Org.Serving(s.city.Root), centre) {
		u, ok := s.city.Org.Unit(code)
		if !ok || u.Kind != org.CoordinationBody && code != centre {
			continue
		}
		for _, role := range []org.Role{org.Supervisor, org.Leader} {
			if a, err := registry.ActorOf(s.city, code, role); err == nil {
				return a, true
			}
		}
	}
	return access.Actor{}, false
}

// departments are some departments of the city besides a unit.
func (s *steering) departments(besides string) (out []string) {
	for _, code := range s.city.Org.Serving(s.city.Root) {
		if u, ok := s.city.Org.Unit(code); ok && u.Kind == org.Department && code != besides && len(out) < 3 {
			out = append(out, code)
		}
	}
	return out
}
