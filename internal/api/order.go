package api

import (
	"time"

	"huying/internal/domain/order"
)

// Order is one commitment of a unit.
type Order struct {
	No         string     `json:"no"`
	Kind       string     `json:"kind"`
	Role       string     `json:"role"`
	Status     string     `json:"status"`
	Creditor   string     `json:"creditor"`
	Debtor     string     `json:"debtor"`
	DebtorPost string     `json:"debtor_post"`
	Judge      string     `json:"judge"`
	Content    string     `json:"content,omitempty"`
	Basis      string     `json:"basis,omitempty"`
	About      string     `json:"about,omitempty" doc:"Order a supervision letter is about"`
	IssuedAt   time.Time  `json:"issued_at"`
	SignedAt   time.Time  `json:"signed_at,omitzero"`
	AutoSigned bool       `json:"auto_signed,omitempty"`
	Answered   time.Time  `json:"responded_at,omitzero"`
	EndedAt    time.Time  `json:"ended_at,omitzero"`
	EndReason  string     `json:"end_reason,omitempty"`
	DueAt      time.Time  `json:"due_at,omitzero"`
	Overdue    bool       `json:"overdue"`
	OnTime     bool       `json:"on_time"`
	Late       bool       `json:"late"`
	FirstFix   bool       `json:"first_fix"`
	Bound      bool       `json:"bound,omitempty"`
	Emergency  bool       `json:"emergency,omitempty"`
	Reworks    int        `json:"reworks"`
	Reminders  int        `json:"reminders"`
	Colour     string     `json:"colour,omitempty"`
	Cards      []Card     `json:"cards"`
	Clocks     []Clock    `json:"clocks"`
	Answers    []Answer   `json:"answers"`
	Objection  *Objection `json:"objection,omitempty"`
	Extension  *Extension `json:"extension,omitempty"`
	Leg        *Leg       `json:"leg,omitempty" doc:"Of a whistle"`
	Links      Links      `json:"links"`
}

// Answer is what a unit says it did.
type Answer struct {
	At       time.Time  `json:"at"`
	By       string     `json:"by"`
	Text     string     `json:"text"`
	Evidence []Evidence `json:"evidence"`
	Result   string     `json:"result,omitempty"`
	Verdict  string     `json:"verdict,omitempty"`
	Judge    string     `json:"judge,omitempty"`
	JudgedAt time.Time  `json:"judged_at,omitzero"`
	Reason   string     `json:"reason,omitempty"`
}

// Evidence is one record of an answer.
type Evidence struct {
	Kind       string    `json:"kind"`
	Hash       string    `json:"hash"`
	Name       string    `json:"name,omitempty"`
	Size       int64     `json:"size,omitempty"`
	CapturedAt time.Time `json:"captured_at,omitzero"`
}

// Card is a computed warning to a unit.
type Card struct {
	At     time.Time `json:"at"`
	Colour string    `json:"colour"`
	Rule   string    `json:"rule"`
	Fact   string    `json:"fact"`
	State  string    `json:"state"`
	Appeal string    `json:"appeal,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// Objection is a unit's word that an order is not its duty.
type Objection struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
	Basis   string    `json:"basis,omitempty"`
	Names   string    `json:"names,omitempty"`
	State   string    `json:"state"`
	Decided time.Time `json:"decided_at,omitzero"`
	Note    string    `json:"note,omitempty"`
}

// Extension is a request for more time.
type Extension struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Limit   string    `json:"limit"`
	Reason  string    `json:"reason"`
	State   string    `json:"state"`
	Decided time.Time `json:"decided_at,omitzero"`
	Note    string    `json:"note,omitempty"`
}

func orderView(o *order.Order) Order {
	out := Order{
		No: o.ID.Number(), Kind: string(o.Kind), Role: string(o.Role), Status: string(o.Status), Creditor: o.Creditor, Debtor: o.Debtor,
		DebtorPost: o.DebtorPost, Judge: string(o.Judge), Content: o.Content, Basis: o.Basis, About: number(o.About), IssuedAt: at(o.IssuedAt),
		SignedAt: at(o.SignedAt), AutoSigned: o.AutoSigned, Answered: at(o.RespondedAt), EndedAt: at(o.EndedAt), EndReason: o.EndReason,
		DueAt: at(o.Due()), Overdue: o.Overdue, OnTime: o.OnTime, Late: o.Late, FirstFix: o.FirstFix, Bound: o.Bound, Emergency: o.Emergency,
		Reworks: o.Reworks, Leg: legView(o.Leg), Reminders: o.Reminders, Colour: string(o.Colour()), Clocks: clocks(o.Clocks),
		Cards: make([]Card, len(o.Cards)), Answers: answers(o), Links: Links{"self": Base + "/orders/" + o.ID.Number()},
	}
	for i, c := range o.Cards {
		out.Cards[i] = Card{At: at(c.At), Colour: string(c.Colour), Rule: c.Rule, Fact: c.Fact, State: c.State, Appeal: c.Appeal, Note: c.Note}
	}
	if x := o.Objection; x != nil {
		out.Objection = &Objection{At: at(x.At), By: x.By, Reason: x.Reason, Basis: x.Basis, Names: x.Names, State: x.State, Decided: at(x.DecAt), Note: x.Note}
	}
	if x := o.Extension; x != nil {
		out.Extension = &Extension{At: at(x.At), By: x.By, Limit: x.Limit, Reason: x.Reason, State: x.State, Decided: at(x.DecAt), Note: x.Note}
	}
	return out
}

func answers(o *order.Order) []Answer {
	out := make([]Answer, len(o.Answers))
	for i, a := range o.Answers {
		out[i] = Answer{
			At: at(a.At), By: a.By, Text: a.Text, Result: a.Result, Verdict: a.Verdict, Judge: a.Judge, JudgedAt: at(a.JudgedAt), Reason: a.Reason,
			Evidence: make([]Evidence, len(a.Evidence)),
		}
		for j, e := range a.Evidence {
			out[i].Evidence[j] = Evidence{Kind: e.Kind, Hash: e.Hash, Name: e.Name, Size: e.Size, CapturedAt: at(e.CapturedAt)}
		}
	}
	return out
}
