package matter_test

import (
	"bytes"
	"io/fs"
	"strings"
	"sync"
	"testing/fstest"
	"time"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/packs"
)

// guangzhou is loaded once for all tests of this package: it is immutable.
var guangzhou = sync.OnceValues(func() (*pack.City, error) { return pack.Load(packs.FS, "guangzhou") })

// The units of the stories: Wushan street in Tianhe district.
const (
	townDesk     = "440106001-ZH"
	districtDesk = "440106-ZH"
	cityDesk     = "440100-ZH"
	hotline      = "440100-RX"
	otherDesk    = "440106002-ZH" // the desk of another street
	cityOffice   = "440106001-CGB"
	enforcement  = "440106001-ZFD"
	police       = "440106001-PCS" // stationed in the street
	otherPolice  = "440106002-PCS"
	building     = "440106-ZJ" // a district department
	water        = "440106-SW"
	committee    = "440106001001-JW"
)

// The leaves of the stories.
const (
	lamp     = "SZ0301" // a district department, 24 h, PHOTO
	pothole  = "SZ0101" // a district department, 7 CD, PHOTO and RECORD
	rubbish  = "SR0101" // the street, 4 working hours
	bulky    = "SR0203" // a communal affair, the community committee
	collapse = "SZ0102" // an emergency: fan-out, at once
)

var place = territory.Address{District: "440106", Town: "440106001", Community: "440106001001"}

// tuesday is 2026-03-10 09:00 in Beijing; the week has no holiday.
var tuesday = time.Date(2026, 3, 10, 9, 0, 0, 0, ident.Zone)

// tester is what the tests of Go and those of rapid have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// whistling is the same city with whistles switched on.
var whistling = sync.OnceValues(func() (*pack.City, error) {
	return pack.Load(switched{packs.FS, "whistle: off", "whistle: on"}, "guangzhou")
})

// switched is the packs with other modules in one.
type switched struct {
	fs.FS
	was, modules string
}

func (s switched) Open(name string) (fs.File, error) {
	if name != "guangzhou/manifest.yaml" {
		return s.FS.Open(name)
	}
	body, err := fs.ReadFile(s.FS, name)
	if err != nil {
		return nil, err
	}
	body = bytes.Replace(body, []byte(s.was), []byte(s.modules), 1)
	return fstest.MapFS{name: {Data: body}}.Open(name)
}

// story is one file with a clock that only goes forward.
type story struct {
	t    tester
	f    *matter.File
	ids  *ident.Maker
	city *pack.City
	now  time.Time
}

func begin(t tester) *story {
	t.Helper()
	city, err := guangzhou()
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, city: city, ids: ident.NewMaker(0), now: tuesday}
	s.f = &matter.File{City: city, NewID: func() ident.ID { return s.ids.Next(s.now) }}
	return s
}

// call is a call about a leaf by somebody who can be asked.
func (s *story) call(leaf string) matter.Call {
	return matter.Call{
		ID: s.ids.Next(s.now), Source: "HOTLINE_12345", Kind: matter.Complaint, Category: leaf, Place: place,
		TextHash: strings.Repeat("0", 64), Caller: matter.Caller{Kind: "PERSON", Vault: 1},
	}
}

// as acts for a post, settles, and returns the fault.
func (s *story) as(by access.Actor, act func(f *matter.File) error) error {
	s.f.By, s.f.Now = by, clock.At(s.now)
	if err := act(s.f); err != nil {
		return err
	}
	if err := s.f.Settle(); err != nil {
		return err
	}
	if s.f.M != nil {
		sound(s.t, s.f)
	}
	return nil
}

// must is as, for what has to succeed.
func (s *story) must(by access.Actor, act func(f *matter.File) error) {
	s.t.Helper()
	if err := s.as(by, act); err != nil {
		s.t.Fatalf("%s: %v", by.ID, err)
	}
}

// refused is as, for what has to fail with a code. The file must not be used
// afterwards unless the act checks before it changes.
func (s *story) refused(code string, by access.Actor, act func(f *matter.File) error) {
	s.t.Helper()
	if err := s.as(by, act); fault.Code(err) != code {
		s.t.Fatalf("%s: got %v, want %s", by.ID, err, code)
	}
}

// wait lets time pass and every clock fire at its own instant.
func (s *story) wait(d time.Duration) { s.until(s.now.Add(d)) }

