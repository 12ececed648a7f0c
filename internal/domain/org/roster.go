package org

import (
	"slices"
	"time"

	"huying/internal/ident"
)

// The days a shift may be for.
const (
	WorkingDays = "WD"
	RestDays    = "RD"
	AllDays     = "ALL"
)

// OnDuty tells which post of a unit is on duty at an instant and whether the
// unit's desk is staffed. A desk that is not staffed still has a post, the one
// its orders wait for; the post is nil only if the unit is unknown or has none.
// A unit without shifts counts as staffed at all hours, since its orders wait
// for its handlers; but a command centre is staffed only when its roster says so.
func (g *Graph) OnDuty(unit string, at time.Time) (post *Post, staffed bool) {
	u := g.units[unit]
	if u == nil {
		return nil, false
	}
	shifts := g.shifts[unit]
	if len(shifts) == 0 {
		return g.DefaultPost(unit), u.Kind != CommandCentre
	}
	for _, s := range shifts {
		if !g.covers(u.Territory, s, at) {
			continue
		}
		if p := g.posts[s.Post]; p != nil {
			return p, true
		}
		return g.DefaultPost(unit), true
	}
	return g.DefaultPost(unit), false
}

// NextOn returns the post to call after another at an instant: the next of the
// unit's shifts that run, then its other posts that answer, in order, and from
// the beginning again. It is nil if the unit has only one post to call.
func (g *Graph) NextOn(unit string, at time.Time, after string) *Post {
	u := g.units[unit]
	if u == nil {
		return nil
	}
	var list []*Post
	add := func(p *Post) {
		if p != nil && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	for _, s := range g.shifts[unit] {
		if g.covers(u.Territory, s, at) {
			add(g.posts[s.Post])
		}
	}
	for _, role := range [...]Role{Handler, Dispatcher, Leader} {
		for _, p := range g.ofUnit[unit] {
			if p.Role == role {
				add(p)
			}
		}
	}
	i := slices.IndexFunc(list, func(p *Post) bool { return p.Code == after })
	if len(list) == 0 || len(list) == 1 && i == 0 {
		return nil
	}
	return list[(i+1)%len(list)]
}

// covers reports whether a shift is running at an instant. A shift that ends
// on the next day belongs to the day it began on.
func (g *Graph) covers(territory string, s Shift, at time.Time) bool {
	at = at.In(ident.Zone)
	minute := at.Hour()*60 + at.Minute()
	if s.To > s.From {
		return minute >= s.From && minute < s.To && g.daysMatch(territory, s.Days, at)
	}
	if minute >= s.From {
		return g.daysMatch(territory, s.Days, at)
	}
	return minute < s.To && g.daysMatch(territory, s.Days, at.AddDate(0, 0, -1))
}

func (g *Graph) daysMatch(territory, days string, day time.Time) bool {
	switch days {
	case WorkingDays:
		return g.working(territory, day)
	case RestDays:
		return !g.working(territory, day)
	}
	return true
}

// Duty returns the unit that takes what is meant for a unit at an instant: the
// unit itself if its desk is staffed, else the nearest staffed command centre
// above it, from its own place upwards (GZ-26: a town centre that is unstaffed
// at night gives way to the district duty desk). If no desk is staffed, the
// unit itself is returned and staffed is false.
func (g *Graph) Duty(unit string, at time.Time) (code string, staffed bool) {
	if _, ok := g.OnDuty(unit, at); ok {
		return unit, true
	}
	u := g.units[unit]
	if u == nil {
		return unit, false
	}
	for _, up := range append([]string{unit}, g.chain(unit)...) {
		centre := g.centres[g.units[up].Territory]
		if centre == "" || centre == unit {
			continue
		}
		if _, ok := g.OnDuty(centre, at); ok {
			return centre, true
		}
	}
	return unit, false
}
