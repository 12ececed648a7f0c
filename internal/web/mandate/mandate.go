// Package mandate is the pages of what towns and villages may be asked for: the
// duty lists with their versions and approval, the question whether one may be
// asked this, admissions, powers that came down, the posts that come with them,
// and the burden that upper units put on lower ones. It shows units and posts, never persons.
package mandate

import (
	"bytes"
	"slices"
	"strings"

	"huying/internal/desk/burden"
	"huying/internal/desk/dispatch"
	"huying/internal/desk/establishment"
	"huying/internal/desk/exchange"
	desk "huying/internal/desk/mandate"
	"huying/internal/domain/access"
	"huying/internal/domain/mandate"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
)

// Desks are what the pages ask.
type Desks struct {
	Mandate  *desk.Desk
	Burden   *burden.Desk
	Dispatch *dispatch.Desk
	Posts    *establishment.Desk
}

type pages struct{ Desks }

// Over returns the desks over an engine.
func Over(e *engine.Engine) Desks {
	return Desks{Mandate: desk.New(e), Burden: burden.New(e), Dispatch: dispatch.New(e), Posts: establishment.New(e)}
}

// Routes are the pages.
func Routes(d Desks) []frame.Route {
	p := &pages{d}
	const read = access.ReadMandates
	return []frame.Route{
		frame.Show("/duties", "duties", frame.Staff, read, "履职清单和待办", "Duty lists and what waits", p.lists),
		frame.Do("/duties", "import-list", frame.Staff, access.DraftList, "检查或导入清单", "Check or import a list", p.load),
		frame.Show("/duties/ask", "may-ask", frame.Staff, read, "我能被要求做这件事吗", "May I be asked this", p.ask),
		frame.Show("/duties/{no}", "duty-list", frame.Staff, read, "一个清单版本", "A version of a list", p.list),
		frame.Show("/duties/{no}/items", "duty-items", frame.Staff, read, "清单事项", "Items of a list", p.items),
		frame.Do("/duties/{no}/review", "page-review-list", frame.Staff, access.ReviewList, "合法性审核", "Review a list", p.review),
		frame.Do("/duties/{no}/consult", "page-consult-list", frame.Staff, access.DraftList, "征求意见", "Ask the towns", p.consult),
		frame.Do("/duties/{no}/approve", "page-approve-list", frame.Staff, access.ApproveList, "批准", "Approve a list", p.approve),
		frame.Do("/duties/{no}/withdraw", "page-withdraw-list", frame.Staff, access.DraftList, "撤回清单", "Withdraw a list", p.withdraw),
		frame.Show("/duties/offices", "duty-offices", frame.Staff, read, "机构数", "Offices of towns", p.offices),
		frame.Do("/duties/{no}/publish", "page-publish-list", frame.Staff, access.DraftList, "发布", "Publish a list", p.publish),
		frame.Do("/opinions/{no}", "give-opinion", frame.Staff, access.AnswerOrder, "回复意见", "Give an opinion", p.opine),

		frame.Show("/admissions", "admissions", frame.Staff, read, "准入申请", "Admissions", p.admissions),
		frame.Do("/admissions", "page-request-admission", frame.Staff, access.RequestAdmission, "申请准入", "Ask for an admission", p.request),
		frame.Show("/admissions/{no}", "admission", frame.Staff, read, "一件准入申请", "An admission", p.admission),
		frame.Do("/admissions/{no}/decide", "page-decide-admission", frame.Staff, access.DecideAdmission, "决定准入", "Decide an admission", p.decide),

		frame.Show("/delegations", "delegations", frame.Staff, read, "赋权事项", "Delegated powers", p.delegations),
		frame.Do("/delegations", "page-propose-delegation", frame.Staff, access.ProposeDelegation, "提出赋权", "Propose a delegation", p.propose),
		frame.Show("/delegations/{no}", "delegation", frame.Staff, read, "一项赋权", "A delegation", p.delegation),
		frame.Do("/delegations/{no}/provide", "page-provide", frame.Staff, access.ProposeDelegation, "登记配套条件", "Say how a need is met", p.provide),
		frame.Do("/delegations/{no}/waive", "page-waive", frame.Staff, access.WaiveNeed, "签字豁免", "Waive a need", p.waive),
		frame.Do("/delegations/{no}/start", "page-start-delegation", frame.Staff, access.DecideDelegation, "启用赋权", "Put a delegation in force", p.start),
		frame.Do("/delegations/{no}/end", "page-end-delegation", frame.Staff, access.DecideDelegation, "结束赋权", "End a delegation", p.end),
		frame.Do("/delegations/{no}/year-review", "page-review-delegation", frame.Staff, access.DecideDelegation, "年度评估", "Review a delegation", p.yearReview),
		frame.Show("/handovers", "handovers", frame.Staff, read, "移交清单", "Hand-overs", p.handovers),
		frame.Do("/handovers", "page-hand-over", frame.Staff, access.SignHandover, "列移交清单", "List a hand-over", p.handOver),
		frame.Show("/handovers/{no}", "handover", frame.Staff, read, "一份移交清单", "A hand-over", p.handover),
		frame.Do("/handovers/{no}/sign", "page-sign-handover", frame.Staff, access.SignHandover, "逐项签字", "Sign pieces", p.sign),
		frame.Show("/transfers", "transfers", frame.Staff, read, "案件移送", "Cases handed over", p.transfers),
		frame.Do("/transfers", "page-transfer", frame.Staff, access.TransferCase, "移送案件", "Hand a case over", p.transfer),

		frame.Show("/establishment", "establishment", frame.Staff, access.ReadEstablishment, "编制和划转", "Posts and their movements", p.establishment),
		frame.Do("/establishment", "page-move-posts", frame.Staff, access.MoveEstablishment, "提出划转编制", "Propose to move posts", p.movePosts),
		frame.Do("/establishment/filled", "page-count-posts", frame.Staff, access.CountEstablishment, "登记在编人数", "Say how many posts are filled", p.countPosts),
		frame.Show("/establishment/unit", "unit-posts", frame.Staff, access.ReadEstablishment, "一个单位的编制", "The posts of a unit", p.unitPosts),
		frame.Show("/establishment/{no}", "posts-entry", frame.Staff, access.ReadEstablishment, "一笔编制登记", "A line of the book of posts", p.entry),
		frame.Do("/establishment/{no}/decide", "page-decide-posts", frame.Staff, access.DecideEstablishment, "批准或不同意划转", "Approve or refuse a movement", p.decidePosts),

		frame.Show("/burden", "burden", frame.Staff, access.ReadBurden, "基层负担", "The burden", p.burden),
		frame.Do("/burden", "page-note-burden", frame.Staff, access.NoteBurden, "登记收到的要求", "Write down a demand", p.note),
		frame.Show("/burden/export", "burden-export", frame.Staff, access.ReadBurden, "导出负担月报", "The month as a file", p.export),
		frame.Show("/burden/demand", "demand-form", frame.Staff, access.DemandWork, "下发报表、会议、检查", "Ask towns for a form, a meeting or a check", p.demandForm),
		frame.Do("/burden/demand", "page-demand", frame.Staff, access.DemandWork, "下发", "Ask", p.demand),
		frame.Show("/demands/{no}", "demand", frame.Staff, access.ReadBurden, "一件下发的要求", "A demand", p.demandOf),
		frame.Do("/demands/{no}/fill", "page-fill", frame.Staff, access.FillFields, "填字段", "Fill fields", p.fill),
		frame.Do("/demands/{no}/send", "page-send-form", frame.Staff, access.AnswerOrder, "报送", "Send the form", p.send),
		frame.Show("/campaigns", "campaigns", frame.Staff, access.ReadBurden, "清理和体检", "Clean-ups and check-ups", p.campaigns),
		frame.Do("/campaigns", "page-run-campaign", frame.Staff, access.RunCampaign, "开展体检", "Begin a campaign", p.runCampaign),
		frame.Show("/campaigns/{no}", "campaign", frame.Staff, access.ReadBurden, "一次体检", "A campaign", p.campaign),
		frame.Do("/campaigns/{no}/visit", "page-visit", frame.Staff, access.RunCampaign, "登记走访", "Enter a visit", p.visit),
		frame.Do("/cleanups", "page-count-cleanup", frame.Staff, access.CountCleanup, "登记清理数", "Count a clean-up", p.countCleanup),
		frame.Do("/groups/{no}/use", "page-use-group", frame.Staff, access.AskGroup, "登记在用", "Say that it is in use", p.useGroup),
		frame.Show("/groups", "groups", frame.Staff, access.ReadBurden, "工作群、应用、标牌", "Groups, apps and plates", p.groups),
		frame.Do("/groups", "page-want-group", frame.Staff, access.AskGroup, "申请新设", "Ask for a new one", p.wantGroup),
		frame.Do("/groups/{no}/decide", "page-decide-group", frame.Staff, access.DecideGroup, "审批新设", "Permit or decline", p.decideGroup),
		frame.Do("/groups/{no}/dissolve", "page-dissolve-group", frame.Staff, access.AskGroup, "解散", "Dissolve", p.dissolveGroup),
	}
}

