package api

import (
	"context"
	"time"

	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/call"
	"huying/internal/domain/clock"
	"huying/internal/domain/matter"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
)

// residentWeb is the inlet of calls that come without a token.
const residentWeb = "RESIDENT_WEB"

// leastKey is the least length of an idempotency key of somebody unknown: it
// is all that tells one caller's retry from another's call.
const leastKey = 16

// PublicCall is a call of somebody who is not known here.
type PublicCall struct {
	Kind      string   `json:"kind" maxLength:"32"`
	Category  string   `json:"category,omitempty" maxLength:"32"`
	Text      string   `json:"text" doc:"At most 20000 characters"`
	Where     string   `json:"where,omitempty" doc:"The place in the caller's words"`
	Place     string   `json:"place,omitempty" maxLength:"64"`
	Lon       *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Lat       *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	CRS       string   `json:"crs,omitempty" maxLength:"16"`
	Anonymity string   `json:"anonymity,omitempty" maxLength:"32"`
	Caller    *Contact `json:"caller,omitempty"`
}

func publicCall(r *request, in PublicCall) (*Receipted, error) {
	if err := take(r, &r.s.limits.intake, r.site()); err != nil {
		return nil, err
	}
	r.actor = access.Actor{ID: "CALLER", Kind: access.Caller}
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	if cmd.Key = r.http.Header.Get("Idempotency-Key"); cmd.Key != "" && len(cmd.Key) < leastKey {
		return nil, fault.Field("Idempotency-Key", "request.key_too_short", leastKey)
	}
	form := call.Form{
		Source: residentWeb, Kind: in.Kind, Category: in.Category, Text: in.Text, Where: in.Where, Place: in.Place,
		Lon: in.Lon, Lat: in.Lat, CRS: in.CRS, Anonymity: in.Anonymity,
	}
	if c := in.Caller; c != nil {
		form.Name, form.Phone, form.CallerKind = c.Name, c.Phone, c.Kind
	}
	s, err := r.s.Intake.Receive(r.ctx, cmd, form)
	if err != nil {
		return nil, inCaller(err)
	}
	r.received(s, "/track/")
	return receipted(s, r.s.Engine.TrackCode(s.M.ID)), nil
}

// Track is a matter as its caller sees it. What was merged into another shows
// how that one fares.
type Track struct {
	No         string          `json:"no"`
	Status     string          `json:"status"`
	Kind       string          `json:"kind"`
	Category   string          `json:"category,omitempty"`
	Class      string          `json:"class,omitempty"`
	Reason     string          `json:"class_reason,omitempty"`
	Text       string          `json:"text"`
	Note       string          `json:"note,omitempty"`
	Channel    string          `json:"channel,omitempty"`
	Unit       string          `json:"unit,omitempty" doc:"Accountable unit"`
	ReceivedAt time.Time       `json:"received_at"`
	PromisedAt time.Time       `json:"promised_at,omitzero"`
	ClosedAt   time.Time       `json:"closed_at,omitzero"`
	Merged     bool            `json:"merged" doc:"It goes on together with an earlier matter"`
	Answers    []PublicAnswer  `json:"answers"`
	Verdicts   []PublicVerdict `json:"verdicts" doc:"The caller's own"`
	Reopens    int             `json:"reopens"`
	Level      string          `json:"level"`
	Links      Links           `json:"links"`
}

// PublicAnswer is an answer as the caller sees it.
type PublicAnswer struct {
	At   time.Time `json:"at"`
	Unit string    `json:"unit"`
	Text string    `json:"text"`
}

// PublicVerdict is the caller's own word.
type PublicVerdict struct {
	At           time.Time `json:"at"`
	Resolved     string    `json:"resolved"`
	Satisfaction int       `json:"satisfaction,omitempty"`
}

func track(r *request, _ none) (*Track, error) {
	own, on, err := r.tracked()
	if err != nil {
		return nil, err
	}
	m := on.M
	self := Base + "/track/" + own.M.ID.Number()
	out := &Track{
		No: own.M.ID.Number(), Status: string(m.Status), Kind: string(own.M.Kind), Category: m.Category, Class: string(m.Class),
		Reason: m.ClassReason, Text: own.Text, Note: m.Note, Channel: m.Channel, Unit: m.Unit, ReceivedAt: at(own.M.ReceivedAt),
		ClosedAt: at(m.ClosedAt), Merged: own.M.MergedInto != 0, Reopens: m.Reopens, Level: string(m.Level),
		Answers: []PublicAnswer{}, Verdicts: []PublicVerdict{},
		Links: Links{"self": self, "told": self + "/told", "receipt": self + "/receipt"},
	}
	if c := m.Clocks.Last(clock.Promised); c != nil {
		out.PromisedAt = at(c.Due)
	}
	for _, o := range on.Orders {
		if !o.Solves() {
			continue
		}
		for _, a := range o.Answers {
			out.Answers = append(out.Answers, PublicAnswer{At: at(a.At), Unit: o.Debtor, Text: a.Text})
		}
	}
	for _, v := range m.Verdicts {
		if v.Judge == matter.JudgeCaller && v.Voter == voter(own, on) {
			out.Verdicts = append(out.Verdicts, PublicVerdict{At: at(v.At), Resolved: string(v.Resolved), Satisfaction: v.Satisfaction})
		}
	}
	return out, nil
}

