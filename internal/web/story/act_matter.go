package story

import (
	"cmp"
	"slices"
	"strings"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/domain/order"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// said is a text that an act needs. A dry command needs no words yet.
func said(r *frame.Request, cmd engine.Command, field string) string {
	s := r.Text(field)
	if s == "" && cmd.Dry {
		return "…"
	}
	return s
}

// in says that an act is open in some states to a post with the action.
func in(action access.Action, states ...matter.Status) func(*part.View, *engine.State, *order.Order) bool {
	return func(v *part.View, s *engine.State, _ *order.Order) bool {
		return slices.Contains(states, s.M.Status) && v.May(action, s.File, nil)
	}
}

// run calls a command of a desk with what the form holds, unless the form
// itself is wrong.
func run[In any](r *frame.Request, cmd engine.Command, no ident.ID, in In, command frameCommand[In]) (*engine.State, error) {
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	return command(r.Ctx, cmd, no, in)
}

func matterActs() []*act {
	return slices.Concat(intakeActs(), resultActs(), dispatchActs(), besideActs())
}

func intakeActs() []*act {
	return []*act{
		{
			name: "verify", action: access.VerifyMatter, zh: "核实诉求", en: "Verify a matter", label: part.Key("story.do_verify"), tone: "main", key: "v",
			open: in(access.VerifyMatter, matter.Received), fields: verifyFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := intake.Verify{Category: category(r.Text("category")), Urgency: r.Text("urgency"), Place: r.Text("place"), Note: r.Text("note")}
				return run(r, cmd, no, in, d.Intake.Verify)
			},
		},
		{
			name: "triage", action: access.TriageMatter, zh: "分流诉求", en: "Decide the class of a matter", label: part.Key("story.do_triage"), tone: "main", key: "t",
			open: in(access.TriageMatter, matter.Verified), fields: triageFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := intake.Triage{Class: r.Text("class"), Category: category(r.Text("category")), Reason: said(r, cmd, "reason")}
				return run(r, cmd, no, in, d.Intake.Triage)
			},
		},
		{
			name: "advise", action: access.VerifyMatter, zh: "直接答复诉求", en: "Answer a matter at once", label: part.Key("story.do_advise"),
			open: in(access.VerifyMatter, matter.Received, matter.Verified), fields: adviseFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, intake.Advise{Answer: said(r, cmd, "answer")}, d.Intake.Advise)
			},
		},
		{
			name: "refer", action: access.VerifyMatter, zh: "转法定渠道", en: "Refer a matter to its lawful channel", label: part.Key("story.do_refer"),
			open: in(access.VerifyMatter, matter.Received, matter.Verified), fields: referFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, intake.Refer{Channel: r.Text("channel"), Note: r.Text("note")}, d.Intake.Refer)
			},
		},
		{
			name: "take-back", action: access.VerifyMatter, zh: "收回已转出的诉求", en: "Take a referred matter back", label: part.Key("story.do_take_back"),
			open: in(access.VerifyMatter, matter.Referred), fields: reasonFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, intake.Reason{Reason: said(r, cmd, "reason")}, d.Intake.TakeBack)
			},
		},
	}
}