// may reports whether the reader may do something in a place; the command asks
// again.
func may(r *frame.Request, action access.Action, place territory.Address) bool {
	return access.Allow(r.Actor, action, access.Subject{Place: place, Units: []string{r.Actor.Unit}}) == nil
}

// placeName is the name of a place, of the city for none.
func placeName(r *frame.Request, a territory.Address) string {
	if leaf := a.Leaf(); leaf != "" {
		return r.Place(leaf)
	}
	return r.CityName()
}

// rows is how many rows a list of these pages has.
const rows = 50

func (p *pages) lists(r *frame.Request) error {
	before, err := r.Before()
	if err != nil {
		return err
	}
	waits, err := p.waits(r)
	if err != nil {
		return err
	}
	list, err := p.Mandate.Lists(r.Ctx, r.Actor, desk.Filter{Kind: r.Text("kind"), Before: before, Limit: rows})
	if err != nil {
		return err
	}
	return r.Page(r.T("duties.title"), "duties", listsPage(r, waits, list))
}

// next is the address of the next page of a list, "" after the last.
func next[F register.Fact](path string, list []register.Record[F]) string {
	if len(list) < rows {
		return ""
	}
	return path + "?before=" + list[len(list)-1].ID.Number()
}

// mostFile bounds a file of a list.
const mostFile = 16 << 20

