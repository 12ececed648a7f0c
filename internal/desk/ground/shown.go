package ground

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// points reads the points of a line, each a longitude and a latitude with a
// comma between. Fault: line.point_malformed.
func points(list []string) (orb.LineString, error) {
	var out orb.LineString
	for _, text := range list {
		x, y, _ := strings.Cut(strings.ReplaceAll(text, "，", ","), ",")
		lon, wrongX := strconv.ParseFloat(strings.TrimSpace(x), 64)
		lat, wrongY := strconv.ParseFloat(strings.TrimSpace(y), 64)
		if wrongX != nil || wrongY != nil {
			return nil, fault.Field("line", "line.point_malformed", text)
		}
		out = append(out, orb.Point{lon, lat})
	}
	return out, nil
}

// Sketched is a split as it was drawn, with where it does not fit.
type Sketched struct {
	Old  *territory.Place
	New  []*territory.Place
	Lies territory.Report // of all grids of the community
}

// Sketch shows a split that PreviewChange refuses for a hole or an overlap, so
// that whoever drew it sees where. Faults: those of PlanChange but for these.
func (d *Desk) Sketch(_ context.Context, actor access.Actor, in NewChange, now time.Time) (*Sketched, error) {
	c, err := d.outline(actor, in, now)
	if err != nil {
		return nil, err
	}
	after, lies, err := c.Sketch(d.e.City().Territory)
	if err != nil {
		return nil, err
	}
	out := &Sketched{Lies: lies}
	out.Old, _ = after.Place(c.Grids[0])
	for _, heir := range out.Old.Heirs {
		p, _ := after.Place(heir)
		out.New = append(out.New, p)
	}
	return out, nil
}

// Planned is a change as it stands, with what it does.
type Planned struct {
	Preview
	Record register.Record[grid.Change]
	Unfit  error // why it does not fit the structure in force any more, nil if it does
}

// Change returns a change that actor may see. Fault: record.not_found.
func (d *Desk) Change(ctx context.Context, actor access.Actor, id ident.ID) (*Planned, error) {
	r, err := engine.Get[grid.Change](ctx, d.e, actor, access.ReadGround, id)
	if err != nil {
		return nil, err
	}
	out := &Planned{Record: *r}
	out.Preview.Change = r.Fact
	tree := d.e.City().Territory
	made := false // by now the new grids are in force
	for _, code := range r.Fact.Grids {
		p, ok := tree.Place(code)
		if !ok {
			out.Unfit = fault.New(fault.NotFound, "place.unknown", code)
			return out, nil
		}
		out.Before = append(out.Before, p)
	}
	for _, code := range r.Fact.Heirs {
		_, known := tree.Place(code)
		made = made || known
	}
	after := tree
	if !made {
		if after, out.Unfit = r.Fact.Apply(tree); out.Unfit != nil {
			return out, nil
		}
	}
	for _, code := range r.Fact.Heirs {
		if p, ok := after.Place(code); ok {
			out.After = append(out.After, p)
		}
	}
	err = d.e.DB().Read(ctx, func(v *store.View) (err error) {
		_, out.Matters, err = openIn(v, &out.Record.Fact)
		return err
	})
	return out, err
}

// Layers lists the professional grids that actor may see, of a town if one is
// named.
func (d *Desk) Layers(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]register.Record[grid.Layer], error) {
	return listedOf[grid.Layer](ctx, d, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
}

// Devices lists the devices that actor may see, of a town if one is named.
func (d *Desk) Devices(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]register.Record[grid.Device], error) {
	return listedOf[grid.Device](ctx, d, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
}

// Agreements lists the agreements that actor may see, of a town if one is named.
func (d *Desk) Agreements(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) ([]register.Record[grid.Agreement], error) {
	return listedOf[grid.Agreement](ctx, d, engine.Where{May: &actor, Action: access.ReadGround, Town: town, Before: before, Limit: limit})
}

func listedOf[F register.Fact](ctx context.Context, d *Desk, w engine.Where) (out []register.Record[F], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[F](v, w)
		return err
	})
	return out, err
}

// Description is what the public may know of a device.
type Description struct {
	Where     string `json:"where,omitempty" maxLength:"500"`
	Purpose   string `json:"purpose,omitempty" maxLength:"500"`
	Basis     string `json:"basis,omitempty" maxLength:"500"`
	Keeps     int    `json:"keeps,omitempty" minimum:"0" maximum:"30" doc:"Days that records are kept, at most 30"`
	Published bool   `json:"published,omitempty" doc:"Its place is on the public notice"`
	Threshold int64  `json:"threshold,omitempty" minimum:"0" doc:"Of a reading: below it nothing is kept"`
}

// Describe completes or corrects what is said of a device. One that runs stops
// if it would not be let run by what is said now. Faults: record.not_found,
// text.too_long, device.threshold_malformed, device.forbidden, access.denied.
func (d *Desk) Describe(ctx context.Context, cmd engine.Command, id ident.ID, in Description) (ident.ID, error) {
	return d.device(ctx, cmd, "describe", id, func(x *grid.Device) error {
		if err := forbidden(d.e.City(), x.Code, in.Purpose, in.Where); err != nil {
			return err
		}
		for field, text := range map[string]string{"where": in.Where, "purpose": in.Purpose, "basis": in.Basis} {
			if err := matter.Words(field, text, false); err != nil {
				return err
			}
		}
		x.Where, x.Purpose, x.Basis, x.Keeps, x.Published, x.Threshold = in.Where, in.Purpose, in.Basis, in.Keeps, in.Published, in.Threshold
		if err := x.Check(); err != nil {
			return err
		}
		if ran := x.Active; ran {
			x.Active = x.Activate() == nil
		}
		return nil
	})
}

// Done returns the matters that the rounds of a segment raised and that are
// closed by now, as far as actor may see them: whose work may be rated.
func (d *Desk) Done(ctx context.Context, actor access.Actor, t *Tab) (out []*engine.State, err error) {
	var ids []ident.ID
	for _, r := range t.Rounds {
		ids = append(ids, r.Fact.Findings...)
	}
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out = nil
		states, err := d.e.States(v, ids)
		for _, s := range states {
			if s.By = actor; !s.M.Status.Open() && access.Allow(actor, access.ReadMatter, s.Subject(nil)) == nil {
				out = append(out, s)
			}
		}
		return err
	})
	return out, err
}
