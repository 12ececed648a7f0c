package work

import (
	"strconv"

	"github.com/paulmach/orb"

	"huying/internal/domain/territory"
	"huying/internal/web/part"
)

// near is how much of the world is shown around a matter, in degrees: about
// six hundred metres to each side.
const near = 0.006

// mapOf is the place of a matter with the matters it may repeat. ok is false
// where nothing can be drawn.
func mapOf(v *part.View, h *hand) (m part.Map, ok bool) {
	p := h.story.M.Place
	lon, lat, at := h.story.M.Point()
	m = part.Map{Label: v.T("work.map", v.Address(p)), Class: "mini", Names: true}
	switch here, known := v.City.Territory.Place(p.Leaf()); {
	case at:
		m.Bound = orb.Bound{Min: orb.Point{lon - near, lat - near*0.6}, Max: orb.Point{lon + near, lat + near*0.6}}
	case known && len(here.Shape) > 0:
		m.Bound = here.Shape.Bound().Pad(near / 3)
	default:
		return m, false
	}
	around := p.Town
	if around == "" {
		around = p.District
	}
	for _, x := range v.City.Territory.Children(around) {
		if len(x.Shape) == 0 || !x.Shape.Bound().Intersects(m.Bound) {
			continue
		}
		m.Areas = append(m.Areas, areaOf(v, x, x.Code == p.Community))
		m.Schematic = m.Schematic || x.Synthetic
	}
	if h.advice != nil {
		for i, x := range h.advice.Rows {
			if x.Lon != 0 || x.Lat != 0 {
				n := strconv.Itoa(i + 1)
				m.Dots = append(m.Dots, part.Dot{
					Lon: float64(x.Lon) / 1e7, Lat: float64(x.Lat) / 1e7, Mark: n, Radius: 14, Says: n + " " + x.No.Number() + " " + oneLine(x.Text),
					Href: "/desk/" + x.No.Number() + h.look.query(),
				})
			}
		}
	}
	if at {
		m.Dots = append(m.Dots, part.Dot{Lon: lon, Lat: lat, Class: "here", Says: number(h), Radius: 18})
	}
	m.Bound = part.Filled(m.Bound, 1.45)
	return m, len(m.Areas) > 0
}

func areaOf(v *part.View, p *territory.Place, here bool) part.Area {
	return part.Area{Code: p.Code, Name: v.Place(p.Code), Shape: p.Shape, Here: here}
}

// placeMap is the map by which the place of a call is chosen.
func placeMap(v *part.View, p *placing) (part.Map, bool) {
	m := part.Map{Label: v.T("call.map"), Class: "choose", Names: len(p.around) <= 40, Bound: part.Filled(p.bound, 1.15), Schematic: p.drawn, Target: "#places"}
	for _, x := range p.around {
		a := areaOf(v, x, p.chosen != nil && p.chosen.Code == x.Code)
		a.Href = "/desk/call/places?at=" + x.Code
		m.Areas = append(m.Areas, a)
	}
	return m, len(m.Areas) > 0
}
