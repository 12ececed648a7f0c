package matter_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/duty"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/ident"
)

// by draws who acts: mostly somebody who may.
func (m *machine) by(f *matter.File, posts ...access.Actor) {
	if rapid.IntRange(0, 9).Draw(m.T, "whoever") == 0 {
		posts = append(m.desks(), m.s.post(building), m.s.post(cityOffice), m.s.post(committee),
			access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(m.files[0].M.ID)})
	}
	f.By = posts[rapid.IntRange(0, len(posts)-1).Draw(m.T, "by")]
}

func (m *machine) desks() []access.Actor {
	return []access.Actor{m.s.post(townDesk), m.s.post(districtDesk), m.s.post(cityDesk)}
}

// debtor draws an order and lets its debtor act.
func (m *machine) debtor(f *matter.File) *order.Order {
	o := m.order(f)
	m.by(f, m.s.post(o.Debtor))
	return o
}

// chaired draws an order and lets a desk act.
func (m *machine) chaired(f *matter.File) *order.Order {
	o := m.order(f)
	m.by(f, m.desks()...)
	return o
}

// order draws an order; a file without any gives one that no act accepts.
func (m *machine) order(f *matter.File) *order.Order {
	if len(f.Orders) == 0 {
		return &order.Order{Debtor: building, Creditor: townDesk, Status: order.Withdrawn, Kind: order.Dispatch}
	}
	return f.Orders[rapid.IntRange(0, len(f.Orders)-1).Draw(m.T, "order")]
}

// waiting is the first order of which something is true, or any.
func (m *machine) waiting(f *matter.File, what func(*order.Order) bool) *order.Order {
	if i := slices.IndexFunc(f.Orders, what); i >= 0 {
		m.by(f, m.desks()...)
		return f.Orders[i]
	}
	return m.chaired(f)
}

// called draws who is called by a whistle.
func (m *machine) called(f *matter.File) []matter.Assignment {
	var out []matter.Assignment
	for range rapid.IntRange(0, 3).Draw(m.T, "called") {
		out = append(out, matter.Assignment{Debtor: m.unit(), Due: f.Now + clock.Instant(rapid.IntRange(-1, 7200).Draw(m.T, "due"))*1e6})
	}
	return out
}

func (m *machine) chance(label string) bool { return rapid.Bool().Draw(m.T, label) }

func (m *machine) unit() string {
	return rapid.SampledFrom([]string{building, water, cityOffice, enforcement, police, committee, townDesk, districtDesk, otherPolice}).Draw(m.T, "unit")
}

func (m *machine) caller(f *matter.File) {
	m.by(f, access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(f.M.ID)},
		access.Actor{ID: "CALLER", Kind: access.Caller, Matter: int64(m.files[1].M.ID)})
}

