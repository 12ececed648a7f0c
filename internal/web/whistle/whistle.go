// Package whistle is the pages of whoever calls departments to a matter: the
// board on which each whistle is one row, and the composer that has only to be
// blown. What a department does about its part stands with its other orders.
package whistle

import (
	"huying/internal/desk/whistle"
	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/web/frame"
)

// Desks are what the pages ask.
type Desks struct {
	Whistle *whistle.Desk
	Engine  *engine.Engine
}

type pages struct{ Desks }

// Routes returns the pages.
func Routes(d Desks) []frame.Route {
	p := pages{d}
	show := func(path, id, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Show(path, id, frame.Staff, access.BlowWhistle, zh, en, serve)
	}
	do := func(path, id string, action access.Action, zh, en string, serve func(*frame.Request) error) frame.Route {
		return frame.Do(path, id, frame.Staff, action, zh, en, serve)
	}
	return []frame.Route{
		show("/whistles", "whistles", "吹哨报到的看板", "The board of whistles", p.board),
		show("/whistles/health", "whistles.health", "吹哨的情况（区间）", "How whistling goes, as ranges", p.health),
		show("/whistles/raise", "whistle.raising", "街道自呼并吹哨", "Compose a street's own call with its whistle", p.raising),
		do("/whistles/raise", "whistle.raise", access.BlowWhistle, "自呼并吹哨", "Raise a street's own call and blow the whistle", p.raise),
		show("/whistles/new/{no}", "whistle.new", "吹哨", "Compose a whistle", p.compose),
		do("/whistles/new/{no}", "whistle.blow", access.BlowWhistle, "吹哨", "Blow the whistle", p.blow),
		frame.Show("/teams/{no}", "teams", frame.Staff, access.IssueOrder, "附近力量", "Teams near a matter", p.teams),
		do("/teams/{no}", "teams.send", access.IssueOrder, "一键调度", "Send teams at once", p.send),
		do("/whistles/matters/{no}/alarm", "whistle.alarm", access.BlowWhistle, "增援", "Second alarm", p.alarm),
		do("/whistles/matters/{no}/review", "whistle.review", access.BlowWhistle, "复盘", "Keep what was learned", p.review),
		do("/whistles/legs/{no}/confirm", "leg.confirm", access.ChairOrder, "确认到场", "Confirm an arrival", p.confirm),
		do("/whistles/legs/{no}/release", "leg.release", access.ChairOrder, "放行", "Let a department go", p.release),
		do("/whistles/legs/{no}/waive", "leg.waive", access.ChairOrder, "免到", "Let a department go before its work is done", p.waive),
		do("/whistles/legs/{no}/appraise", "leg.appraise", access.ChairOrder, "评价部门", "Appraise a department", p.appraise),
	}
}
