package door

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/people"
	"huying/internal/domain/access"
	"huying/internal/domain/person"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/web/frame"
)

// rows is how many rows a list shows at once.
const rows = 50

func (p pages) accounts(r *frame.Request) error {
	q := r.Query("q")
	list, err := p.People.Accounts(r.Ctx, r.By(), q, r.Query("after"), rows, r.Now)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == rows {
		next = "/people?" + url.Values{"q": {q}, "after": {list[rows-1].Login}}.Encode()
	}
	return r.Page(r.T("people.title"), "people", accountsPage(r, q, list, next))
}

func (p pages) make(r *frame.Request) error {
	in := people.NewAccount{Login: r.Text("login"), Name: r.Text("name"), Posts: strings.Fields(strings.NewReplacer(",", " ", ";", " ", "，", " ", "；", " ").Replace(r.Text("post")))}
	if err := r.Wrong(); err != nil {
		return err
	}
	made, err := p.People.Make(r.Ctx, r.By(), in, r.Now)
	if err != nil {
		return err
	}
	return r.Part(invitations(r, []people.Invitation{*made}, p.Origin()))
}

// mostFile bounds a file of accounts.
const mostFile = 4 << 20

func (p pages) importCSV(r *frame.Request) error {
	files := r.Files("file", mostFile)
	if len(files) == 0 {
		r.Fault(fault.Field("file", "text.missing", "file"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	made, err := p.People.Import(r.Ctx, r.By(), bytes.NewReader(files[0].Body), r.Now)
	if err != nil {
		return err
	}
	return r.Part(invitations(r, made, p.Origin()))
}

func (p pages) account(r *frame.Request) error {
	a, err := p.People.Account(r.Ctx, r.By(), r.Path("id"), r.Now)
	if err != nil {
		return err
	}
	sessions, err := p.People.Sessions(r.Ctx, r.By(), a.ID, r.Now)
	if err != nil {
		return err
	}
	return r.Page(a.Name, "people", accountPage(r, a, sessions))
}

func (p pages) disable(r *frame.Request) error {
	if err := p.People.Disable(r.Ctx, r.By(), r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) enable(r *frame.Request) error {
	if err := p.People.Enable(r.Ctx, r.By(), r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) renew(r *frame.Request) error {
	made, err := p.People.Renew(r.Ctx, r.By(), r.Path("id"), r.Bool("second"), r.Now)
	if err != nil {
		return err
	}
	return r.Part(invitations(r, []people.Invitation{*made}, p.Origin()))
}

func (p pages) give(r *frame.Request) error {
	from, to := r.Time("from"), r.Time("to")
	if err := r.Wrong(); err != nil {
		return err
	}
	if from.IsZero() {
		from = r.Now
	}
	if !to.IsZero() {
		to = to.AddDate(0, 0, 1) // to the end of its last day
	}
	if _, err := p.People.Give(r.Ctx, r.By(), r.Path("id"), r.Text("post"), from, to, r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) endSeat(r *frame.Request) error {
	if err := p.People.End(r.Ctx, r.By(), r.Path("seat"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) revokeAll(r *frame.Request) error {
	if err := p.People.RevokeAll(r.Ctx, r.By(), r.Path("id"), "", r.Now); err != nil {
		return err
	}
	return r.Reload()
}

func (p pages) grants(r *frame.Request) error {
	list, err := p.People.Grants(r.Ctx, r.By(), r.Query("post"), r.Query("after"), rows, r.Now)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == rows {
		next = "/people/grants?" + url.Values{"post": {r.Query("post")}, "after": {list[rows-1].ID}}.Encode()
	}
	return r.Page(r.T("people.grants"), "people", grantsPage(r, list, next))
}

func grantable() []access.Action {
	return slices.DeleteFunc(access.Actions(), func(a access.Action) bool { return !access.Grantable(a) })
}

func (p pages) grant(r *frame.Request) error {
	g := person.Given{Post: r.Text("post"), Place: r.Text("place"), Unit: r.Text("unit"), From: r.Time("from"), To: r.Time("to")}
	for _, a := range r.Texts("actions") {
		g.Actions = append(g.Actions, access.Action(a))
	}
	if g.From.IsZero() {
		g.From = r.Now
	}
	if !g.To.IsZero() {
		g.To = g.To.AddDate(0, 0, 1)
	}
	reason := r.Text("reason")
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.People.Grant(r.Ctx, r.By(), g, reason, r.Now); err != nil {
		return err
	}
	return r.Go("/people/grants")
}

func (p pages) endGrant(r *frame.Request) error {
	if err := p.People.EndGrant(r.Ctx, r.By(), r.Path("id"), r.Now); err != nil {
		return err
	}
	return r.Reload()
}

// moment reads where a list goes on.
func moment(s string) (time.Time, string) {
	us, id, _ := strings.Cut(s, "-")
	n, err := strconv.ParseInt(us, 10, 64)
	if err != nil {
		return time.Time{}, ""
	}
	return time.UnixMicro(n), id
}

func momentText(t time.Time, id string) string {
	return strconv.FormatInt(t.UnixMicro(), 10) + "-" + id
}

func (p pages) proposals(r *frame.Request) error {
	at, id := moment(r.Query("after"))
	list, key, err := p.People.Proposals(r.Ctx, r.By(), people.ProposalKey{At: at, ID: id}, rows, r.Now)
	if err != nil {
		return err
	}
	next := ""
	if !key.At.IsZero() {
		next = "/proposals?after=" + momentText(key.At, key.ID)
	}
	return r.Page(r.T("proposal.title"), "proposals", proposalsPage(r, p, list, next))
}

// mayDecide reports whether the reader has the other word on a proposal.
func mayDecide(r *frame.Request, p people.Proposal) bool {
	place := p.Place
	if place == "" {
		place = r.City.Root
	}
	_, err := p.Decide(r.Session.Account, r.Actor, access.Subject{Place: r.City.Territory.Address(place)}, true, "", r.Now)
	return err == nil
}

// parts are what a proposal carries, as names and values in words, in the
// order of the names.
func parts(r *frame.Request, payload json.RawMessage) [][2]string {
	var m map[string]any
	if err := json.Unmarshal(payload, &m); err != nil {
		return [][2]string{{"", string(payload)}}
	}
	var out [][2]string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if text := partText(r, k, m[k]); text != "" {
			out = append(out, [2]string{r.Word("person.proposal_part", k), text})
		}
	}
	return out
}

func partText(r *frame.Request, key string, value any) string {
	switch v := value.(type) {
	case bool:
		return r.Word("person.proposal_answer", strconv.FormatBool(v))
	case []any:
		texts := make([]string, len(v))
		for i, x := range v {
			texts[i] = partText(r, key, x)
		}
		return strings.Join(texts, " ")
	case string:
		switch key {
		case "district":
			return r.Place(v)
		case "checker":
			return r.Unit(v)
		}
		return v
	}
	return fmt.Sprint(value)
}

func (p pages) decide(r *frame.Request) error {
	confirm, reason := r.Text("word") == "confirm", r.Text("reason")
	if err := r.Wrong(); err != nil {
		return err
	}
	d, err := p.People.Decide(r.Ctx, r.By(), r.Path("id"), confirm, reason, r.Now)
	if err != nil {
		return err
	}
	return p.carry(r, d)
}

// carry carries a proposal out that was just confirmed, if it is of those that
// are.
func (p pages) carry(r *frame.Request, d people.Proposal) error {
	if d.State == person.Confirmed && p.Carries(d) {
		if err := p.People.Carry(r.Ctx, d.ID, r.Now, p.Carry); err != nil {
			return err
		}
	}
	return r.Go("/proposals")
}

func (p pages) carryAgain(r *frame.Request) error {
	d, err := p.People.Proposal(r.Ctx, r.By(), r.Path("id"), r.Now)
	if err != nil {
		return err
	}
	if d.State != person.Confirmed && d.State != person.Running {
		return fault.New(fault.Conflict, "proposal.not_confirmed", string(d.State))
	}
	return p.carry(r, d)
}

// unseal shows a hidden identity to who asked for it, once: the proposal is
// done by it. The line of the access log is written before anything is shown.
func (p pages) unseal(r *frame.Request) error {
	d, err := p.People.Proposal(r.Ctx, r.By(), r.Path("id"), r.Now)
	if err != nil {
		return err
	}
	if !opens(r, d) {
		return fault.New(fault.Conflict, "proposal.not_confirmed", string(d.State))
	}
	var c engine.Contact
	if err := p.People.Carry(r.Ctx, d.ID, r.Now, func(ctx context.Context, d people.Proposal, _ string) (err error) {
		c, err = p.Unseal(ctx, r.Actor, d)
		return err
	}); err != nil {
		return err
	}
	return r.Part(contactPart(r, c))
}

// opens reports whether the reader may read what a proposal has opened.
func opens(r *frame.Request, d people.Proposal) bool {
	return d.Kind == person.UnsealIdentity && d.State == person.Confirmed && d.By == r.Session.Account && d.Post == r.Actor.ID && r.Now.Before(d.Expires)
}

// logs are the office logs with the actions that open them.
var logs = []struct {
	kind   string
	action access.Action
}{{engine.SecurityLog, access.ReadSecurityLog}, {engine.SystemLog, access.ReadSystemLog}, {engine.AuditLog, access.ReadAuditLog}}

func (p pages) log(r *frame.Request) error {
	kind := r.Query("kind")
	for _, l := range logs {
		if kind == "" && r.Could(l.action) {
			kind = l.kind
		}
	}
	if kind == "" {
		return fault.New(fault.Denied, "access.denied", string(access.ReadSecurityLog))
	}
	at, id := moment(r.Query("after"))
	list, err := p.People.Log(r.Ctx, r.By(), kind, people.LineKey{At: at, ID: id}, rows, r.Now)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == rows {
		last := list[rows-1]
		next = "/log?" + url.Values{"kind": {kind}, "after": {momentText(last.At, last.ID)}}.Encode()
	}
	return r.Page(r.T("log.title"), "log", logPage(r, kind, list, next))
}
