package programme

import (
	"context"
	"slices"
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

// NewBatch is a week's batch.
type NewBatch struct {
	Note  string `json:"note,omitempty"`
	Tasks []Duty `json:"tasks"`
}

// IssueBatch hands over a week's batch (周交办): every task with one lead and a
// date, or nothing at all. The number is drawn with its tasks, so that the
// year's numbers have no gap. Faults: those of the duties with their lines,
// batch.week_issued, batch.key_missing, batch.key_unknown, module.off.
func (d *Desk) IssueBatch(ctx context.Context, cmd engine.Command, in NewBatch) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "issue_batch", func(b *engine.Bundle) (ident.ID, error) {
		u, place, err := body(b)
		if err != nil {
			return 0, err
		}
		if !b.City().On("batch", u.Territory) {
			return 0, fault.New(fault.Conflict, "module.off", "batch")
		}
		tasks := duties(b.City(), in.Tasks)
		var wrong fault.List
		wrong.Add(programme.Check("tasks", tasks, b.Today(), known(b)))
		wrong.Add(d.checkKeys(b, tasks))
		wrong.Add(matter.Words("note", in.Note, false))
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		batch := programme.Batch{
			Body: u.Code, District: place.District, Town: place.Town, Issued: b.Today(), Note: in.Note, Tasks: tasks, Week: programme.Week(b.Now().Time()),
		}
		if batch.Serial, err = nextSerial(b, &batch); err != nil {
			return 0, err
		}
		id, err := engine.Enter(b, "issue", &batch)
		if err != nil {
			return 0, err
		}
		return id, assign(b, purpose{name: "tasks", kind: matter.BatchTask, about: id, place: place, basis: batch.Week}, tasks)
	})
}

// nextSerial is the number of a body's next batch in the year. Two commands at
// once draw the same and one of them is refused, since the number is the key.
func nextSerial(b *engine.Bundle, batch *programme.Batch) (int, error) {
	last, err := engine.Find[programme.Batch](b.Query(), engine.Where{Unit: batch.Body, Limit: 1})
	if err != nil || len(last) == 0 {
		return 1, err
	}
	switch f := last[0].Fact; {
	case f.Week == batch.Week:
		return 0, fault.New(fault.Conflict, "batch.week_issued", batch.Week, last[0].ID.Number())
	case f.Week[:4] != batch.Week[:4]:
		return 1, nil
	default:
		return f.Serial + 1, nil
	}
}

// checkKeys asks that each task belongs to an item of the catalogue of key
// work, where there is one (LH-01).
func (d *Desk) checkKeys(b *engine.Bundle, list []programme.Duty) error {
	added, err := engine.Find[programme.KeyWork](b.Query(), engine.Where{On: b.Today()})
	if err != nil {
		return err
	}
	if len(added) == 0 && len(b.City().KeyWork) == 0 {
		return nil
	}
	var wrong fault.List
	for i, x := range list {
		field := "tasks." + strconv.Itoa(i) + ".key"
		_, inPack := b.City().Key(x.Key)
		switch {
		case x.Key == "":
			wrong.Add(fault.Field(field, "batch.key_missing", i+1))
		case !inPack && !slices.ContainsFunc(added, func(k Noted[programme.KeyWork]) bool { return k.Fact.Code == x.Key }):
			wrong.Add(fault.Field(field, "batch.key_unknown", i+1, x.Key, b.City().NearestKey(x.Key)))
		}
	}
	return wrong.Err()
}

// Batches lists the batches the actor may read, the newest first.
func (d *Desk) Batches(ctx context.Context, actor access.Actor, w Where) ([]Noted[programme.Batch], error) {
	return list[programme.Batch](ctx, d, actor, w)
}

// Batch returns a batch.
func (d *Desk) Batch(ctx context.Context, actor access.Actor, id ident.ID) (*Noted[programme.Batch], error) {
	return read[programme.Batch](ctx, d, actor, id)
}

// Preview returns the number that a batch of the actor's body would get now,
// and a fault if the week has one already.
func (d *Desk) Preview(ctx context.Context, actor access.Actor, today int) (programme.Batch, error) {
	batch := programme.Batch{Body: actor.Unit, Issued: today, Week: programme.Week(calendar.Begin(today))}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		last, err := engine.Find[programme.Batch](v, engine.Where{Unit: batch.Body, Limit: 1})
		if err != nil {
			return err
		}
		batch.Serial = 1
		if len(last) == 0 {
			return nil
		}
		f := last[0].Fact
		if f.Week == batch.Week {
			return fault.New(fault.Conflict, "batch.week_issued", batch.Week, last[0].ID.Number())
		}
		if f.Week[:4] == batch.Week[:4] {
			batch.Serial = f.Serial + 1
		}
		return nil
	})
	return batch, err
}

// NewKeyWork adds an item to the catalogue of key work.
type NewKeyWork struct {
	Code  string `json:"code" maxLength:"40"`
	Group string `json:"group" maxLength:"20" doc:"As the catalogue is called: 4, 10, N"`
	Title string `json:"title" maxLength:"200"`
	Basis string `json:"basis,omitempty" maxLength:"500"`
}

// AddKeyWork adds an item: the last group of "4+10+N" grows by data alone.
// Faults: key_work.code_taken, text.missing.
func (d *Desk) AddKeyWork(ctx context.Context, cmd engine.Command, in NewKeyWork) (ident.ID, error) {
	return d.e.Together(ctx, cmd, "add_key_work", func(b *engine.Bundle) (ident.ID, error) {
		u, _, err := body(b)
		if err != nil {
			return 0, err
		}
		var wrong fault.List
		wrong.Add(matter.Words("code", in.Code, true))
		wrong.Add(matter.Words("group", in.Group, true))
		wrong.Add(matter.Words("title", in.Title, true))
		if _, taken := b.City().Key(in.Code); taken {
			wrong.Add(fault.New(fault.Conflict, "key_work.code_taken", in.Code).In("code"))
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return engine.Enter(b, "add", &programme.KeyWork{Basis: in.Basis, Body: u.Code, Code: in.Code, From: b.Today(), Group: in.Group, Title: in.Title})
	})
}

// Key is an item of the catalogue.
type Key struct {
	Code, Group, Name, NameEN, Basis string
	Added                            bool // by a body, beyond the pack
}

// Catalogue returns the catalogue of key work: what the pack lists and what
// was added.
func (d *Desk) Catalogue(ctx context.Context, actor access.Actor, today int) ([]Key, error) {
	if !access.Could(actor, access.ReadProgrammes) {
		return nil, fault.New(fault.Denied, "access.denied", string(access.ReadProgrammes))
	}
	var out []Key
	for _, k := range d.e.City().KeyWork {
		out = append(out, keyOf(k))
	}
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		added, err := engine.Find[programme.KeyWork](v, engine.Where{On: today, Oldest: true})
		for _, k := range added {
			f := k.Fact
			out = append(out, Key{Code: f.Code, Group: f.Group, Name: f.Title, NameEN: f.Title, Basis: f.Basis, Added: true})
		}
		return err
	})
	return out, err
}

func keyOf(k pack.KeyWork) Key {
	return Key{Code: k.Code, Group: k.Group, Name: k.Name, NameEN: k.NameEN, Basis: k.Basis}
}
