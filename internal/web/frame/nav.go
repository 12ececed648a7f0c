package frame

import (
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/web/part"
)

// entries is the navigation, in the order it stands. The first that is for a
// reader is where they begin.
var entries = []entry{
	{"desk", "/desk", part.Key("nav.desk"), "inbox", could(access.VerifyMatter)},
	{"whistles", "/whistles", part.Key("nav.whistles"), "flag", blows},
	{"orders", "/orders", part.Key("nav.orders"), "list", answers},
	{"supervision", "/supervision", part.Key("nav.supervision"), "card", could(access.Remind, access.DecideExclusion)},
	{"channel", "/channel", part.Key("nav.channel"), "shield", could(access.Observe, access.KeepChannel)},
	{"powers", "/powers", part.Key("nav.powers"), "key", could(access.ReadGate, access.ReadEntry, access.ReadForce)},
	{"programmes", "/programmes", part.Key("nav.programmes"), "flag", could(access.ManageProgrammes)},
	{"rosters", "/rosters", part.Key("nav.rosters"), "clock", keeps},
	{"ground", "/ground", part.Key("nav.ground"), "map", could(access.ReadGround)},
	{"wall", "/centre", part.Key("nav.wall"), "wall", could(access.ReadNumbers)},
	{"numbers", "/numbers", part.Key("nav.numbers"), "chart", could(access.ReadNumbers)},
	{"duties", "/duties", part.Key("nav.duties"), "book", could(access.ReadMandates)},
	{"burden", "/burden", part.Key("nav.burden"), "merge", could(access.ReadBurden)},
	{"registry", "/registry", part.Key("nav.registry"), "gear", could(access.ManagePack)},
	{"audit", "/audit", part.Key("nav.audit"), "shield", could(access.ReadLedger)},
	{"people", "/people", part.Key("nav.people"), "people", could(access.ManageAccounts)},
	{"proposals", "/proposals", part.Key("nav.proposals"), "check", could(access.ConfirmPack, access.ConfirmUnseal, access.ConfirmExclusion, access.ConfirmDraw)},
	{"log", "/log", part.Key("nav.log"), "book", could(access.ReadSystemLog, access.ReadSecurityLog, access.ReadAuditLog)},
}

// blows is for those who call departments to a matter, where whistles are
// blown at all.
func blows(r *Request) bool {
	switch r.Actor.Role {
	case org.Dispatcher, org.Secretary, org.Leader:
		u, ok := r.City.Org.Unit(r.Actor.Unit)
		return ok && u.Level.Rank() <= org.District.Rank() && r.City.On("whistle", u.Territory)
	}
	return false
}

// keeps is for those who see to it that a desk or a platform is staffed.
func keeps(r *Request) bool {
	switch r.Actor.Role {
	case org.Dispatcher, org.Secretary, org.Leader:
		return r.Could(access.KeepRoster)
	}
	return false
}

// answers is for those whose unit is ordered to act, and who do it.
func answers(r *Request) bool {
	switch r.Actor.Role {
	case org.Handler, org.GridWorker, org.Dispatcher, org.Supervisor, org.Leader, org.Secretary:
		return true
	}
	return false
}

// Home is where a reader begins: at what they owe today. Supervisors owe
// decisions on what they watch over, an organisation desk its lists, a desk the
// calls that came in; who leads a unit owes what the unit owes, and so does a
// community, whose calls its street's desk takes up.
func (r *Request) Home() string {
	u, ok := r.City.Org.Unit(r.Actor.Unit)
	switch {
	case ok && u.Kind == org.CoordinationBody && r.Could(access.ManageProgrammes):
		return "/programmes"
	case ok && u.Level == org.Community && answers(r):
		return "/orders"
	}
	switch r.Actor.Role {
	case org.Supervisor, org.Assessor:
		return "/supervision"
	case org.Leader, org.Secretary:
		return "/orders"
	case org.Organiser, org.LegalReviewer:
		return "/duties"
	case org.Reporter:
		return "/desk/call"
	}
	for _, e := range entries {
		if e.visible(r) {
			return e.href
		}
	}
	return "/me"
}
