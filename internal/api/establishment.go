package api

import (
	"huying/internal/desk/establishment"
	"huying/internal/domain/access"
	book "huying/internal/domain/establishment"
	"huying/internal/domain/register"
	"huying/internal/ident"
)

func establishmentDesk(s *server) *establishment.Desk { return establishment.New(s.Engine) }

func establishmentRoutes() []Route {
	return []Route{
		{get, "/establishment", "read-establishment", staff, access.ReadEstablishment, "一个单位某日的编制", "Establishment of a unit on a day", handle(establishmentOf)},
		{get, "/establishment/entries", "list-establishment", staff, access.ReadEstablishment, "编制变动", "Lines of the book of establishment", handle(establishmentEntries)},
		{post, "/establishment/movements", "move-posts", staff, access.MoveEstablishment, "提出划转编制", "Propose to move posts", enter(establishmentDesk, (*establishment.Desk).Move)},
		{post, "/establishment/movements/{no}/decide", "decide-posts", staff, access.DecideEstablishment, "另一人批准或不同意划转", "Approve or refuse, as another person", amend(establishmentDesk, (*establishment.Desk).Decide)},
		{post, "/establishment/filled", "count-posts", staff, access.CountEstablishment, "登记在编人数", "Say how many posts are filled", enter(establishmentDesk, (*establishment.Desk).Count)},
	}
}

// EstablishmentAsked asks about a unit and a day.
type EstablishmentAsked struct {
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"Empty: one's own"`
	Day  int    `json:"day,omitempty" doc:"Civil day, as 20260401; empty: today"`
}

// Establishment is what a unit has of one kind.
type Establishment struct {
	Kind       string `json:"kind"`
	Authorised int    `json:"authorised"`
	Filled     int    `json:"filled"`
	Free       int    `json:"free"`
}

func establishmentOf(r *request, in EstablishmentAsked) (*List[Establishment], error) {
	day := in.Day
	if day == 0 {
		day = r.s.Engine.Day(r.now)
	}
	has, err := establishmentDesk(r.s).On(r.ctx, r.actor, UnitAsked{in.Unit}.unit(r), day)
	if err != nil {
		return nil, err
	}
	out := &List[Establishment]{Items: []Establishment{}}
	for _, k := range book.Kinds {
		if s, ok := has[k]; ok {
			out.Items = append(out.Items, Establishment{string(k), s.Authorised, s.Filled, s.Free()})
		}
	}
	return out, nil
}

// EstablishmentChosen narrows the lines of the book.
type EstablishmentChosen struct {
	Paging
	Unit   string `json:"unit,omitempty" maxLength:"64" doc:"Unit that gives the posts or counts them"`
	To     string `json:"to,omitempty" maxLength:"64" doc:"Unit that gets the posts"`
	Place  string `json:"place,omitempty" maxLength:"64" doc:"District or town whose units give or count"`
	Status string `json:"status,omitempty" maxLength:"32" doc:"PROPOSED, APPROVED, REFUSED, NOTED"`
}

// EstablishmentEntry is one line of the book.
type EstablishmentEntry struct {
	Act     string  `json:"act" doc:"MOVE or FILLED"`
	Unit    string  `json:"unit" doc:"Gives the posts, or counts them"`
	To      string  `json:"to,omitempty"`
	Kind    string  `json:"kind"`
	N       int     `json:"n"`
	Basis   string  `json:"basis"`
	Day     int     `json:"day" doc:"From which it counts"`
	Status  string  `json:"status"`
	By      string  `json:"by" doc:"Post"`
	Decider string  `json:"decider,omitempty" doc:"Post of the second person"`
	Word    string  `json:"word,omitempty" doc:"Why it was refused"`
	Left    int     `json:"left,omitempty" doc:"Posts that no delegation cites yet"`
	Cited   []Cited `json:"cited,omitempty" doc:"Delegations that cite posts of it"`
}

// Cited is how many posts of a movement a delegation cites.
type Cited struct {
	Delegation string `json:"delegation"`
	N          int    `json:"n"`
}

func establishmentEntries(r *request, in EstablishmentChosen) (*Page[Kept[EstablishmentEntry]], error) {
	find := func(before ident.ID, limit int) ([]register.Record[book.Entry], error) {
		f := establishment.Filter{Unit: in.Unit, To: in.To, Place: in.Place, Before: before, Limit: limit}
		if in.Status != "" {
			f.Status = []string{in.Status}
		}
		return establishmentDesk(r.s).Entries(r.ctx, r.actor, f)
	}
	return records(r, in.Paging, "establishment", find, func(e book.Entry) EstablishmentEntry {
		out := EstablishmentEntry{
			Act: string(e.Act), Unit: e.Unit, To: e.To, Kind: string(e.Kind), N: e.N, Basis: e.Basis, Day: e.Day, Status: string(e.Status), By: e.Signed.Post,
		}
		if e.Decided != nil {
			out.Decider, out.Word = e.Decided.Post, e.Decided.Text
		}
		if e.Act == book.Move && e.Status == book.Approved {
			out.Left = e.Left()
		}
		for _, c := range e.Cited {
			out.Cited = append(out.Cited, Cited{c.By.Number(), c.N})
		}
		return out
	})
}
