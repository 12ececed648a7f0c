package ground

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/calendar"
	"huying/internal/domain/call"
	"huying/internal/domain/grid"
	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/store"
)

// NewScene is what a device saw, or what somebody saw who looked through it.
type NewScene struct {
	Kind    string    `json:"kind" maxLength:"32" doc:"SMOKE, FIRE, WATER, RUBBISH, CROWDING, BLOCKED, NOISE, AIR; nothing that knows persons"`
	Value   int64     `json:"value,omitempty" minimum:"0" doc:"A reading or a count"`
	At      time.Time `json:"at,omitempty" doc:"When it was seen; now if not said"`
	Picture string    `json:"picture,omitempty" maxLength:"900000" doc:"JPEG or PNG in base64; deleted with the scene"`
}

// See keeps what an active device saw, until a person confirms it (LN-13,
// YT-22). A reading below the device's threshold is refused and not kept. Faults:
// record.not_found, scene.picture_refused and those of grid.CheckScene.
func (d *Desk) See(ctx context.Context, cmd engine.Command, device ident.ID, in NewScene) (ident.ID, error) {
	picture, media, err := pictureOf(in.Picture)
	if err != nil {
		return 0, err
	}
	id, err := d.e.Together(ctx, cmd, "see", func(b *engine.Bundle) (ident.ID, error) {
		x, err := engine.Peek[grid.Device](b, device)
		if err != nil {
			return 0, err
		}
		if err := access.Allow(b.Actor(), access.Patrol, access.Subject{Place: x.Place, Units: []string{x.Owner}}); err != nil {
			return 0, err
		}
		at := in.At
		if at.IsZero() {
			at = b.Now().Time()
		}
		s := &grid.Scene{
			At: at.UnixMicro(), Day: calendar.DayOf(at), Device: device, Kind: in.Kind, Place: x.Place, Status: grid.SceneSeen, Unit: x.Owner, Value: in.Value,
		}
		if err := grid.CheckScene(x, s, b.Now().Time()); err != nil {
			return 0, err
		}
		if len(picture) > 0 {
			sum := sha256.Sum256(picture)
			s.Picture = hex.EncodeToString(sum[:])
		}
		id, err := engine.Enter(b, "see", s)
		if err != nil {
			return 0, err
		}
		return id, b.Tell(id, s.Unit, "notice.scene_seen", x.Code, x.Where)
	})
	if err != nil || len(picture) == 0 || cmd.Dry {
		return id, err
	}
	return id, d.keep(ctx, cmd, id, picture, media)
}

// keep keeps the picture of a scene that waits. The same command, sent again,
// keeps it where the first was cut off, and never what was deleted since.
func (d *Desk) keep(ctx context.Context, cmd engine.Command, id ident.ID, picture []byte, media string) error {
	return d.e.Write(ctx, cmd.At, "keep_scene", func(tx *store.Tx) error {
		waits, err := engine.Find[grid.Scene](tx, engine.Where{ID: id, Status: []string{grid.SceneSeen}, Limit: 1})
		if err != nil || len(waits) == 0 {
			return err
		}
		return tx.Queue(`INSERT INTO evidence (district, hash, media, size, at, by_post, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (district, hash) DO NOTHING`,
			d.e.City().Root, pictureKey(id), media, int64(len(picture)), tx.Now().UnixMicro(), cmd.Actor.ID, picture)
	})
}

// pictureKey is where the picture of a scene lies: by the number of the scene, so
// that deleting it takes nothing that another record is bound to. It is no hash,
// so that nobody who knows one finds it.
func pictureKey(id ident.ID) string { return "scene/" + id.Number() }

func pictureOf(text string) (body []byte, media string, err error) {
	if text == "" {
		return nil, "", nil
	}
	body, err = base64.StdEncoding.DecodeString(text)
	switch {
	case err == nil && bytes.HasPrefix(body, []byte("\xff\xd8\xff")):
		return body, "image/jpeg", nil
	case err == nil && bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")):
		return body, "image/png", nil
	}
	return nil, "", fault.Field("picture", "scene.picture_refused")
}

// Seen is a person's word on what a device saw: what is there, in words.
type Seen struct {
	Text     string `json:"text" maxLength:"20000"`
	Where    string `json:"where,omitempty" maxLength:"500"`
	Category string `json:"category,omitempty" maxLength:"64"`
	Hazard   bool   `json:"hazard,omitempty"`
}

// ConfirmScene makes a matter of a scene by the word of a person; nothing follows
// from a machine alone. Faults: record.not_found, scene.decided and those of
// call.Form.
func (d *Desk) ConfirmScene(ctx context.Context, cmd engine.Command, id ident.ID, in Seen) (ident.ID, error) {
	return d.scene(ctx, cmd, "confirm", id, func(b *engine.Bundle, s *grid.Scene) error {
		if s.Status != grid.SceneSeen {
			return s.Confirm(0)
		}
		x, err := engine.Peek[grid.Device](b, s.Device)
		if err != nil {
			return err
		}
		kind := matter.Event
		if in.Hazard {
			kind = matter.Hazard
		}
		where := x.Where
		if in.Where != "" {
			where = in.Where
		}
		no, err := received(b, call.Form{Source: "SENSOR", Kind: string(kind), Category: in.Category, Text: in.Text, Where: where, Place: s.Place.Leaf()})
		if err != nil {
			return err
		}
		return s.Confirm(no)
	})
}