var acts = map[string]act{
	"verify": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Verify(matter.Verification{
			Category: rapid.SampledFrom([]string{"", pothole, rubbish, bulky, collapse}).Draw(m.T, "leaf"),
			Urgency:  rapid.SampledFrom([]duty.Urgency{"", duty.Emergency, duty.Complex}).Draw(m.T, "urgency"),
		})
	},
	"triage": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Triage(rapid.SampledFrom([]duty.Class{"", "", duty.Public, duty.Communal, duty.Private}).Draw(m.T, "class"), "", "理由")
	},
	"advise": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Advise("答复")
	},
	"refer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Refer("LEGAL_CHANNEL", "")
	},
	"take back": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.TakeBack("对方不受理")
	},
	"appeal": func(m *machine, f *matter.File) error {
		m.caller(f)
		return f.Appeal("不同意")
	},
	"issue": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		list := f.Proposal()
		if m.chance("own choice") {
			list = []matter.Assignment{{Debtor: m.unit(), Role: rapid.SampledFrom([]order.Role{"", order.Lead, order.Co, order.Sole}).Draw(m.T, "role")}}
		}
		return f.Issue(f.OrderKind(), list)
	},
	"sign": func(m *machine, f *matter.File) error { return f.Sign(m.debtor(f)) },
	"work": func(m *machine, f *matter.File) error { return f.Work(m.debtor(f)) },
	"reply": func(m *machine, f *matter.File) error {
		return f.Respond(m.debtor(f), matter.Response{Text: "已办", Evidence: proof()})
	},
	"reply to all": func(m *machine, f *matter.File) error {
		for _, o := range f.Orders {
			if !o.Status.Owing() || !o.Solves() {
				continue
			}
			f.By = m.s.post(o.Debtor)
			if err := f.Respond(o, matter.Response{Text: "已办", Evidence: proof()}); err != nil {
				return err
			}
		}
		return nil
	},
	"blow": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		kind := rapid.SampledFrom(matter.WhistleKinds).Draw(m.T, "kind")
		if kind == matter.CommunityWhistle {
			m.by(f, m.s.post(committee))
		}
		return f.Blow(matter.Blowing{Kind: kind, No: fmt.Sprint(len(f.M.Whistles) + 1), Why: "须几家到场", Legs: m.called(f)})
	},
	"second alarm": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.SecondAlarm("火势扩大", m.called(f))
	},
	"ask for a whistle": func(m *machine, f *matter.File) error {
		m.by(f, m.s.post(building), m.s.post(enforcement))
		return f.AskWhistle("一家办不了")
	},
	"arrive": func(m *machine, f *matter.File) error { return f.Arrive(m.debtor(f)) },
	"confirm arrival": func(m *machine, f *matter.File) error {
		o := m.waiting(f, func(o *order.Order) bool { return o.Leg != nil && o.Leg.Confirmed == 0 && o.Status.Open() })
		m.by(f, m.s.post(o.Creditor))
		at := clock.Instant(0)
		if m.chance("before now") {
			at = f.Now - clock.Instant(rapid.IntRange(0, 3600).Draw(m.T, "ago"))*1e6
		}
		return f.ConfirmArrival(o, at)
	},
	"waive": func(m *machine, f *matter.File) error {
		o := m.order(f)
		m.by(f, m.s.post(o.Creditor))
		return f.Waive(o, "不用来了")
	},
	"release": func(m *machine, f *matter.File) error {
		o := m.waiting(f, func(o *order.Order) bool { return o.Leg != nil && o.Status == order.Responded })
		m.by(f, m.s.post(o.Creditor))
		return f.JudgeOrder(o, m.chance("done"), "看过")
	},
	"appraise": func(m *machine, f *matter.File) error {
		o := m.order(f)
		m.by(f, m.s.post(o.Creditor), m.s.post(o.Debtor))
		return f.Appraise(o, order.Appraisal{Stars: rapid.IntRange(0, 6).Draw(m.T, "stars"), Needed: true})
	},
	"review whistle": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Review(fmt.Sprint(rapid.IntRange(1, 3).Draw(m.T, "no")), "教训")
	},
	"judge order": func(m *machine, f *matter.File) error { return f.JudgeOrder(m.chaired(f), m.chance("done"), "看过") },
	"withdraw":    func(m *machine, f *matter.File) error { return f.Withdraw(m.chaired(f), "另派") },
	"object":      func(m *machine, f *matter.File) error { return f.Object(m.debtor(f), "不属职责", "", "") },
	"decide objection": func(m *machine, f *matter.File) error {
		to := ""
		if m.chance("name") {
			to = m.unit()
		}
		objected := func(o *order.Order) bool { return o.Status == order.Objected }
		return f.DecideObjection(m.waiting(f, objected), m.chance("uphold"), to, "按清单")
	},
	"convene": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Convene([]string{building, water}, "职责不清")
	},
	"decide conference": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		var co []string
		if m.chance("co") {
			co = []string{m.unit()}
		}
		return f.DecideConference("纪要", m.unit(), co)
	},
	"ask for time": func(m *machine, f *matter.File) error {
		return f.AskExtension(m.debtor(f), rapid.SampledFrom([]string{"2 WD", "5 CD", "3 WORK_HOUR", "15 CD", "99 CD"}).Draw(m.T, "more"), "配件未到")
	},
	"decide on time": func(m *machine, f *matter.File) error {
		return f.DecideExtension(m.chaired(f), m.chance("grant"), "已核")
	},
	"pause": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Pause("WEATHER", f.Now+clock.Instant(time.Duration(rapid.IntRange(1, 100*24).Draw(m.T, "hours"))*time.Hour/time.Microsecond))
	},
	"resume": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Resume()
	},
	"defer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Defer("资金未到位", "年度计划", f.Now+clock.Instant(time.Duration(rapid.IntRange(1, 91*24).Draw(m.T, "hours"))*time.Hour/time.Microsecond))
	},
	"undefer": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.Undefer()
	},
	"contact": func(m *machine, f *matter.File) error {
		m.by(f, append(m.desks(), m.s.post(building), m.s.post(cityOffice))...)
		return f.Contact("PHONE", m.chance("reached"))
	},
	"judge": func(m *machine, f *matter.File) error {
		m.by(f, append(m.desks(), m.s.role(districtDesk, org.Dispatcher))...)
		j := matter.Judgement{Resolved: rapid.SampledFrom([]matter.Resolved{matter.Yes, matter.Yes, matter.Partial, matter.No}).Draw(m.T, "resolved"), ByPhone: m.chance("phone"), Contacted: m.chance("contacted")}
		if m.chance("caller") {
			m.caller(f)
		}
		if len(f.M.Voters) > 0 && m.chance("voter") {
			j.Voter = f.M.Voters[0]
		}
		return f.Judge(j)
	},
	"reopen": func(m *machine, f *matter.File) error {
		if m.caller(f); m.chance("desk") {
			m.by(f, m.desks()...)
		}
		return f.Reopen("又坏了")
	},
	"order check": func(m *machine, f *matter.File) error {
		m.by(f, rule)
		return f.OrderCheck(m.unit())
	},
	"check": func(m *machine, f *matter.File) error {
		o := m.debtor(f)
		return f.Check(o, m.chance("pass"), "现场看过")
	},
	"remind":    func(m *machine, f *matter.File) error { return f.Remind(m.chaired(f), "") },
	"supervise": func(m *machine, f *matter.File) error { return f.Supervise(m.chaired(f), "久拖不决") },
	"appeal card": func(m *machine, f *matter.File) error {
		return f.AppealCard(m.debtor(f), rapid.SampledFrom([]order.Colour{order.Yellow, order.Red}).Draw(m.T, "colour"), "暂停期间")
	},
	"decide card": func(m *machine, f *matter.File) error {
		appealed := func(o *order.Order) bool {
			return slices.ContainsFunc(o.Cards, func(c order.Card) bool { return c.State == order.CardAppealed })
		}
		return f.DecideCard(m.waiting(f, appealed), rapid.SampledFrom([]order.Colour{order.Yellow, order.Red}).Draw(m.T, "colour"), m.chance("uphold"), "核过")
	},
	"level up": func(m *machine, f *matter.File) error {
		m.caller(f)
		err := f.LevelUp("")
		m.neverBlocked(f, err)
		return err
	},
	"request exclusion": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		return f.RequestExclusion("POLICY", "政策不允许")
	},
	"decide exclusion": func(m *machine, f *matter.File) error {
		m.by(f, m.assessors()...)
		return f.DecideExclusion(m.chance("grant"), "核过")
	},
	"merge": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		into := m.other(f)
		into.By = f.By
		if err := f.MergeInto(into, "同一处"); err != nil {
			return err
		}
		if err := into.Settle(); err != nil {
			return err
		}
		if !slices.Contains(into.M.Children, f.M.ID) || f.M.MergedInto != into.M.ID || f.M.Caller.Reachable() != slices.Contains(into.M.Voters, f.M.ID) {
			m.Fatalf("%v was lost in %v", f.M.ID, into.M.ID)
		}
		m.sound(into)
		return nil
	},
	"unmerge": func(m *machine, f *matter.File) error {
		m.by(f, m.desks()...)
		into := m.other(f)
		into.By = f.By
		err := f.Unmerge(into, "不是一处")
		if err != nil && f.M.Status == matter.Merged && into.M.Status.Open() && access.Allow(f.By, access.MergeMatter, f.Subject(nil)) == nil {
			m.Fatalf("the merge cannot be undone: %v", err)
		}
		if err == nil {
			err = into.Settle()
			m.sound(into)
		}
		return err
	},
}

func (m *machine) other(f *matter.File) *matter.File {
	if f == m.files[0] {
		return m.files[1]
	}
	return m.files[0]
}

// neverBlocked holds INV-10: only the end of the matter, the top level and the
// time that the caller was told keep a caller from going up.
func (m *machine) neverBlocked(f *matter.File, err error) {
	mine := f.By.Kind == access.Caller && (f.By.Matter == int64(f.M.ID) || slices.Contains(f.M.Children, ident.ID(f.By.Matter)))
	told := f.M.Clocks.Last(clock.Promised)
	if err != nil && mine && f.M.Status.Open() && f.M.Level != org.City && told.Due <= f.Now {
		m.Fatalf("the caller was kept from going up: %v", err)
	}
}

// assessors are the posts of the place that decide exclusions.
func (m *machine) assessors() []access.Actor {
	var out []access.Actor
	for _, code := range m.s.city.Org.Units() {
		if !strings.HasPrefix(code, "440106-") && !strings.HasPrefix(code, "440100-") {
			continue
		}
		for _, p := range m.s.city.Org.Posts(code) {
			if p.Role == org.Assessor {
				out = append(out, actor(m.s.city, p))
			}
		}
	}
	return out
}