func dispatchActs() []*act {
	return []*act{
		{
			name: "issue", action: access.IssueOrder, zh: "派单", en: "Give orders", label: part.Key("story.do_issue"), tone: "main", key: "o",
			open: in(access.IssueOrder, matter.Triaged, matter.Ordered, matter.Reopened), fields: issueFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, issued(r), d.Dispatch.Issue)
			},
		},
		{
			name: "convene", action: access.DecideObjection, zh: "召集会商", en: "Convene a conference", label: part.Key("story.do_convene"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return in(access.DecideObjection, matter.Triaged, matter.Ordered, matter.Reopened)(v, s, nil) && !meets(s)
			},
			fields: conveneFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, dispatch.Convene{Parties: r.Texts("party"), Reason: said(r, cmd, "reason")}, d.Dispatch.Convene)
			},
		},
		{
			name: "decide-conference", action: access.DecideObjection, zh: "作出会商决定", en: "Decide a conference", label: part.Key("story.do_decide_conference"), tone: "main",
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return meets(s) && in(access.DecideObjection, matter.Triaged, matter.Ordered, matter.Reopened)(v, s, nil)
			},
			fields: conferenceFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := dispatch.DecideConference{Minutes: said(r, cmd, "minutes"), Lead: r.Text("lead"), Co: r.Texts("co")}
				return run(r, cmd, no, in, d.Dispatch.DecideConference)
			},
		},
		{
			name: "pause", action: access.DeferMatter, zh: "中止计时", en: "Pause the clocks", label: part.Key("story.do_pause"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return in(access.DeferMatter, matter.Ordered, matter.Reopened)(v, s, nil) && s.M.Clocks.Running(clock.Resume) == nil
			},
			fields: pauseFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, dispatch.Pause{Reason: r.Text("reason"), Until: r.Time("until")}, d.Dispatch.Pause)
			},
		},
		{
			name: "resume", action: access.DeferMatter, zh: "恢复计时", en: "Resume the clocks", label: part.Key("story.do_resume"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return s.M.Clocks.Running(clock.Resume) != nil && v.May(access.DeferMatter, s.File, nil)
			},
			clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, struct{}{}, d.Dispatch.Resume)
			},
		},
		{
			name: "defer", action: access.DeferMatter, zh: "挂账", en: "Defer a matter", label: part.Key("story.do_defer"),
			open: in(access.DeferMatter, matter.Triaged, matter.Ordered, matter.Reopened), fields: deferFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := dispatch.Defer{Reason: said(r, cmd, "reason"), Plan: said(r, cmd, "plan"), Review: r.Time("review")}
				return run(r, cmd, no, in, d.Dispatch.Defer)
			},
		},
		{
			name: "undefer", action: access.DeferMatter, zh: "恢复办理", en: "Take a deferred matter up again", label: part.Key("story.do_undefer"),
			open: in(access.DeferMatter, matter.Deferred), clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, struct{}{}, d.Dispatch.Undefer)
			},
		},
	}
}

// issued reads the orders of the form: a lead, and any number of co-units. With
// a lead open already, or none named, there are only co-units.
func issued(r *frame.Request) dispatch.Issue {
	var out dispatch.Issue
	limit := ""
	if n := r.Text("amount"); n != "" {
		limit = n + " " + r.Text("unit")
	}
	add := func(unit, role string) {
		out.Orders = append(out.Orders, dispatch.Given{Debtor: unit, Role: role, Limit: limit, Content: r.Text("content"), Basis: r.Text("basis")})
	}
	co := slices.Compact(r.Texts("co"))
	if lead := r.Text("lead"); lead != "" {
		role := string(order.Sole)
		if len(co) > 0 {
			role = string(order.Lead)
		}
		add(lead, role)
	}
	for _, u := range co {
		add(u, string(order.Co))
	}
	return out
}

func meets(s *engine.State) bool {
	m := s.M.Conference
	return m != nil && m.DecAt == 0 && m.Ended == 0
}

func resultActs() []*act {
	return []*act{
		{
			name: "judge", zh: "评价诉求结果", en: "Give a verdict on a matter", label: part.Key("story.do_judge"), tone: "main",
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				own := s.M.Caller.Post != "" && s.M.Caller.Post == v.Actor.ID
				return s.M.Status == matter.Awaiting && (own || v.May(access.JudgeMatter, s.File, nil))
			},
			fields: judgeFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := supervision.Judge{
					Resolved: r.Text("resolved"), Satisfaction: r.Int("satisfaction"), Contacted: r.Bool("contacted"), Comment: r.Text("comment"),
					ByPhone: r.Text("by") == "phone", Voter: r.Text("voter"),
				}
				return run(r, cmd, no, in, d.Supervision.Judge)
			},
		},
		{
			name: "contact", zh: "记录联系诉求人", en: "Record an attempt to reach the caller", label: part.Key("story.do_contact"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return s.M.Status.Open() && s.M.Caller.Reachable() && (v.May(access.VerifyMatter, s.File, nil) || answers(v, s))
			},
			fields: contactFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, dispatch.Contact{Channel: r.Text("channel"), Reached: r.Bool("reached")}, d.Dispatch.Contact)
			},
		},
		{
			name: "reopen", action: access.ReopenMatter, zh: "重开诉求", en: "Reopen a matter", label: part.Key("story.do_reopen"), tone: "grave",
			open: in(access.ReopenMatter, matter.Closed), fields: reasonFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, supervision.Reason{Reason: said(r, cmd, "reason")}, d.Supervision.Reopen)
			},
		},
	}
}