// load previews a file of a list, or keeps it as a draft.
func (p *pages) load(r *frame.Request) error {
	in := desk.Import{
		Kind: r.Text("kind"), Place: r.Text("place"), Name: r.Text("name"), Source: r.Text("source"), Levels: r.Text("levels"), Leads: r.Int("leads"),
	}
	files := r.Files("file", mostFile)
	if len(files) == 0 {
		r.Fault(fault.Field("file", "text.missing", "file"))
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	table, err := exchange.ReadTable(bytes.NewReader(files[0].Body), files[0].Name, r.Text("sheet"), mandate.MaxItems)
	if err != nil {
		return err
	}
	for _, row := range table {
		in.Rows = append(in.Rows, mandate.Row(row))
	}
	if r.Bool("keep") {
		id, err := p.Mandate.Import(r.Ctx, r.Command(), in)
		if err != nil {
			return err
		}
		return r.Go("/duties/" + id.Number())
	}
	checked, err := p.Mandate.Check(r.Ctx, r.Command(), in)
	if err != nil {
		return err
	}
	return r.Part(previewPart(r, checked))
}

// version is one version as its page shows it.
type version struct {
	*register.Record[mandate.List]
	said    []desk.Opinion
	others  []register.Record[mandate.List] // versions of the same list
	before  ident.ID                        // that it is compared with; zero: the first
	changes []mandate.Change
}

func (p *pages) list(r *frame.Request) error {
	v, err := p.version(r)
	if err != nil {
		return err
	}
	return r.Page(v.Fact.Name, "duties", listPage(r, v))
}

func (p *pages) version(r *frame.Request) (*version, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	v := &version{}
	if v.Record, v.said, err = p.Mandate.List(r.Ctx, r.Actor, no); err != nil {
		return nil, err
	}
	if v.others, err = p.others(r, v.Record); err != nil {
		return nil, err
	}
	if v.before, err = p.against(r, v); err != nil || v.before == 0 {
		return v, err
	}
	v.changes, err = p.Mandate.Diff(r.Ctx, r.Actor, v.before, no)
	return v, err
}

// others are the other versions of a list, the newest first.
func (p *pages) others(r *frame.Request, l *register.Record[mandate.List]) ([]register.Record[mandate.List], error) {
	list, err := p.Mandate.Lists(r.Ctx, r.Actor, desk.Filter{Kind: string(l.Fact.Kind), Place: l.Fact.Place.Leaf(), Limit: desk.MostRows})
	return slices.DeleteFunc(list, func(x register.Record[mandate.List]) bool { return x.ID == l.ID || x.Fact.Place != l.Fact.Place }), err
}

// against is the version to compare with: the one that was asked for, else the
// one before.
func (p *pages) against(r *frame.Request, v *version) (ident.ID, error) {
	if s := r.Query("against"); s != "" {
		return ident.ParseNumber(s)
	}
	return p.Mandate.Before(r.Ctx, r.Actor, v.Record)
}

func (p *pages) items(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	list, err := p.Mandate.Items(r.Ctx, r.Actor, no, r.Query("q"), r.Query("after"), rows)
	if err != nil {
		return err
	}
	return r.Part(itemsPart(r, no, list))
}

// done answers an act on a record with its page, anew.
func done(r *frame.Request, path string, id ident.ID, err error) error {
	if err != nil {
		return err
	}
	return r.Go(path + id.Number())
}

func (p *pages) act(r *frame.Request, path string, fn func(cmd engine.Command, no ident.ID) (ident.ID, error)) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	id, err := fn(r.Command(), no)
	return done(r, path, id, err)
}

