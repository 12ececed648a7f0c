package api_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"huying/internal/api"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// until lets time run; every clock that becomes due on the way fires at its own
// time.
func (x *town) until(t *testing.T, to time.Time) {
	t.Helper()
	ctx := context.Background()
	for {
		next, err := x.NextWake(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if next == 0 || next.Time().After(to) {
			x.pass(to.Sub(x.Now()))
			return
		}
		if next.Time().After(x.Now()) {
			x.pass(next.Time().Sub(x.Now()))
		}
		due, err := x.Ripe(ctx, x.Now(), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range due {
			if _, err := x.Fire(ctx, r.ID, x.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Journey 2, a whistle at 02:00, on the pack of Beijing: a main bursts, a
// resident calls, the street blows, the night roster is called; who does not
// answer within five minutes is followed by the next on the roster and told to
// the district; the street confirms who is there, lets everybody go when the
// work is done, and both sides say how it was. The caller reads the chain.
func TestJourney2WhistleAtTwoInTheMorning(t *testing.T) {
	x := openCity(t, "beijing")
	const street, district = "110108001", "110108"
	water, fire, town := district+"-SW", street+"-XFS", street+"-ZH"
	night := func(h, m int) time.Time { return time.Date(2026, 3, 11, h, m, 0, 0, ident.Zone) }
	desk, command := x.token(t, town, org.Dispatcher), x.token(t, district+"-ZH", org.Dispatcher)
	plumber, boss, fireman := x.token(t, water, org.Handler), x.token(t, water, org.Leader), x.token(t, fire, org.Handler)

	// In the evening the water bureau registers who watches at night.
	x.until(t, time.Date(2026, 3, 10, 18, 0, 0, 0, ident.Zone))
	var duty api.Entered
	x.do(t, "POST", "/api/v1/duties", plumber, call{"from": 20260310, "to": 20260311, "shifts": []call{
		{"day": 20260310, "from": "00:00", "to": "24:00", "post": water + "/HANDLER"},
		{"day": 20260311, "from": "00:00", "to": "24:00", "post": water + "/HANDLER"},
		{"day": 20260310, "from": "18:00", "to": "08:00", "post": water + "/HEAD"}, // stands behind
	}}, set{"Idempotency-Key": "duty"}).into(t, 201, &duty)

	// 02:00: a resident calls, and the street blows.
	x.until(t, night(2, 0))
	var m api.Matter
	x.do(t, "POST", "/api/v1/calls", desk, call{
		"source": "HOTLINE_12345", "kind": "EVENT", "urgency": "EMERGENCY", "text": "主路供水管爆裂，路面塌了一块", "place": street,
		"caller": call{"name": "刘女士", "phone": "19900001234"},
	}).into(t, 201, &m)
	code := m.TrackCode
	blow := call{"kind": "EMERGENCY", "why": "供水、消防须同时到场，街道没有处置权限", "departments": []call{{"unit": water}, {"unit": fire}}}
	var wrong api.Problem
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/blow", fireman, blow).into(t, 404, &wrong)
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/blow", desk, call{"kind": "EMERGENCY", "departments": []call{{"unit": water}}}).into(t, 422, &wrong)
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/blow", desk, blow, set{"Idempotency-Key": "blow"}).into(t, 200, &m)
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/blow", desk, blow, set{"Idempotency-Key": "blow"}).into(t, 200, &m)
	if len(m.Whistles) != 1 || m.Whistles[0].No != town+"-2026-0001" || len(m.Orders) != 2 {
		t.Fatalf("%+v with %d legs", m.Whistles, len(m.Orders))
	}
	leg := func(unit string) api.Order {
		t.Helper()
		x.do(t, "GET", "/api/v1/matters/"+m.No, desk, nil).into(t, 200, &m)
		i := slices.IndexFunc(m.Orders, func(o api.Order) bool { return o.Debtor == unit && o.Leg != nil })
		if i < 0 {
			t.Fatalf("%s has no leg", unit)
		}
		return m.Orders[i]
	}
	act := func(unit, what, token string, body call) {
		t.Helper()
		x.do(t, "POST", "/api/v1/orders/"+leg(unit).No+"/"+what, token, body).into(t, 200, nil)
	}
	if o := leg(water); o.DebtorPost != water+"/HANDLER" || !o.DueAt.Equal(night(2, 30)) {
		t.Fatalf("%s is called, to be there by %v", o.DebtorPost, o.DueAt)
	}

	// The firemen answer; the water bureau does not.
	act(fire, "sign", fireman, call{})
	x.until(t, night(2, 6))
	if o := leg(water); o.DebtorPost != water+"/HEAD" || !slices.Equal(o.Leg.Called, []string{water + "/HEAD"}) {
		t.Fatalf("the next on the roster is %s, after %v", o.DebtorPost, o.Leg.Called)
	}
	var told api.Page[api.Told]
	x.do(t, "GET", "/api/v1/units/"+district+"-ZH/inbox", command, nil).into(t, 200, &told)
	if len(told.Items) == 0 || told.Items[0].Code != "notice.leg_silent" {
		t.Fatalf("the district was told %+v", told.Items)
	}
	act(water, "sign", boss, call{})

	// They come; what counts is the street's word.
	x.until(t, night(2, 20))
	act(fire, "arrive", fireman, call{})
	x.do(t, "POST", "/api/v1/orders/"+leg(fire).No+"/confirm-arrival", fireman, call{}).into(t, 403, &wrong)
	act(fire, "confirm-arrival", desk, call{})
	x.until(t, night(2, 25))
	act(water, "arrive", boss, call{})
	act(water, "confirm-arrival", desk, call{"at": night(2, 24)})
	if o := leg(water); !o.Leg.Confirmed.Equal(night(2, 24)) || o.Leg.Late {
		t.Fatalf("%+v", o.Leg)
	}
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/second-alarm", desk, call{"why": "塌陷扩大", "departments": []call{{"unit": district + "-JJ"}}}).into(t, 200, &m)
	act(district+"-JJ", "waive", desk, call{"reason": "围挡已完成"})

	// The work is done, and the street lets them go.
	x.until(t, night(4, 0))
	act(water, "respond", boss, call{"text": "关阀、换管、回填"})
	act(fire, "respond", fireman, call{"text": "排水、警戒"})
	x.do(t, "POST", "/api/v1/orders/"+leg(fire).No+"/appraise", fireman, call{"needed": true}).into(t, 409, &wrong)
	act(water, "release", desk, call{"reason": "恢复供水，路面临时修复"})
	act(fire, "release", desk, call{"reason": "配合及时"})
	x.do(t, "GET", "/api/v1/matters/"+m.No, desk, nil).into(t, 200, &m)
	if m.Whistles[0].Ended.IsZero() || m.Status != "AWAITING_VERDICT" {
		t.Fatalf("%s, %+v", m.Status, m.Whistles)
	}

	// Both sides say how it was.
	act(water, "appraise", desk, call{"stars": 4, "note": "首岗未应"})
	act(water, "appraise", boss, call{"needed": true, "clear": true, "scope": true})
	act(fire, "appraise", fireman, call{"needed": true, "clear": true, "scope": true})
	x.do(t, "POST", "/api/v1/matters/"+m.No+"/review-whistle", desk, call{"no": m.Whistles[0].No, "text": "更新水务夜间值班电话"}).into(t, 200, nil)
	var health api.WhistleHealth
	x.do(t, "GET", "/api/v1/whistles/health?unit="+town+"&from=20260101&to=20261231", desk, nil).into(t, 200, &health)
	if health.Whistles != 1 || health.OnTime.N != 2 || health.Needed.N != 2 || health.Needed.High != 1 {
		t.Fatalf("%+v", health)
	}
	var list api.Page[api.Kept[api.Notice]]
	x.do(t, "GET", "/api/v1/whistles?unit="+town, desk, nil).into(t, 200, &list)
	if len(list.Items) != 1 || list.Items[0].Body.Matter != m.No {
		t.Fatalf("%+v", list.Items)
	}

	// The caller reads the chain, and closes it.
	var track api.Track
	x.do(t, "GET", "/api/v1/track/"+m.No, "", nil, set{"Track-Code": code}).into(t, 200, &track)
	x.do(t, "POST", "/api/v1/track/"+m.No+"/judge", "", call{"resolved": "YES", "satisfaction": 5}, set{"Track-Code": code}).into(t, 200, nil)
	x.do(t, "GET", "/api/v1/matters/"+m.No, desk, nil).into(t, 200, &m)
	if m.Status != "CLOSED" {
		t.Fatalf("the matter is %s", m.Status)
	}
}