// answers reports whether the reader's unit owes an open order of the matter.
func answers(v *part.View, s *engine.State) bool {
	return slices.ContainsFunc(s.Orders, func(o *order.Order) bool { return o.Status.Open() && v.May(access.AnswerOrder, s.File, o) })
}

func besideActs() []*act {
	return []*act{
		{
			name: "merge", action: access.MergeMatter, zh: "并单", en: "Merge a matter into another", label: part.Key("story.do_merge"), key: "m",
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return len(s.M.Children) == 0 && in(access.MergeMatter, matter.Received, matter.Verified, matter.Triaged, matter.Ordered)(v, s, nil)
			},
			fields: mergeFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, intake.Merge{Into: cmp.Or(r.Text("into"), r.Text("near")), Reason: r.Text("reason")}, d.Intake.Merge)
			},
		},
		{
			name: "unmerge", action: access.MergeMatter, zh: "取消并单", en: "Undo a merge", label: part.Key("story.do_unmerge"),
			open: in(access.MergeMatter, matter.Merged), fields: reasonFields, clocks: true,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				return run(r, cmd, no, intake.Reason{Reason: said(r, cmd, "reason")}, d.Intake.Unmerge)
			},
		},
		{
			name: "split", action: access.MergeMatter, zh: "拆分诉求", en: "Split a matter", label: part.Key("story.do_split"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				return s.M.Status.Open() && v.May(access.MergeMatter, s.File, nil)
			},
			fields: splitFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := intake.Split{Text: said(r, cmd, "text"), Kind: r.Text("kind"), Category: category(r.Text("category")), Urgency: r.Text("urgency")}
				return run(r, cmd, no, in, d.Intake.Split)
			},
		},
		{
			name: "exclusion", action: access.RequestExclusion, zh: "申请剔除", en: "Ask for an exclusion", label: part.Key("story.do_exclusion"),
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				x := s.M.Excluded
				return (x == nil || x.State == "REFUSED") && s.M.Status != matter.Merged && v.May(access.RequestExclusion, s.File, nil)
			},
			fields: exclusionFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				in := supervision.RequestExclusion{Ground: r.Text("ground"), Reason: said(r, cmd, "reason")}
				return run(r, cmd, no, in, d.Supervision.RequestExclusion)
			},
		},
		{
			name: "decide-exclusion", action: access.DecideExclusion, zh: "评定剔除", en: "Decide an exclusion", label: part.Key("story.do_decide_exclusion"), tone: "main",
			open: func(v *part.View, s *engine.State, _ *order.Order) bool {
				x := s.M.Excluded
				return x != nil && x.State == "ASKED" && v.May(access.DecideExclusion, s.File, nil)
			},
			fields: grantFields,
			do: func(r *frame.Request, d Desks, cmd engine.Command, no ident.ID) (*engine.State, error) {
				grant := yes(r, "grant")
				return run(r, cmd, no, supervision.Decide{Grant: grant, Note: said(r, cmd, "note")}, d.Supervision.DecideExclusion)
			},
		},
	}
}

// category is the code that a field of a category holds: people may choose
// "code name" from its list.
func category(s string) string {
	code, _, _ := strings.Cut(s, " ")
	return code
}
