package api

import (
	"errors"
	"net/http"
	"strconv"

	"huying/internal/fault"
	"huying/internal/text"
)

// Problem is how every fault is told: problem details by RFC 9457, with a
// stable code and each fault of the input by its field. Words are in the
// reader's language; the codes never change.
type Problem struct {
	Type      string      `json:"type" doc:"URN of the code"`
	Title     string      `json:"title" doc:"What kind of problem it is, in words"`
	Status    int         `json:"status"`
	Code      string      `json:"code" doc:"Stable code of the first fault"`
	Detail    string      `json:"detail" doc:"What is wrong and what to do, in words"`
	Errors    []Violation `json:"errors" doc:"Every fault"`
	RequestID string      `json:"request_id" doc:"Name it when you ask for help"`
}

// Violation is one fault.
type Violation struct {
	Code   string `json:"code"`
	Field  string `json:"field,omitempty" doc:"Path of the input it belongs to"`
	Detail string `json:"detail"`
	Args   []any  `json:"args,omitempty" doc:"What fills the text"`
}

// told is how a kind of fault is answered.
type told struct {
	status int
	zh, en string
}

// kinds answers every kind of fault; codes answers the few faults for which
// HTTP has a status of its own.
var kinds = map[fault.Kind]told{
	fault.Internal:  {http.StatusInternalServerError, "系统出错了", "Something went wrong here"},
	fault.Invalid:   {http.StatusUnprocessableEntity, "填写的内容有误", "The input is wrong"},
	fault.Unknown:   {http.StatusUnauthorized, "需要有效的凭证", "A valid credential is needed"},
	fault.Denied:    {http.StatusForbidden, "没有权限", "Not permitted"},
	fault.NotFound:  {http.StatusNotFound, "没有找到", "Not found"},
	fault.Conflict:  {http.StatusConflict, "与现在的状态不符", "It conflicts with the present state"},
	fault.TooLarge:  {http.StatusRequestEntityTooLarge, "内容太大", "Too large"},
	fault.Busy:      {http.StatusServiceUnavailable, "系统正忙", "Busy"},
	fault.Exhausted: {http.StatusInsufficientStorage, "存储空间已满", "The storage is full"},
}

var codes = map[string]told{
	"body.malformed":            {http.StatusBadRequest, "请求无法读懂", "The request cannot be read"},
	"body.broken_off":           {http.StatusBadRequest, "请求无法读懂", "The request cannot be read"},
	"body.not_json":             {http.StatusUnsupportedMediaType, "内容格式不对", "The media type is not taken"},
	"request.address_malformed": {http.StatusBadRequest, "请求无法读懂", "The request cannot be read"},
	"request.method_refused":    {http.StatusMethodNotAllowed, "方法不对", "Method not allowed"},
	"request.too_many":          {http.StatusTooManyRequests, "请求太频繁", "Too many requests"},
}

func toldAs(e *fault.Error) told {
	if t, ok := codes[e.Code]; ok {
		return t
	}
	return kinds[e.Kind]
}

// newProblem tells faults in a language; there is at least one.
func newProblem(lang text.Lang, id string, all []*fault.Error) Problem {
	first := all[0]
	t := toldAs(first)
	p := Problem{
		Type: "urn:huying:fault:" + first.Code, Title: t.zh, Status: t.status, Code: first.Code, RequestID: id, Errors: make([]Violation, len(all)),
	}
	if lang == text.English {
		p.Title = t.en
	}
	for i, e := range all {
		p.Errors[i] = Violation{Code: e.Code, Field: e.Field, Detail: lang.Error(e), Args: e.Args}
	}
	p.Detail = p.Errors[0].Detail
	return p
}

// retryAfter is how long a client shall wait when we are busy, in seconds.
const retryAfter = 2

// problem answers with err. What is ours to mend is logged and not told.
func (r *request) problem(err error) {
	if errors.Is(err, errGone) {
		r.logged = err
		return
	}
	all := fault.All(err)
	first := all[0]
	if first.Kind == fault.Internal {
		r.logged = err
		first = fault.New(fault.Internal, "internal.error")
		all = []*fault.Error{first}
	}
	lang := r.speaks()
	p := newProblem(lang, r.id, all)
	h := r.w.Header()
	h.Del("ETag")
	switch {
	case first.Kind == fault.Unknown:
		h.Set("WWW-Authenticate", `Bearer realm="huying"`)
	case first.Kind == fault.Busy && h.Get("Retry-After") == "":
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	h.Set("Content-Language", string(lang))
	h.Add("Vary", "Accept-Language")
	r.status = p.Status
	if err := r.json("application/problem+json", p); err != nil && r.logged == nil {
		r.logged = err
	}
}