// DismissScene says that it was nothing; what was kept of it is deleted. Faults:
// record.not_found, scene.decided.
func (d *Desk) DismissScene(ctx context.Context, cmd engine.Command, id ident.ID, _ Empty) (ident.ID, error) {
	no, err := d.scene(ctx, cmd, "dismiss", id, func(_ *engine.Bundle, s *grid.Scene) error { return s.Dismiss() })
	if err != nil {
		return 0, err
	}
	return no, d.forget(ctx, cmd.At, id)
}

func (d *Desk) scene(ctx context.Context, cmd engine.Command, act string, id ident.ID, fn func(*engine.Bundle, *grid.Scene) error) (ident.ID, error) {
	return d.e.Together(ctx, cmd, act+"_scene", func(b *engine.Bundle) (ident.ID, error) {
		return id, engine.Change(b, act, id, func(s *grid.Scene) error {
			if err := access.Allow(b.Actor(), access.Patrol, access.Subject{Place: s.Place, Units: []string{s.Unit}}); err != nil {
				return err
			}
			return fn(b, s)
		})
	})
}

// forget deletes the picture of a scene, if there is one.
func (d *Desk) forget(ctx context.Context, at time.Time, id ident.ID) error {
	return d.e.Write(ctx, at, "forget_scene", func(tx *store.Tx) error {
		return tx.Queue(`DELETE FROM evidence WHERE district = ? AND hash = ?`, d.e.City().Root, pictureKey(id))
	})
}

// Scenes lists what devices of a town saw and what became of it, the newest
// first; of what was deleted nothing is listed.
func (d *Desk) Scenes(ctx context.Context, actor access.Actor, town string, before ident.ID, limit int) (out []register.Record[grid.Scene], err error) {
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		out, err = engine.Find[grid.Scene](v, engine.Where{
			May: &actor, Action: access.ReadGround, Town: town, Status: []string{grid.SceneSeen, grid.SceneConfirmed, grid.SceneDismissed}, Before: before, Limit: limit,
		})
		return err
	})
	return out, err
}

// Picture returns the picture of a scene while it is kept, to whoever may say
// what it shows. Faults: record.not_found, scene.no_picture.
func (d *Desk) Picture(ctx context.Context, actor access.Actor, id ident.ID) (body []byte, media string, err error) {
	if _, err := engine.Get[grid.Scene](ctx, d.e, actor, access.Patrol, id); err != nil {
		return nil, "", err
	}
	found := false
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		_, found, err = store.One(v, `SELECT media, body FROM evidence WHERE district = ? AND hash = ?`, func(r store.Scanner) (struct{}, error) {
			return struct{}{}, r.Scan(&media, &body)
		}, d.e.City().Root, pictureKey(id))
		return err
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "scene.no_picture")
	}
	return body, media, err
}

// SceneDue is when a scene is deleted that nobody has confirmed by then.
func (d *Desk) SceneDue(s *grid.Scene) time.Time { return sceneBy(d.e.City(), s) }

func sceneBy(city *pack.City, s *grid.Scene) time.Time {
	place := s.Place.Leaf()
	return city.Calendar(place).Due(city.LimitsAt(place).Time(pack.SensorCheck), time.UnixMicro(s.At), nil).At
}

// Sweep deletes the scenes that nobody confirmed in time, and the pictures of
// confirmed ones that are older than their device keeps them. It is called again
// and again; what it leaves undone it does the next time.
func (d *Desk) Sweep(ctx context.Context, now time.Time) error {
	late, old, err := d.stale(ctx, now)
	if err != nil {
		return err
	}
	for _, id := range append(late, old...) {
		if err := d.forget(ctx, now, id); err != nil { // first, so that a crash leaves a record and no picture
			return err
		}
		_, err := d.e.Together(ctx, engine.Command{Actor: engine.ClockActor(), At: now}, "sweep_scene", func(b *engine.Bundle) (ident.ID, error) {
			return id, engine.Change(b, "forget", id, func(s *grid.Scene) error {
				if !s.Forget() {
					s.Picture = ""
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stale returns the scenes whose time is over, and the confirmed ones whose
// picture is kept too long.
func (d *Desk) stale(ctx context.Context, now time.Time) (late, old []ident.ID, err error) {
	city := d.e.City()
	err = d.e.DB().Read(ctx, func(v *store.View) error {
		late, old = nil, nil
		keeps := map[ident.ID]int{}
		if err := every(v, engine.Where{}, func(r register.Record[grid.Device]) { keeps[r.ID] = r.Fact.Keeps }); err != nil {
			return err
		}
		err := every(v, engine.Where{Status: []string{grid.SceneSeen}}, func(r register.Record[grid.Scene]) {
			if !now.Before(sceneBy(city, &r.Fact)) {
				late = append(late, r.ID)
			}
		})
		if err != nil {
			return err
		}
		from := back(now, 2*grid.MostKept)
		return every(v, engine.Where{Status: []string{grid.SceneConfirmed}, From: from}, func(r register.Record[grid.Scene]) {
			if r.Fact.Picture != "" && r.Fact.Day < back(now, keeps[r.Fact.Device]) {
				old = append(old, r.ID)
			}
		})
	})
	return late, old, err
}
