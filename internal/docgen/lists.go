package main

import (
	"bytes"
	"fmt"

	"huying/internal/api"
	"huying/internal/config"
	"huying/internal/web"
)

// routes writes every route of the JSON API and who may come to it.
func routes() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`# Routes 接口

Generated from the table of internal/api. Shapes and errors are in the OpenAPI document that the server gives at
` + "`/api/v1/openapi.json`" + `.

A **staff** route needs a token whose post may do the action; a **member** route a token of any post; a **caller** route
the number of a matter and its tracking code; **public** and **probe** routes need nothing. What may be done to one matter
is decided by the command, whatever the route.

| route | gate | action | 用途 | purpose |
|---|---|---|---|---|
`)
	for _, r := range api.Table() {
		action := ""
		if r.Action != "" {
			action = "`" + r.Action + "`"
		}
		fmt.Fprintf(&b, "| `%s %s` | %s | %s | %s | %s |\n", r.Method, r.Path, r.Gate, action, r.Zh, r.En)
	}
	b.WriteString(`
## Pages 页面

Pages of staff, generated from the table of internal/web. An **open** page needs nobody to be known, a **signed** one a session
of any post, a **staff** one a post that may do the action somewhere. Forms are taken from pages of the same origin only.

| route | gate | action | 用途 | purpose |
|---|---|---|---|---|
`)
	for _, r := range web.Table() {
		action := ""
		if r.Action != "" {
			action = "`" + string(r.Action) + "`"
		}
		fmt.Fprintf(&b, "| `%s %s` | %s | %s | %s | %s |\n", r.Method, r.Path, r.Gate, action, r.Zh, r.En)
	}
	return b.Bytes(), nil
}

// settings writes every setting and its default.
func settings() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`# Settings 配置项

Generated from internal/config. A flag wins over the environment, which wins over the file ` + "`huying.yaml`" + `. The key ` + "`rate_burst`" + `
is ` + "`--rate-burst`" + ` as a flag and ` + "`HUYING_RATE_BURST`" + ` in the environment. ` + "`huying config`" + ` shows what is in force and where it came
from. Where results are returned to is set in the file as ` + "`hooks: {INLET: {url, secret}}`" + ` or in the environment as
` + "`HUYING_HOOK_INLET_URL` and `HUYING_HOOK_INLET_SECRET`" + `.

| key | default | 含义 | meaning |
|---|---|---|---|
`)
	for _, s := range config.Settings() {
		usual := ""
		if s.Usual != "" {
			usual = "`" + s.Usual + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Key, usual, s.ZH, s.EN)
	}
	return b.Bytes(), nil
}
