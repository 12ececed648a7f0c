package story

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// Routes are the pages of a matter, its acts and its evidence.
func Routes(d Desks) []frame.Route {
	show := func(path, id, zh, en string, fn func(*frame.Request, Desks) error) frame.Route {
		return frame.Show(path, id, frame.Signed, "", zh, en, func(r *frame.Request) error { return fn(r, d) })
	}
	out := []frame.Route{
		show("/matters/{no}", "matter", "一件诉求的全过程", "The whole story of a matter", whole),
		show("/matters/{no}/part", "matter-part", "刷新一件诉求", "A matter, refreshed in place", again),
		show("/matters/{no}/due", "matter-due", "逐日说明时限", "Why its dates are what they are", explain),
		show("/matters/{no}/evidence/{hash}", "matter-evidence", "查看附件", "A record that shows what was done", evidenceFile),
		show("/matters/{no}/proof", "matter-proof", "核验一件诉求的台账", "Verify the ledger of a matter", prove),
		show("/matters/{no}/receipt", "matter-receipt", "下载受理凭证", "The receipt of a call", receipt),
		show("/matters/{no}/pdf", "matter-pdf", "诉求办理单（PDF）", "A matter as PDF", paper),
		show("/matters/{no}/act", "matter-no-act", "收起表单", "Put a form away", func(r *frame.Request, _ Desks) error { return r.Part(templ.NopComponent) }),
		show("/matters/{no}/act/{act}", "matter-act", "诉求操作的表单", "The form of an act on a matter", formOf(false)),
		show("/orders/{no}/act/{act}", "order-act", "工单操作的表单", "The form of an act on an order", formOf(true)),
		frame.Show("/matters/{no}/access", "matter-access", frame.Staff, access.ReadAccessLog, "联系方式的访问记录", "Who read the caller's contact",
			func(r *frame.Request) error { return accesses(r, d) }),
		frame.Do("/matters/{no}/caller", "matter-caller", frame.Staff, access.ReadCaller, "查看诉求人联系方式", "Read the caller's contact",
			func(r *frame.Request) error { return readCaller(r, d) }),
		frame.Do("/evidence", "evidence-keep", frame.Staff, access.RaiseCall, "上传附件", "Upload a record", func(r *frame.Request) error { return keep(r, d) }),
	}
	for _, a := range acts() {
		noun := "matter"
		if a.order {
			noun = "order"
		}
		gate := frame.Staff
		if a.action == "" {
			gate = frame.Signed
		}
		out = append(out,
			frame.Do("/"+noun+"s/{no}/"+a.name, noun+"-"+a.name, gate, a.action, a.zh, a.en, func(r *frame.Request) error { return perform(r, d, a) }),
			frame.Do("/"+noun+"s/{no}/preview/"+a.name, noun+"-preview-"+a.name, gate, a.action, a.zh+"（试算）", a.en+": what would come",
				func(r *frame.Request) error { return rehearse(r, d, a) }))
	}
	return out
}

// of reads the story that the address names.
func of(r *frame.Request, d Desks) (*Story, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	return Read(r.Ctx, d, r.Actor, no)
}

func state(r *frame.Request, d Desks) (*engine.State, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	return d.Engine.Read(r.Ctx, r.Actor, no)
}

func whole(r *frame.Request, d Desks) error {
	st, err := of(r, d)
	if err != nil {
		return err
	}
	return r.Page(r.T("story.title", st.M.ID.Number()), "", page(r.View, st))
}

// again renews what the page shows, and leaves it alone if it is what the
// reader has: nothing is replaced under a finger without need.
func again(r *frame.Request, d Desks) error {
	st, err := of(r, d)
	if err != nil {
		return err
	}
	if r.Query("rev") == rev(st) {
		r.W.Header().Set("HX-Reswap", "none")
		return r.Part(templ.NopComponent)
	}
	return r.Parts(Whole(r.View, st), buttons(r.View, st, true))
}