// until lets time pass until at; a clock that is due at at fires.
func (s *story) until(at time.Time) {
	s.t.Helper()
	for s.f.M.Next != 0 && s.f.M.Next <= clock.At(at) {
		s.now = s.f.M.Next.Time()
		if s.now.After(at) {
			break
		}
		s.fire()
	}
	s.now = at
}

func (s *story) fire() {
	s.t.Helper()
	s.must(access.Actor{ID: access.Clock, Kind: access.System}, func(f *matter.File) error { _, err := f.Fire(); return err })
}

// post is the actor that receives what is sent to a unit.
func (s *story) post(unit string) access.Actor { return actor(s.city, s.city.Org.DefaultPost(unit)) }

// role is the actor of a unit's post with a role.
func (s *story) role(unit string, role org.Role) access.Actor {
	for _, p := range s.city.Org.Posts(unit) {
		if p.Role == role {
			return actor(s.city, p)
		}
	}
	s.t.Fatalf("%s has no post of %s", unit, role)
	return access.Actor{}
}

func actor(city *pack.City, p *org.Post) access.Actor {
	u, _ := city.Org.Unit(p.Unit)
	return access.Actor{
		ID: p.Code, Kind: access.Staff, Role: p.Role, Unit: p.Unit,
		At: city.Territory.Address(u.Territory), Rank: u.Level.Rank(),
	}
}

func (s *story) caller() access.Actor {
	return access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(s.f.M.ID)}
}

var rule = access.Actor{ID: access.Rule, Kind: access.System}

// proof is the evidence a leaf asks for, and more.
func proof() []order.Evidence {
	var out []order.Evidence
	for _, k := range []string{"PHOTO", "RECORD", "STATEMENT", "DOC", "READING"} {
		out = append(out, order.Evidence{Kind: k, Hash: strings.Repeat("a", 64)})
	}
	return out
}

// receive begins the file with a call.
func (s *story) receive(c matter.Call) *story {
	s.t.Helper()
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Receive(c) })
	return s
}

// triaged brings a call of a leaf to the point where a unit is to be ordered.
func triaged(t tester, leaf string) *story {
	t.Helper()
	s := begin(t)
	s.receive(s.call(leaf))
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Verify(matter.Verification{}) })
	s.must(s.post(townDesk), func(f *matter.File) error { return f.Triage(duty.Undefined, "", "按清单") })
	return s
}

// ordered goes on until the units of the duty list are ordered.
func ordered(t tester, leaf string) *story {
	t.Helper()
	s := triaged(t, leaf)
	s.must(s.post(s.f.M.Desk), func(f *matter.File) error { return f.Issue(f.OrderKind(), f.Proposal()) })
	return s
}

// answered goes on until every order is answered.
func answered(t tester, leaf string) *story {
	t.Helper()
	s := ordered(t, leaf)
	for i := range s.f.Orders {
		s.respond(i)
	}
	return s
}

// closed goes on until the caller says that it is solved.
func closed(t tester, leaf string) *story {
	t.Helper()
	s := answered(t, leaf)
	s.must(s.caller(), say(matter.Yes))
	return s
}

func (s *story) respond(i int) {
	s.t.Helper()
	s.must(s.debtor(i), func(f *matter.File) error {
		return f.Respond(f.Orders[i], matter.Response{Text: "已处理", Evidence: proof()})
	})
}

// debtor is the post that owes the order.
func (s *story) debtor(i int) access.Actor { return s.post(s.f.Orders[i].Debtor) }

func say(r matter.Resolved) func(*matter.File) error {
	return func(f *matter.File) error { return f.Judge(matter.Judgement{Resolved: r}) }
}

func (s *story) status(want matter.Status) {
	s.t.Helper()
	if s.f.M.Status != want {
		s.t.Fatalf("the matter is %s, want %s", s.f.M.Status, want)
	}
}

func (s *story) orderStatus(i int, want order.Status) {
	s.t.Helper()
	if got := s.f.Orders[i].Status; got != want {
		s.t.Fatalf("order %d is %s, want %s", i, got, want)
	}
}

// told reports whether a notice was given since the story began.
func (s *story) told(code, unit string) bool {
	for _, n := range s.f.Notices {
		if n.Code == code && n.Unit == unit {
			return true
		}
	}
	return false
}