// voter is how the verdicts of a matter name the caller: zero is its own.
func voter(own, on *engine.State) ident.ID {
	if own.M.ID == on.M.ID {
		return 0
	}
	return own.M.ID
}

// mostMerged bounds how often a matter is followed into another.
const mostMerged = 16

// tracked returns the caller's own matter and the one it goes on as.
func (r *request) tracked() (own, on *engine.State, err error) {
	own, err = r.s.Engine.Read(r.ctx, r.actor, ident.ID(r.actor.Matter))
	if err != nil {
		return nil, nil, err
	}
	on = own
	for range mostMerged {
		if on.M.MergedInto == 0 {
			break
		}
		if on, err = r.s.Engine.Load(r.ctx, on.M.MergedInto); err != nil {
			return nil, nil, err
		}
	}
	return own, on, nil
}

// Told is one notice: a code and what fills its text.
type Told struct {
	At     time.Time `json:"at"`
	No     string    `json:"no" doc:"Matter it is about"`
	Code   string    `json:"code"`
	Detail string    `json:"detail" doc:"In the reader's language"`
	Args   []any     `json:"args"`
}

// Tolds are all notices to one caller, the oldest first.
type Tolds struct {
	Items []Told `json:"items"`
}

func tellings(r *request, _ none) (*Tolds, error) {
	no, err := r.number()
	if err != nil {
		return nil, err
	}
	list, err := r.s.Dispatch.Told(r.ctx, r.actor, no)
	if err != nil {
		return nil, err
	}
	out := &Tolds{Items: make([]Told, len(list))}
	for i, m := range list {
		out.Items[i] = r.told(m)
	}
	return out, nil
}

func receipt(r *request, _ none) (file, error) {
	no, err := r.number()
	if err != nil {
		return file{}, err
	}
	if _, err := r.s.Engine.Read(r.ctx, r.actor, no); err != nil {
		return file{}, err
	}
	body, err := r.s.Engine.Receipt(r.ctx, no)
	return file{media: "application/json", body: body, download: no.Number() + ".receipt.json"}, err
}

// Judgement is the caller's verdict.
type Judgement struct {
	Resolved     string `json:"resolved" enum:"YES,PARTIAL,NO"`
	Satisfaction int    `json:"satisfaction,omitempty" minimum:"0" maximum:"5" doc:"1 very dissatisfied to 5 very satisfied, 0 not given"`
	Contacted    bool   `json:"contacted,omitempty" doc:"The unit got in touch"`
	Comment      string `json:"comment,omitempty"`
}

// Why says why, if the caller wants to.
type Why struct {
	Reason string `json:"reason,omitempty"`
}

// asCaller makes an operation of what a caller may do. It acts on the matter
// that the caller's own goes on as: a merge takes no right from anybody.
func asCaller[In any](fn func(context.Context, *server, engine.Command, *engine.State, *engine.State, In) error) op {
	return handle(func(r *request, in In) (*Track, error) {
		cmd, err := r.commandOnly()
		if err != nil {
			return nil, err
		}
		own, on, err := r.tracked()
		if err != nil {
			return nil, err
		}
		if err := fn(r.ctx, r.s, cmd, own, on, in); err != nil {
			return nil, err
		}
		return track(r, none{})
	})
}

func trackJudge(ctx context.Context, s *server, cmd engine.Command, own, on *engine.State, in Judgement) error {
	j := supervision.Judge{Resolved: in.Resolved, Satisfaction: in.Satisfaction, Contacted: in.Contacted, Comment: in.Comment}
	if v := voter(own, on); v != 0 {
		j.Voter = v.Number()
	}
	_, err := s.Supervision.Judge(ctx, cmd, on.M.ID, j)
	return err
}

func trackReopen(ctx context.Context, s *server, cmd engine.Command, _, on *engine.State, in Why) error {
	_, err := s.Supervision.Reopen(ctx, cmd, on.M.ID, supervision.Reason{Reason: in.Reason})
	return err
}

func trackLevelUp(ctx context.Context, s *server, cmd engine.Command, _, on *engine.State, in Why) error {
	_, err := s.Supervision.LevelUp(ctx, cmd, on.M.ID, supervision.Reason{Reason: in.Reason})
	return err
}

func trackAppeal(ctx context.Context, s *server, cmd engine.Command, own, _ *engine.State, in Why) error {
	_, err := s.Intake.Appeal(ctx, cmd, own.M.ID, intake.Reason{Reason: in.Reason})
	return err
}
