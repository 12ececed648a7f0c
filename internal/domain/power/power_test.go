package power_test

import (
	"testing"

	"huying/internal/domain/org"
	"huying/internal/domain/power"
	"huying/internal/domain/register"
	"huying/internal/fault"
)

var (
	street = &org.Unit{Code: "1-DGW", Name: "街道", Level: org.Town, Suffix: "DGW"}
	rows   = []power.Row{
		{Level: org.Town, Suffix: "DGW", Code: power.AppraiseDept, From: 20260101},
		{Level: org.Town, Suffix: "DGW", Name: "加强党的建设"},
		{Level: org.Community, Suffix: "JW", Code: power.UseFund},
	}
)

func record(_ int64, p power.Power) register.Record[power.Power] {
	p.Holder = street.Code
	return register.Record[power.Power]{Fact: p}
}

// The newest record that is in force and about the object decides; without one
// the pack does.
func TestTheNewestRecordDecides(t *testing.T) {
	revoked := record(2, power.Power{Code: power.AppraiseDept, Status: power.Revoked, From: 20260301, To: 20260331})
	over := record(3, power.Power{Code: power.AppraiseDept, Status: power.Granted, Object: "1-CG", From: 20260310})
	given := record(1, power.Power{Code: power.Whistle, Status: power.Granted, From: 20260201})
	for _, x := range []struct {
		name   string
		own    []register.Record[power.Power] // newest first
		code   power.Code
		object string
		day    int
		held   bool
	}{
		{"the pack gives it", nil, power.AppraiseDept, "", 20260201, true},
		{"not before its day", nil, power.AppraiseDept, "", 20251231, false},
		{"the pack gives it to others", nil, power.UseFund, "", 20260201, false},
		{"taken back", []register.Record[power.Power]{revoked}, power.AppraiseDept, "", 20260315, false},
		{"the revocation has ended", []register.Record[power.Power]{revoked}, power.AppraiseDept, "", 20260401, true},
		{"given back over one unit", []register.Record[power.Power]{over, revoked}, power.AppraiseDept, "1-CG", 20260315, true},
		{"and over no other", []register.Record[power.Power]{over, revoked}, power.AppraiseDept, "1-ZJ", 20260315, false},
		{"given by the register alone", []register.Record[power.Power]{given}, power.Whistle, "", 20260201, true},
		{"not before it was", []register.Record[power.Power]{given}, power.Whistle, "", 20260131, false},
	} {
		err := power.Has(street, rows, x.own, x.code, x.object, x.day)
		if (err == nil) != x.held || err != nil && fault.Code(err) != "power.not_held" {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	held := power.Of(street, rows, []register.Record[power.Power]{revoked}, 20260315)
	if len(held) != 2 || held[0].Status != power.Revoked || held[1].Name != "加强党的建设" || !held[1].Pack {
		t.Errorf("%+v", held)
	}
}

// A street has lost a power when somebody speaks of it and none of its units has
// it; of what nobody speaks nothing was taken.
func TestAPlaceLosesAPowerThatIsSpokenOf(t *testing.T) {
	desk := &org.Unit{Code: "1-ZH", Name: "中心", Level: org.Town, Suffix: "ZH"}
	both, given := []*org.Unit{street, desk}, []power.Row{{Level: org.Town, Suffix: "ZH", Code: power.Whistle}}
	revoked := func(holder string, to int) register.Record[power.Power] {
		return register.Record[power.Power]{Fact: power.Power{Holder: holder, Code: power.Whistle, Status: power.Revoked, From: 20260301, To: to}}
	}
	for name, x := range map[string]struct {
		rows  []power.Row
		own   []register.Record[power.Power]
		taken bool
	}{
		"nobody speaks of it":          {rows, nil, false},
		"the pack gives it":            {given, nil, false},
		"taken from who had it":        {given, []register.Record[power.Power]{revoked(desk.Code, 0)}, true},
		"taken from who never had it":  {given, []register.Record[power.Power]{revoked(street.Code, 0)}, false},
		"taken by the register alone":  {rows, []register.Record[power.Power]{revoked(desk.Code, 0)}, true},
		"the revocation has run out":   {given, []register.Record[power.Power]{revoked(desk.Code, 20260310)}, false},
		"the pack's day has not come":  {[]power.Row{{Level: org.Town, Suffix: "ZH", Code: power.Whistle, From: 20270101}}, nil, true},
		"given to another place alone": {[]power.Row{{Level: org.Community, Suffix: "JW", Code: power.Whistle}}, nil, false},
	} {
		if got := power.Taken(both, x.rows, x.own, power.Whistle, 20260315); got != x.taken {
			t.Errorf("%s: taken %v", name, got)
		}
	}
}

func TestAMalformedPowerIsRefused(t *testing.T) {
	p := power.Power{Code: "FLY", From: 20260201, To: 20260101}
	for _, code := range []string{"power.code_unknown", "text.missing", "power.days_reversed"} {
		found := false
		for _, e := range fault.All(p.Check()) {
			found = found || e.Code == code
		}
		if !found {
			t.Errorf("%s is not told: %v", code, p.Check())
		}
	}
}
