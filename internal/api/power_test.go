package api_test

import "maps"

// ofRecords are the routes about one record, of which the matrix has none:
// their stories test whom they refuse.
var ofRecords = []string{
	"give-opinion", "read-gate", "ask-gate", "finish-gate", "drop-gate", "sign-opinion", "settle-conflict", "end-liaison", "raise-item", "report-retaliation",
	"settle-entry", "refer-entry", "read-force", "charge-force", "measure-force", "close-force", "list-fund-lines", "propose-payment", "approve-payment",
	"publish-payment", "reverse-payment",
}

func init() {
	marks := []call{{"aspect": "RESPONSE", "points": 5}, {"aspect": "QUALITY", "points": 5}, {"aspect": "COOPERATION", "points": 5}, {"aspect": "BURDEN", "points": 5}}
	maps.Copy(bodies, map[string]call{
		"grant-power":  {"holder": "440106001-DGW", "code": "APPRAISE_DEPT", "basis": "x"},
		"give-opinion": {"result": "AGREE", "text": "x"}, "propose-gate": {"kind": "PLANNING", "title": "x", "places": []string{"440106001"}},
		"ask-gate": {"units": []string{"440106001-DGW"}}, "finish-gate": {}, "drop-gate": {"reason": "x"}, "sign-opinion": {"grade": "COMPETENT", "text": "x"},
		"recommend":       {"kind": "SUGGESTION", "receiver": "440106-ZJ", "title": "x", "text": "x"},
		"instruct":        {"matter": "20260310-000001-0", "unit": "440106-CG", "course": "HOLD", "text": "x"},
		"settle-conflict": {"stands": "20260310-000001-0", "decision": "x"}, "link-liaison": {"kind": "LEADER", "post": "440106-DW/ORGANISER", "place": "440106001"},
		"end-liaison": {}, "raise-item": {"title": "x"}, "take-enterprise-call": {"enterprise": "x", "place": "440106001", "text": "x"},
		"appraise-unit": {"kind": "DEPARTMENT", "of": "440106-CG", "period": "2026-Q1", "marks": marks},
		"observe":       {"unit": "440106-CG", "topic": "FORMS", "text": "x"}, "report-retaliation": {"text": "x"},
		"propose-entry": {"unit": "440106-CG", "rule": "N1", "facts": []string{"x"}, "text": "x"}, "settle-entry": {}, "refer-entry": {"to": "440106-DW"},
		"form-force":   {"name": "x", "purpose": "x", "place": "440106001", "members": []string{"440106-KG/HANDLER"}, "to": 20260331, "indicator": "x", "baseline": 1, "target": 2},
		"charge-force": {"unit": "440106-KG", "title": "x"}, "measure-force": {"actual": 1}, "close-force": {"report": "x"},
		"open-fund":       {"holder": "440106001-ZH", "name": "x", "source": "BUDGET", "year": 2026},
		"propose-payment": {"amount": -1, "purpose": "x", "payee": "x", "decision": "x"}, "approve-payment": {}, "publish-payment": {}, "reverse-payment": {"reason": "x"},
		"join-partner": {"unit": "440106001-ZH", "name": "x", "offer": "x"},
	})
}
