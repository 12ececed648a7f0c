// Package office is the pages of the administrators and auditors: the registry
// of places, units, posts, calendars, duties, the pack and tokens, and the
// audit of the ledger. None of them shows what a matter says or who called.
package office

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/audit"
	"huying/internal/desk/people"
	"huying/internal/desk/registry"
	"huying/internal/domain/access"
	"huying/internal/domain/duty"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/person"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Packs is what the process knows of its own pack.
type Packs interface {
	// InForce is the pack that is decided by, without stored shapes.
	InForce() *pack.City
	// Candidate is the pack as its files are now.
	Candidate() (*pack.City, error)
}

// Desks are the desks these pages ask.
type Desks struct {
	Engine   *engine.Engine
	Registry *registry.Desk
	Audit    *audit.Desk
	Verifier *audit.Verifier
	People   *people.Desk
	Packs    Packs
}

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	const manage, tokens, read, readings = access.ManagePack, access.ManageTokens, access.ReadLedger, access.ReadAccessLog
	p := pages{d}
	return []frame.Route{
		frame.Show("/registry", "registry", frame.Staff, manage, "登记", "Registry", func(r *frame.Request) error { return r.Go("/registry/places") }),
		frame.Show("/registry/places", "registry-places", frame.Staff, manage, "区划和边界", "Places and shapes", p.places),
		frame.Do("/registry/shapes", "preview-shapes", frame.Staff, manage, "导入边界并预览", "Import shapes and look at them", p.preview),
		frame.Show("/registry/shapes/{id}", "shapes", frame.Signed, "", "边界草稿", "A draft of shapes", p.draft),
		frame.Do("/registry/shapes/{id}/propose", "propose-shapes", frame.Staff, manage, "提议启用边界", "Propose to use shapes", p.proposeShapes),
		frame.Show("/registry/units", "registry-units", frame.Staff, manage, "单位", "Units", p.units),
		frame.Show("/registry/units/{code}", "registry-unit", frame.Staff, manage, "一个单位", "A unit", p.unit),
		frame.Show("/registry/posts", "registry-posts", frame.Staff, manage, "岗位和空缺", "Posts and vacancies", p.posts),
		frame.Show("/registry/calendars", "registry-calendars", frame.Staff, manage, "日历", "Calendars", p.calendars),
		frame.Show("/registry/duties", "registry-duties", frame.Staff, manage, "职责清单", "Duty list", p.duties),
		frame.Show("/registry/duties/{code}", "registry-duty", frame.Staff, manage, "一项职责", "A duty", p.duty),
		frame.Show("/registry/pack", "registry-pack", frame.Staff, manage, "城市包", "The pack", p.pack),
		frame.Do("/registry/pack/propose", "propose-pack", frame.Staff, manage, "提议启用城市包", "Propose to use the pack", p.proposePack),
		frame.Show("/registry/tokens", "registry-tokens", frame.Staff, tokens, "接口令牌", "API tokens", p.tokens),
		frame.Do("/registry/tokens", "make-page-token", frame.Staff, tokens, "签发令牌", "Make a token", p.makeToken),
		frame.Do("/registry/tokens/{id}/revoke", "revoke-page-token", frame.Staff, tokens, "吊销令牌", "Revoke a token", p.revokeToken),

		frame.Show("/audit", "audit", frame.Staff, read, "审计今日待办", "What an auditor does today", p.today),
		frame.Show("/audit/ledger", "audit-ledger", frame.Staff, read, "查台账", "Search the ledger", p.ledger),
		frame.Show("/audit/ledger.csv", "audit-ledger-csv", frame.Staff, read, "导出台账", "Export the ledger", p.ledgerCSV),
		frame.Show("/audit/readings", "audit-readings", frame.Staff, readings, "联系方式查看记录", "Who read contacts", p.readings),
		frame.Show("/audit/readings.csv", "audit-readings-csv", frame.Staff, readings, "导出查看记录", "Export who read contacts", p.readingsCSV),
		frame.Show("/audit/checkpoints", "audit-checkpoints", frame.Staff, read, "存证点", "Checkpoints", p.checkpoints),
		frame.Show("/audit/checkpoints/{size}", "audit-checkpoint", frame.Staff, read, "下载存证点", "Download a checkpoint", p.checkpoint),
		frame.Show("/audit/verify", "audit-verify", frame.Staff, read, "核验台账", "Verify the ledger", p.verification),
		frame.Show("/audit/verify/progress", "audit-progress", frame.Staff, read, "核验进度", "How far it is", p.progress),
		frame.Do("/audit/verify", "verify-ledger", frame.Staff, read, "开始核验", "Begin to verify", p.verify),
	}
}

