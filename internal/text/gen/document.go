package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"huying/internal/fault"
	"huying/internal/text"
	"huying/internal/text/source"
)

// meaning is what a kind of fault means to whoever gets it.
type meaning struct {
	name   string // of the constant in package fault
	kind   fault.Kind
	status int
	zh, en string
}

var meanings = []meaning{
	{"Internal", fault.Internal, 500, "报告系统管理员", "tell the administrator"},
	{"Invalid", fault.Invalid, 422, "改正所填内容", "mend the input"},
	{"Unknown", fault.Unknown, 401, "先登录或出示凭证", "say who you are"},
	{"Denied", fault.Denied, 403, "申请权限或交给有权的单位", "ask for the right, or somebody who has it"},
	{"NotFound", fault.NotFound, 404, "核对编号", "check the number"},
	{"Conflict", fault.Conflict, 409, "刷新，再按现状办理", "read again, then act by the new state"},
	{"TooLarge", fault.TooLarge, 413, "减少内容", "send less"},
	{"Busy", fault.Busy, 503, "稍后再试", "wait, then try again"},
	{"Exhausted", fault.Exhausted, 507, "腾出空间", "make room"},
}

// statuses are those of the few faults that HTTP has a status of its own for.
var statuses = map[string]int{
	"body.broken_off":           400,
	"body.malformed":            400,
	"body.not_json":             415,
	"request.address_malformed": 400,
	"request.method_refused":    405,
	"request.too_many":          429,
}

func meaningOf(name string) meaning {
	i := slices.IndexFunc(meanings, func(m meaning) bool { return m.name == name })
	if i < 0 {
		return meaning{name: name}
	}
	return meanings[i]
}

const head = `# 错误代码 · Error codes

<!-- Written by go run ./internal/text/gen. Do not edit. -->

每个错误有一个固定的代码；文字可以改，代码不变。{0}、{1} 处是具体内容。
Every fault has a code that stays the same while its words may change. {0}, {1} stand for the details.
接口对 internal 一类错误一律答 internal.error，原因只写进日志。
The interfaces answer every fault of the kind internal as internal.error; its cause is only in the log.

| kind | HTTP | 怎么办 | what to do |
|---|---|---|---|
`

// document is the whole of docs/ERRORS.md.
func document(src *source.Source) []byte {
	b := bytes.NewBufferString(head)
	for _, m := range meanings {
		fmt.Fprintf(b, "| %s | %d | %s | %s |\n", m.kind, m.status, m.zh, m.en)
	}
	noun := ""
	for _, code := range slices.Sorted(maps.Keys(src.Faults)) {
		if n, _, _ := strings.Cut(code, "."); n != noun {
			noun = n
			fmt.Fprintf(b, "\n## %s\n\n| code | kind | HTTP | 中文 | English | what to do |\n|---|---|---|---|---|---|\n", noun)
		}
		b.WriteString(row(src.Faults[code]))
	}
	return b.Bytes()
}

func row(u *source.Use) string {
	var kinds, status, todo []string
	for _, name := range u.Kinds {
		m := meaningOf(name)
		kinds = append(kinds, m.kind.String())
		status = append(status, fmt.Sprint(m.status))
		todo = append(todo, m.en)
	}
	if len(kinds) == 0 {
		kinds, status, todo = []string{"of its cause"}, []string{"of its cause"}, []string{"see the cause"}
	}
	if s, ok := statuses[u.Code]; ok {
		status = []string{fmt.Sprint(s)}
	}
	e := &fault.Error{Code: u.Code}
	for i := range u.Most() {
		e.Args = append(e.Args, fmt.Sprintf("{%d}", i)) // shown as they are
	}
	cells := []string{
		"`" + u.Code + "`", strings.Join(kinds, ", "), strings.Join(status, ", "),
		text.Chinese.Error(e), text.English.Error(e), strings.Join(todo, "; "),
	}
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	return "| " + strings.Join(cells, " | ") + " |\n"
}