func explain(r *frame.Request, d Desks) error {
	st, err := of(r, d)
	if err != nil {
		return err
	}
	list, err := d.Registry.Explain(st.State)
	if err != nil {
		return err
	}
	return r.Part(dues(r.View, st, list))
}

// evidenceFile answers with a record under a policy that lets it do nothing.
func evidenceFile(r *frame.Request, d Desks) error {
	s, err := state(r, d)
	if err != nil {
		return err
	}
	kept, body, err := d.Registry.Evidence(r.Ctx, s, r.Path("hash"))
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	name := ""
	if !strings.HasPrefix(kept.Media, "image/") {
		name = named(s, kept.Hash)
	}
	return r.Blob(kept.Media, name, body)
}

// named is the name a record was sent with, or a part of its hash.
func named(s *engine.State, hash string) string {
	for _, o := range s.Orders {
		for _, a := range o.Answers {
			for _, e := range a.Evidence {
				if e.Hash == hash && e.Name != "" {
					return e.Name
				}
			}
		}
	}
	return hash[:12]
}

func prove(r *frame.Request, d Desks) error {
	s, err := state(r, d)
	if err != nil {
		return err
	}
	found, err := d.Engine.VerifyMatter(r.Ctx, s.M.ID)
	if err != nil {
		return err
	}
	note, err := d.Engine.Checkpoint(r.Ctx)
	if err != nil && fault.Code(err) != "ledger.no_checkpoint" {
		return err
	}
	return r.Part(proof(r.View, found, note))
}

// received reports whether the reader's unit took the call in, or coordinates
// the matter: who hands the receipt to the caller.
func received(v *part.View, st *Story) bool {
	first := len(st.Events) > 0 && st.Events[0].Unit != "" && st.Events[0].Unit == v.Actor.Unit
	return first || st.M.Desk == v.Actor.Unit && v.Could(access.VerifyMatter)
}

func receipt(r *frame.Request, d Desks) error {
	st, err := of(r, d)
	if err != nil {
		return err
	}
	if !received(r.View, st) {
		return fault.New(fault.Denied, "receipt.not_received_here")
	}
	body, err := d.Engine.Receipt(r.Ctx, st.M.ID)
	if err != nil {
		return err
	}
	return r.Blob("application/json", st.M.ID.Number()+".receipt.json", body)
}

func accesses(r *frame.Request, d Desks) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	list, err := d.Engine.AccessLog(r.Ctx, r.Actor, no)
	if err != nil {
		return err
	}
	return r.Page(r.T("story.access_log"), "audit", accessLog(r.View, no, list))
}

func micro(at int64) time.Time { return time.UnixMicro(at) }

// readCaller shows the contact this once; the answer is never kept.
func readCaller(r *frame.Request, d Desks) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	purpose := r.Text("purpose")
	if err := r.Wrong(); err != nil {
		return err
	}
	c, err := d.Engine.ReadContact(r.Ctx, engine.Command{Actor: r.Actor}, no, purpose)
	if err != nil {
		return err
	}
	return r.Part(contact(r.View, c))
}

// target finds the matter, and the order if the act is about one, that the
// address names.
func target(r *frame.Request, d Desks, ofOrder bool) (*asked, error) {
	no, err := r.Number()
	if err != nil {
		return nil, err
	}
	if !ofOrder {
		s, err := d.Engine.Read(r.Ctx, r.Actor, no)
		return &asked{s: s}, err
	}
	id, err := d.Engine.OfOrder(r.Ctx, no)
	if err != nil {
		return nil, err
	}
	s, err := d.Engine.Read(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, fault.New(fault.NotFound, "order.not_found", no.Number())
	}
	o, err := s.Order(no)
	return &asked{s: s, order: o}, err
}