type pages struct{ Desks }

// rows is how many rows a list shows at once.
const rows = 100

// place is the place an address asks about, the city if it asks about none.
func place(r *frame.Request) (*territory.Place, error) {
	code := r.Query("at")
	if code == "" {
		code = r.City.Root
	}
	p, ok := r.City.Territory.Place(code)
	if !ok {
		return nil, fault.New(fault.NotFound, "place.unknown", code)
	}
	return p, nil
}

func (p pages) places(r *frame.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	return r.Page(r.T("registry.places"), "registry", placesPage(r, at, r.City.Territory.Children(at.Code)))
}

func (p pages) preview(r *frame.Request) error {
	files := r.Files("file", registry.MostGeoJSON)
	crs, err := territory.ParseCRS(r.Text("crs"))
	if err != nil {
		r.Fault(err)
	}
	if len(files) == 0 {
		r.Fault(fault.Field("file", "text.missing", "file"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	d, err := p.Registry.KeepDraft(r.Ctx, r.Command(), strings.NewReader(string(files[0].Body)), crs, r.Text("code_key"))
	if err != nil && (d == nil || fault.Code(err) != "shape.none") {
		return err
	}
	return r.Part(draftPart(r, d, err == nil))
}

func (p pages) draft(r *frame.Request) error {
	d, err := p.Registry.Draft(r.Ctx, r.Actor, r.Path("id"))
	if err != nil {
		return err
	}
	return r.Page(r.T("registry.draft"), "registry", draftPart(r, d, false))
}

// proposalLasts is how long another person has to agree.
const proposalLasts = 7 * 24 * time.Hour

func (p pages) propose(r *frame.Request, kind person.ProposalKind, payload any) error {
	if err := r.Wrong(); err != nil {
		return err
	}
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	if _, err := p.People.Propose(r.Ctx, r.By(), kind, "", r.Text("reason"), body, r.Now.Add(proposalLasts), r.Now); err != nil {
		return err
	}
	return r.Go("/proposals")
}

func (p pages) proposeShapes(r *frame.Request) error {
	if _, err := p.Registry.Draft(r.Ctx, r.Actor, r.Path("id")); err != nil {
		return err
	}
	return p.propose(r, person.TerritoryChange, ShapesPayload{Draft: r.Path("id")})
}

// ShapesPayload is what a proposal to use shapes carries.
type ShapesPayload struct {
	Draft string `json:"draft"`
}

// PackPayload is what a proposal to use the pack carries.
type PackPayload struct {
	Version string `json:"version"`
}

// found returns the codes of a sorted list that fit what is searched for, from
// after a code on, and the code to go on after.
func found(codes []string, after string, fits func(string) bool) (out []string, next string) {
	i, has := slices.BinarySearch(codes, after)
	if has {
		i++
	}
	for _, code := range codes[i:] {
		if !fits(code) {
			continue
		}
		if len(out) == rows {
			return out, out[rows-1]
		}
		out = append(out, code)
	}
	return out, ""
}

func (p pages) units(r *frame.Request) error {
	q := strings.ToLower(r.Query("q"))
	codes, next := found(r.City.Org.Units(), r.Query("after"), func(code string) bool {
		u, _ := r.City.Org.Unit(code)
		return q == "" || strings.Contains(strings.ToLower(code+" "+u.Name+" "+u.NameEN), q)
	})
	return r.Page(r.T("registry.units"), "registry", unitsPage(r, q, codes, more(r, next)))
}

// more is the address of the next page of the list at hand, "" at its end.
func more(r *frame.Request, after string) string {
	if after == "" {
		return ""
	}
	q := r.HTTP.URL.Query()
	q.Set("after", after)
	return r.HTTP.URL.Path + "?" + q.Encode()
}

func (p pages) unit(r *frame.Request) error {
	u, ok := r.City.Org.Unit(r.Path("code"))
	if !ok {
		return fault.New(fault.NotFound, "unit.unknown", r.Path("code"))
	}
	held, err := p.held(r, r.City.Org.Posts(u.Code))
	if err != nil {
		return err
	}
	return r.Page(r.Unit(u.Code), "registry", unitPage(r, u, held))
}

func (p pages) held(r *frame.Request, posts []*org.Post) (map[string]bool, error) {
	codes := make([]string, len(posts))
	for i, x := range posts {
		codes[i] = x.Code
	}
	return p.People.Held(r.Ctx, r.Actor, codes, r.Now)
}

func (p pages) posts(r *frame.Request) error {
	role := r.Query("role")
	var codes []string
	for _, u := range r.City.Org.Units() {
		for _, x := range r.City.Org.Posts(u) {
			if role == "" || string(x.Role) == role {
				codes = append(codes, x.Code)
			}
		}
	}
	slices.Sort(codes)
	codes, next := found(codes, r.Query("after"), func(string) bool { return true })
	var list []*org.Post
	for _, code := range codes {
		x, _ := r.City.Org.Post(code)
		list = append(list, x)
	}
	held, err := p.held(r, list)
	if err != nil {
		return err
	}
	if r.Query("vacant") != "" {
		list = slices.DeleteFunc(list, func(x *org.Post) bool { return held[x.Code] })
	}
	return r.Page(r.T("registry.posts"), "registry", postsPage(r, role, list, held, more(r, next)))
}

func (p pages) calendars(r *frame.Request) error {
	at, err := place(r)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(r.Query("year"))
	if err != nil || year < 2007 || year > 2100 {
		year = r.Now.In(ident.Zone).Year()
	}
	return r.Page(r.T("registry.calendars"), "registry", calendarPage(r, at, year))
}

func (p pages) duties(r *frame.Request) error {
	q := strings.ToLower(r.Query("q"))
	var list []*duty.Leaf
	for _, f := range r.City.Duty.Leaves() {
		if q == "" || strings.Contains(strings.ToLower(f.Code+" "+f.Name+" "+f.NameEN+" "+strings.Join(f.Path, " ")+" "+strings.Join(f.Lexicon, " ")), q) {
			list = append(list, f)
		}
	}
	return r.Page(r.T("registry.duties"), "registry", dutiesPage(r, q, list))
}

func (p pages) duty(r *frame.Request) error {
	f, err := r.City.Duty.Find(r.Path("code"))
	if err != nil {
		return fault.New(fault.NotFound, "category.unknown", r.Path("code"), r.City.Duty.Nearest(r.Path("code")))
	}
	return r.Page(r.Category(f.Code), "registry", dutyPage(r, f))
}

func (p pages) pack(r *frame.Request) error {
	past, err := p.Registry.Activations(r.Ctx, r.Actor, 20)
	if err != nil {
		return err
	}
	var problems pack.Problems
	var changes []pack.Change
	candidate, err := p.Packs.Candidate()
	if err != nil {
		var ok bool
		if problems, ok = problemsOf(err); !ok {
			return err
		}
	} else {
		changes = pack.Diff(p.Packs.InForce(), candidate)
	}
	return r.Page(r.T("registry.pack"), "registry", packPage(r, p.Packs.InForce(), past, candidate, changes, problems))
}

func (p pages) proposePack(r *frame.Request) error {
	candidate, err := p.Packs.Candidate()
	if err != nil {
		return err
	}
	version := r.Text("version")
	switch {
	case candidate.Version != version:
		return fault.New(fault.Conflict, "pack.changed_meanwhile", version, candidate.Version)
	case version == p.Packs.InForce().Version:
		return fault.New(fault.Conflict, "pack.in_force", version)
	}
	return p.propose(r, person.PackChange, PackPayload{Version: version})
}

func (p pages) tokens(r *frame.Request) error {
	list, err := p.Registry.Tokens(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	return r.Page(r.T("registry.tokens"), "registry", tokensPage(r, list))
}

func (p pages) makeToken(r *frame.Request) error {
	in := registry.NewToken{Name: r.Text("name"), Post: r.Text("post"), Scopes: r.Texts("scopes"), Ends: r.Time("ends")}
	if in.Name == "" {
		r.Fault(fault.Field("name", "text.missing", "name"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	secret, t, err := p.Registry.MakeToken(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	return r.Parts(freshToken(r, secret), tokenRow(r, *t, true))
}

func (p pages) revokeToken(r *frame.Request) error {
	if err := p.Registry.RevokeToken(r.Ctx, r.Command(), r.Path("id")); err != nil {
		return err
	}
	r.Says("registry.token_revoked")
	return r.Reload()
}

// filter reads what a search of the ledger asks for.
func filter(r *frame.Request) (audit.Filter, audit.Key, error) {
	f := audit.Filter{District: r.Query("district"), Actor: r.Query("actor"), Unit: r.Query("unit"), Act: r.Query("act"), From: r.Time("from"), To: r.Time("to")}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1) // the day that is named is included
	}
	if no := r.Query("no"); no != "" {
		id, err := ident.ParseNumber(no)
		if err != nil {
			return f, audit.Key{}, err
		}
		f.No = id
	}
	after, err := parseKey(r.Query("after"))
	if err != nil {
		return f, after, err
	}
	return f, after, r.Wrong()
}

func keyText(k audit.Key) string {
	if k == (audit.Key{}) {
		return ""
	}
	return fmt.Sprintf("%s.%s.%d", k.District, k.Matter.Number(), k.Seq)
}

func parseKey(s string) (audit.Key, error) {
	if s == "" {
		return audit.Key{}, nil
	}
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return audit.Key{}, fault.New(fault.Invalid, "page.cursor_malformed")
	}
	id, err := ident.ParseNumber(parts[1])
	seq, wrong := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || wrong != nil {
		return audit.Key{}, fault.New(fault.Invalid, "page.cursor_malformed")
	}
	return audit.Key{District: parts[0], Matter: id, Seq: seq}, nil
}

func (p pages) ledger(r *frame.Request) error {
	f, after, err := filter(r)
	if err != nil {
		return err
	}
	list, next, err := p.Audit.Entries(r.Ctx, r.Actor, f, after, rows)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(entryRows(r, list, next))
	}
	return r.Page(r.T("audit.ledger"), "audit", ledgerPage(r, list, next))
}

// mostExported is the most rows of one export; who needs more narrows the
// search.
const mostExported = 20_000

func (p pages) ledgerCSV(r *frame.Request) error {
	f, after, err := filter(r)
	if err != nil {
		return err
	}
	table := [][]string{{"district", "matter", "seq", "at", "post", "unit", "act", "subject", "hash"}}
	for len(table) <= mostExported {
		list, next, err := p.Audit.Entries(r.Ctx, r.Actor, f, after, 200)
		if err != nil {
			return err
		}
		for _, x := range list {
			table = append(table, []string{x.District, x.Matter.Number(), strconv.FormatInt(x.Seq, 10), x.At.Format(time.RFC3339Nano), x.Actor, x.Unit, x.Act, x.Subject, fmt.Sprintf("%x", x.Hash)})
		}
		if after = next; after == (audit.Key{}) {
			break
		}
	}
	return csvBlob(r, "ledger.csv", table)
}

func (p pages) readings(r *frame.Request) error {
	after, err := readingKey(r.Query("after"))
	if err != nil {
		return err
	}
	list, err := p.Audit.Readings(r.Ctx, r.Actor, r.Query("district"), after, rows)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(readingRows(r, list))
	}
	return r.Page(r.T("audit.readings"), "audit", readingsPage(r, list))
}

func readingKey(s string) (audit.Reading, error) {
	if s == "" {
		return audit.Reading{}, nil
	}
	district, id, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return audit.Reading{}, fault.New(fault.Invalid, "page.cursor_malformed")
	}
	return audit.Reading{District: district, ID: n}, nil
}

func (p pages) readingsCSV(r *frame.Request) error {
	table := [][]string{{"district", "at", "post", "matter", "purpose", "fields"}}
	var after audit.Reading
	for len(table) <= mostExported {
		list, err := p.Audit.Readings(r.Ctx, r.Actor, r.Query("district"), after, 200)
		if err != nil {
			return err
		}
		for _, x := range list {
			table = append(table, []string{x.District, x.At.Format(time.RFC3339Nano), x.Actor, x.Matter.Number(), x.Purpose, x.Fields})
		}
		if len(list) < 200 {
			break
		}
		after = list[len(list)-1]
	}
	return csvBlob(r, "readings.csv", table)
}

func (p pages) checkpoints(r *frame.Request) error {
	before, err := strconv.ParseInt(r.Query("after"), 10, 64)
	if r.Query("after") != "" && err != nil {
		return fault.New(fault.Invalid, "page.cursor_malformed")
	}
	list, err := p.Audit.Checkpoints(r.Ctx, r.Actor, before, rows)
	if err != nil {
		return err
	}
	if r.Partial() {
		return r.Part(checkpointRows(r, list))
	}
	return r.Page(r.T("audit.checkpoints"), "audit", checkpointsPage(r, list, p.Engine.PublicKey().Text()))
}

func (p pages) checkpoint(r *frame.Request) error {
	size, err := strconv.ParseInt(r.Path("size"), 10, 64)
	if err != nil || size < 1 {
		return fault.New(fault.NotFound, "ledger.no_checkpoint")
	}
	list, err := p.Audit.Checkpoints(r.Ctx, r.Actor, size+1, 1)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].Size != size {
		return fault.New(fault.NotFound, "ledger.no_checkpoint")
	}
	return r.Blob("text/plain; charset=utf-8", fmt.Sprintf("checkpoint-%d.txt", size), []byte(list[0].Note))
}

func (p pages) verification(r *frame.Request) error {
	run, ran := p.Verifier.Last()
	return r.Page(r.T("audit.verify"), "audit", verifyPage(r, run, ran))
}

func (p pages) progress(r *frame.Request) error {
	run, ran := p.Verifier.Last()
	return r.Part(progressPart(r, run, ran))
}

func (p pages) verify(r *frame.Request) error {
	if err := p.Verifier.Start(r.Actor); err != nil {
		return err
	}
	return p.progress(r)
}

// addressOf adds a parameter to an address.
func addressOf(path, name, value string) string {
	return path + "?" + url.Values{name: {value}}.Encode()
}

// tabs are the parts of the registry.
func tabs(r *frame.Request, here string) []part.Tab {
	var out []part.Tab
	for _, x := range []struct {
		path string
		key  part.Key
		may  access.Action
	}{
		{"/registry/places", part.Key("registry.places"), access.ManagePack}, {"/registry/units", part.Key("registry.units"), access.ManagePack},
		{"/registry/posts", part.Key("registry.posts"), access.ManagePack}, {"/registry/calendars", part.Key("registry.calendars"), access.ManagePack},
		{"/registry/duties", part.Key("registry.duties"), access.ManagePack}, {"/registry/pack", part.Key("registry.pack"), access.ManagePack},
		{"/registry/tokens", part.Key("registry.tokens"), access.ManageTokens},
	} {
		if r.Could(x.may) {
			out = append(out, part.Tab{Name: r.T(string(x.key)), Href: x.path, Here: x.path == here, Count: -1})
		}
	}
	return out
}

// auditTabs are the parts of the audit.
func auditTabs(r *frame.Request, here string) []part.Tab {
	var out []part.Tab
	for _, x := range []struct {
		path string
		key  part.Key
	}{
		{"/audit", part.Key("audit.today")}, {"/audit/ledger", part.Key("audit.ledger")}, {"/audit/readings", part.Key("audit.readings")}, {"/audit/checkpoints", part.Key("audit.checkpoints")},
		{"/audit/verify", part.Key("audit.verify")},
	} {
		out = append(out, part.Tab{Name: r.T(string(x.key)), Href: x.path, Here: x.path == here, Count: -1})
	}
	return out
}
