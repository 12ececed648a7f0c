package whistle_test

import (
	"slices"
	"testing"

	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/whistle"
)

// GZ-33: of teams 0.5, 2 and 9 km from an event, a radius of 3 km offers two, the
// nearest first; a capability offers those alone that have it.
func TestTheNearestTeamsAreOffered(t *testing.T) {
	const lon, lat = 113.35, 23.15
	north := func(metres float64) float64 { return lat + metres/111_195 }
	bases := []whistle.Base{
		{Code: "far", Unit: "C", Capability: "FIRE", Lon: lon, Lat: north(9000)},
		{Code: "near", Unit: "B", Capability: "FIRE", Lon: lon, Lat: north(2000)},
		{Code: "next door", Unit: "A", Capability: "GUARD", Lon: lon, Lat: north(500)},
	}
	for _, x := range []struct {
		capability string
		metres     int
		want       []string
	}{
		{"", 3000, []string{"next door", "near"}}, {"", 400, nil}, {"", 10000, []string{"next door", "near", "far"}},
		{"FIRE", 3000, []string{"near"}}, {"FIRE", 10000, []string{"near", "far"}}, {"DIVING", 10000, nil},
	} {
		var got []string
		for _, o := range whistle.Near(bases, lon, lat, x.capability, x.metres) {
			got = append(got, o.Code)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%q within %d m: %v, want %v", x.capability, x.metres, got, x.want)
		}
	}
}

// Who was let off before it came was not late; each side is counted by what it
// said.
func TestHealthCountsLegsAndWords(t *testing.T) {
	blown := []matter.Whistle{{No: "A-2026-0001"}, {No: "A-2026-0002"}}
	legs := []*order.Order{
		{Leg: &order.Leg{Whistle: 0, Confirmed: 1, OfUnit: &order.Appraisal{Stars: 4}, OfWhistle: &order.Appraisal{Needed: true}}},
		{Leg: &order.Leg{Whistle: 0, Confirmed: 1, Late: true}},
		{Leg: &order.Leg{Whistle: 0, Waived: "已由公安处理"}},
		{Leg: &order.Leg{Whistle: 1, Confirmed: 1}},
		{},
	}
	var h whistle.Health
	h.Add(legs, blown, "A-2026-0001")
	h.Add(legs, blown, "B-2026-0001") // of another matter
	want := whistle.Health{Whistles: 1, Legs: 2, OnTime: 1, Said: 1, Needed: 1, Starred: 1, Stars: 4}
	if h != want {
		t.Errorf("%+v, want %+v", h, want)
	}
}