// formOf shows the form of an act that is open.
func formOf(ofOrder bool) func(*frame.Request, Desks) error {
	return func(r *frame.Request, d Desks) error {
		x, err := target(r, d, ofOrder)
		if err != nil {
			return err
		}
		if x.act = byName(r.Path("act"), ofOrder); x.act == nil {
			return fault.New(fault.NotFound, "request.path_unknown")
		}
		if !x.act.open(r.View, x.s, x.order) {
			return fault.New(fault.Conflict, "act.not_open", r.T(string(x.act.label)), string(x.s.M.Status))
		}
		if x.act.name == "merge" {
			if x.near, err = near(r, d, x.s); err != nil {
				return err
			}
		}
		return r.Part(actForm(r.View, x))
	}
}

// near are the matters that may be about the same problem, with the reason.
func near(r *frame.Request, d Desks, s *engine.State) ([]nearby, error) {
	var lon, lat *float64
	if x, y, ok := s.M.Point(); ok {
		lon, lat = &x, &y
	}
	advice, err := d.Intake.Suggest(r.Ctx, r.Actor, s.Text, s.M.Place.Leaf(), lon, lat, r.Now)
	if fault.Of(err) == fault.Denied {
		return nil, nil // who may merge but not call in gets no advice
	}
	if err != nil {
		return nil, err
	}
	var out []nearby
	for _, x := range advice.Duplicates {
		if x.ID == s.M.ID || len(out) == 5 {
			continue
		}
		other, err := d.Engine.Read(r.Ctx, r.Actor, x.ID)
		if err != nil {
			return nil, err
		}
		why := make([]string, len(x.Reasons))
		for i, reason := range x.Reasons {
			why[i] = r.Word("hint.reason", string(reason))
		}
		out = append(out, nearby{x.ID, strings.Join(why, r.Word("format", "list")), short(other.Text)})
	}
	return out, nil
}

// nearby is a matter that may be about the same problem, and why.
type nearby struct {
	No   ident.ID
	Why  string
	Text string // the beginning
}

// short is the beginning of a text.
func short(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}

// perform does an act and answers with the matter as it then is. Whoever acts
// on what somebody has changed meanwhile is told who did what.
func perform(r *frame.Request, d Desks, a *act) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	of := no
	if a.order {
		x, err := target(r, d, true) // before the form: what is wrong with it must not tell that there is such an order
		if err != nil {
			return err
		}
		of = x.s.M.ID
	}
	cmd := r.Command()
	if _, err = a.do(r, d, cmd, no); err != nil {
		if fault.Code(err) == "matter.changed_meanwhile" {
			return errors.Join(err, tellMeanwhile(r, d, of, cmd.Rev))
		}
		return err
	}
	st, err := Read(r.Ctx, d, r.Actor, of)
	if fault.Of(err) == fault.NotFound && err != nil {
		return r.Go("/") // it went on to somebody else
	}
	if err != nil {
		return err
	}
	r.Says("story.done", r.T(string(a.label)))
	if !r.Partial() {
		return r.Go(href(of))
	}
	return r.Parts(Whole(r.View, st), actsAgain(r.View, st))
}

// tellMeanwhile puts who did what since a revision beside the fault.
func tellMeanwhile(r *frame.Request, d Desks, no ident.ID, seen int64) error {
	st, err := Read(r.Ctx, d, r.Actor, no)
	if err != nil {
		return err
	}
	all := Timeline(r.View, st)
	r.Beside(meanwhile(r.View, st, all[min(max(int(seen), 0), len(all)):]))
	return nil
}

// rehearse shows what an act would do to states and clocks. What is still
// wrong with the form is told softly: it is not sent yet.
func rehearse(r *frame.Request, d Desks, a *act) error {
	x, err := target(r, d, a.order)
	if err != nil {
		return err
	}
	no, err := r.Number()
	if err != nil {
		return err
	}
	after, err := a.do(r, d, engine.Command{Actor: r.Actor, Dry: true}, no)
	if fault.Of(err) == fault.Internal && err != nil {
		return err
	}
	if err != nil {
		wrong := slices.DeleteFunc(fault.All(err), func(e *fault.Error) bool { return e.Kind == fault.Invalid && r.Text(e.Field) == "" })
		return r.Part(notYet(r.View, wrong)) // without what is only still empty
	}
	return r.Part(changes(r.View, differ(r.View, x.s, after)))
}
