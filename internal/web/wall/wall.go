// Package wall is the command centre: the screen on which a leader sees in a
// few seconds how a place is doing, where it is late and why. It shows units
// and places, never persons, and nothing that a caller said. What it shows of
// a place is rendered once for everybody who looks at it.
package wall

import (
	"context"
	"time"

	"huying/internal/desk/numbers"
	"huying/internal/domain/access"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Desks are what the wall asks.
type Desks struct {
	Numbers *numbers.Desk
}

// pages is the wall with what it remembers.
type pages struct {
	Desks
	shelf *shelf
}

// Routes are the pages of the command centre: the wall screen by itself, and
// the same in the frame for the screen of an office.
func Routes(d Desks) []frame.Route {
	p := &pages{d, newShelf(time.Now)} //nolint:forbidigo // a stopwatch: how long what was drawn is shown
	show := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Show(path, id, frame.Staff, access.ReadNumbers, zh, en, serve)
	}
	return []frame.Route{
		show("/wall", "wall", "指挥中心大屏", "The command centre’s wall", p.wall),
		show("/wall/{place}", "wall-place", "一地的大屏", "The wall of a place", p.wall),
		show("/wall/{place}/now", "wall-now", "大屏上变了什么", "What has changed on the wall", p.now),
		show("/centre", "centre", "指挥中心", "The command centre in the frame", p.centre),
		show("/centre/{place}", "centre-place", "一地的指挥中心", "The command centre of a place", p.centre),
	}
}

// wall is the screen by itself, centre the same within the frame.
func (p *pages) wall(r *frame.Request) error   { return p.whole(r, "wall") }
func (p *pages) centre(r *frame.Request) error { return p.whole(r, "centre") }

func (p *pages) whole(r *frame.Request, kind string) error {
	place, err := p.place(r)
	if err != nil {
		return err
	}
	at := r.Time("at")
	if err := r.Wrong(); err != nil {
		return err
	}
	if place.Kind.Rank() < territory.Town.Rank() {
		return r.Go("/numbers/matters?place=" + place.Code)
	}
	s, err := p.shown(r, place, kind, at)
	if err != nil {
		return err
	}
	title := r.T("wall.title", r.Place(place.Code))
	content := screen(r.View, s, kind)
	if kind == "wall" {
		return r.Bare(title, "wall", content)
	}
	return r.Page(title, "wall", content)
}

// now answers with the sections that have changed since the reader's screen
// was drawn, or with nothing.
func (p *pages) now(r *frame.Request) error {
	place, err := p.place(r)
	if err != nil {
		return err
	}
	kind := "wall"
	if r.Query("kind") == "centre" {
		kind = "centre"
	}
	s, err := p.shown(r, place, kind, time.Time{})
	if err != nil {
		return err
	}
	news, err := s.since(r.Ctx, r.Query("have"))
	if err != nil {
		return err
	}
	if news == nil {
		return r.Same()
	}
	return r.Ready(news)
}

// place is the place in the address, or the reader's own.
func (p *pages) place(r *frame.Request) (*territory.Place, error) {
	tree := r.City.Territory
	code := r.Path("place")
	if code == "" {
		code = r.City.Root
		if r.Actor.Rank < territory.City.Rank() {
			code = r.Actor.At.Leaf()
		}
	}
	place, ok := tree.Place(code)
	if !ok || access.Allow(r.Actor, access.ReadNumbers, access.Subject{Place: tree.Address(code)}) != nil {
		return nil, fault.New(fault.NotFound, "place.not_yours", code)
	}
	return place, nil
}

// shown is what everybody sees who looks at a place in a language. Whether
// the single matters are named depends on the reader; nothing else does.
func (p *pages) shown(r *frame.Request, place *territory.Place, kind string, at time.Time) (*shown, error) {
	k := key{city: r.City, place: place.Code, lang: r.Lang, kind: kind, at: at.UnixMicro()}
	k.opens = access.Allow(r.Actor, access.ReadMatter, access.Subject{Place: r.City.Territory.Address(place.Code)}) == nil
	v := &part.View{Lang: r.Lang, City: r.City, Now: r.Now, Asset: r.Asset}
	actor := r.Actor
	return p.shelf.get(r.Ctx, k, func(ctx context.Context) (*shown, error) {
		ask := p.scene
		if !at.IsZero() {
			ask = func(ctx context.Context, v *part.View, actor access.Actor, place *territory.Place) (*scene, error) {
				return p.past(ctx, v, actor, place, at, k.opens)
			}
		}
		s, err := ask(ctx, v, actor, place)
		if err != nil {
			return nil, err
		}
		s.opens, s.kind = k.opens, kind
		return draw(ctx, v, s)
	})
}
