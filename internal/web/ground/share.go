package ground

import (
	"slices"
	"strconv"
	"strings"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// sharesView is the shares of a town: computed from what is registered, never
// typed in, and no target for anybody.
type sharesView struct {
	here
	called              // the quarter that is looked at
	branches, buildings grid.Coverage
	posts, solved       grid.Coverage
	village             bool // the city has the three posts of a village
	class               string
	progress            []desk.Progress // of the towns with a figure of the class
}

func (p pages) shares(r *frame.Request) error {
	h, err := p.here(r, "/shares")
	if err != nil {
		return err
	}
	x := &sharesView{here: h, called: *quarterOf(r), class: "RESIDENT"}
	if c := r.Query("class"); slices.Contains(grid.InfoClasses, c) {
		x.class = c
	}
	if x.progress, err = p.Ground.Progress(r.Ctx, r.Actor, x.class, x.to); err != nil {
		return err
	}
	if h.town == "" {
		return r.Page(r.T("ground.tab_shares"), "ground", sharesPage(r.View, x))
	}
	g, err := p.Ground.GapsOf(r.Ctx, r.Actor, h.town, x.to)
	if err != nil {
		return err
	}
	x.branches, x.buildings = g.Branches, g.Buildings
	if x.solved, err = p.Ground.Solved(r.Ctx, r.Actor, h.town, x.from, x.to); err != nil {
		return err
	}
	x.posts, err = p.Ground.ThreePosts(r.Ctx, r.Actor, h.town, x.to)
	if x.village = err == nil; err != nil && fault.Code(err) != "station.post_unknown" {
		return err
	}
	return r.Page(r.T("ground.tab_shares"), "ground", sharesPage(r.View, x))
}

// locate leads to the grid that a spot lies in, with who serves it: a point of
// WGS84, the code of a place, or its name.
func (p pages) locate(r *frame.Request) error {
	at, err := spotOf(r.View, r.Text("spot"))
	if err != nil {
		return err
	}
	address, _, err := p.Ground.Locate(r.Ctx, r.Actor, at, part.DayOf(r.Now))
	if err != nil {
		return err
	}
	return r.Go("/ground/grids/" + address.Leaf())
}

// spotOf reads where somebody looks. Faults: locate.spot_missing,
// locate.name_unknown, locate.name_of_several.
func spotOf(v *part.View, typed string) (desk.Spot, error) {
	typed = strings.TrimSpace(strings.ReplaceAll(typed, "，", ","))
	if typed == "" {
		return desk.Spot{}, fault.Field("spot", "locate.spot_missing")
	}
	if x, y, ok := strings.Cut(typed, ","); ok {
		lon, wrongX := strconv.ParseFloat(strings.TrimSpace(x), 64)
		lat, wrongY := strconv.ParseFloat(strings.TrimSpace(y), 64)
		if wrongX != nil || wrongY != nil {
			return desk.Spot{}, fault.Field("spot", "line.point_malformed", typed)
		}
		return desk.Spot{Lon: lon, Lat: lat}, nil
	}
	if _, ok := v.City.Territory.Place(typed); ok {
		return desk.Spot{Place: typed}, nil
	}
	found := ""
	for p := range v.City.Territory.All() {
		if p.Name != typed && v.Place(p.Code) != typed || p.Kind.Rank() > 2 || !mayAt(v, access.ReadGround, p.Code) {
			continue
		}
		if found != "" {
			return desk.Spot{}, fault.Field("spot", "locate.name_of_several", typed)
		}
		found = p.Code
	}
	if found == "" {
		return desk.Spot{}, fault.Field("spot", "locate.name_unknown", typed)
	}
	return desk.Spot{Place: found}, nil
}
