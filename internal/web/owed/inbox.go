package owed

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/ident"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// told is how many notices a page has.
const told = 50

// inbox is what the unit was told, the newest first.
func (p pages) inbox(r *frame.Request) error {
	after, err := afterMessage(r)
	if err != nil {
		return err
	}
	found, err := p.Dispatch.Inbox(r.Ctx, r.Actor, r.Actor.Unit, after, told+1)
	if err != nil {
		return err
	}
	next := ""
	if len(found) > told {
		found = found[:told]
		m := found[told-1]
		next = "/orders/inbox?" + url.Values{
			"after": {m.Matter.Number()}, "at": {strconv.FormatInt(m.At.UnixMicro(), 10)},
			"seq": {strconv.FormatInt(m.Seq, 10)}, "n": {strconv.FormatInt(m.N, 10)},
		}.Encode()
	}
	if r.Partial() {
		return r.Part(messages(r.View, found, next))
	}
	return r.Page(r.T("owed.inbox"), "orders", inboxPage(r.View, found, next))
}

func afterMessage(r *frame.Request) (dispatch.Message, error) {
	var m dispatch.Message
	no := r.Query("after")
	if no == "" {
		return m, nil
	}
	id, err := ident.ParseNumber(no)
	if err != nil {
		return m, err
	}
	number := func(name string) int64 {
		n, e := strconv.ParseInt(r.Query(name), 10, 64)
		if e != nil {
			n = 0 // an address cut short begins at the start of that notice's act
		}
		return n
	}
	return dispatch.Message{Matter: id, At: time.UnixMicro(number("at")), Seq: number("seq"), N: number("n")}, nil
}

// day heads the notices of one day.
func day(v *part.View, all []dispatch.Message, i int) string {
	at := all[i].At.In(ident.Zone)
	if i > 0 && all[i-1].At.In(ident.Zone).Format(time.DateOnly) == at.Format(time.DateOnly) {
		return ""
	}
	return v.T("owed.day", int(at.Month()), at.Day(), v.Word("weekday", strconv.Itoa(int(at.Weekday()))))
}

// loud reports whether a notice asks for haste.
func loud(code string) bool {
	switch code {
	case "notice.yellow", "notice.red", "notice.rework", "notice.overdue", "notice.reminder", "notice.supervision", "notice.contact_late", "notice.promise_passed", "notice.statutory_passed":
		return true
	}
	return false
}

// ofOrders are the notices whose first word is the number of an order.
var ofOrders = map[string]bool{
	"notice.order": true, "notice.near_due": true, "notice.yellow": true, "notice.red": true, "notice.rework": true, "notice.reminder": true,
	"notice.supervision": true, "notice.check": true, "notice.extended": true, "notice.extension_refused": true, "notice.extension_asked": true,
	"notice.extension_waits": true, "notice.objection": true, "notice.objection_rejected": true, "notice.objection_upheld": true,
	"notice.card_appealed": true, "notice.card_decided": true, "notice.responded": true, "notice.judge_waits": true, "notice.overdue": true,
	"notice.released": true, "notice.withdrawn": true,
}

// leads is where a notice leads: to the order it is about, or to the matter.
func leads(m dispatch.Message) string {
	if no, ok := first(m.Args).(string); ok && ofOrders[m.Code] {
		return "/orders/" + no
	}
	_, code, _ := strings.Cut(m.Code, ".")
	for _, x := range ofRecords {
		if strings.HasPrefix(code, x.code) {
			return x.path + m.Matter.Number()
		}
	}
	return "/matters/" + m.Matter.Number()
}

// ofRecords are the notices about a record, by how their codes begin, and where
// its page is.
var ofRecords = []struct{ code, path string }{
	{"list_", "/duties/"}, {"admission_", "/admissions/"}, {"delegation_reviewed", "/delegations#"},
	{"delegation_", "/delegations/"}, {"handover_", "/handovers/"},
	{"change_planned", "/ground/changes/"}, {"segment_vacant", "/ground/segments/"}, {"scene_seen", "/ground/devices#"}, {"station_vacant", "/ground#"},
}

func first(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}