func (p *pages) review(r *frame.Request) error {
	in := desk.Word{Pass: r.Bool("pass"), Text: r.Text("text")}
	return p.act(r, "/duties/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Review(r.Ctx, cmd, no, in) })
}

func (p *pages) consult(r *frame.Request) error {
	return p.act(r, "/duties/", func(cmd engine.Command, no ident.ID) (ident.ID, error) {
		return p.Mandate.Consult(r.Ctx, cmd, no, desk.None{})
	})
}

func (p *pages) approve(r *frame.Request) error {
	in := desk.Reasons{Text: r.Text("text")}
	return p.act(r, "/duties/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Approve(r.Ctx, cmd, no, in) })
}

func (p *pages) publish(r *frame.Request) error {
	in := desk.From{From: r.Civil("from")}
	return p.act(r, "/duties/", func(cmd engine.Command, no ident.ID) (ident.ID, error) { return p.Mandate.Publish(r.Ctx, cmd, no, in) })
}

// opine gives the opinion of the reader's unit, by the number of its order.
func (p *pages) opine(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := dispatch.Respond{Text: r.Text("text"), Result: r.Text("result")}
	back := r.Text("back")
	if !strings.HasPrefix(back, "/duties/") && !strings.HasPrefix(back, "/admissions/") {
		back = "/duties"
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Dispatch.Respond(r.Ctx, r.Command(), no, in); err != nil {
		return err
	}
	return r.Go(back)
}

// asking is a question with its answer.
type asking struct {
	place, words string
	asked        *desk.Asked // nil: nothing was asked yet
}

func (p *pages) ask(r *frame.Request) error {
	q := asking{place: r.Query("place"), words: r.Query("q")}
	if q.place == "" {
		q.place = r.Actor.At.Leaf()
		if r.Actor.Rank > 2 {
			q.place = ""
		}
	}
	if q.words != "" {
		var err error
		if q.asked, err = p.Mandate.MayAsk(r.Ctx, r.Actor, q.place, q.words, 0); err != nil {
			return err
		}
	}
	return r.Page(r.T("duties.ask_title"), "duties", askPage(r, q))
}
