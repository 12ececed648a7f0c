package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checks is every rule.
var checks = []func(*tree) []breach{
	layers, libraries, purity, clocks, statements, writers, names, packData, dialects, scores, prose, links,
}

func check(t *tree) []breach {
	var out []breach
	for _, c := range checks {
		out = append(out, c(t)...)
	}
	return out
}

func TestTheHouseStandsAsPlanned(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("the root of the module is not where it was: %v", err)
	}
	house, err := readTree(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if len(house.code()) < 100 {
		t.Fatalf("only %d files of code were found", len(house.code()))
	}
	for _, b := range check(house) {
		t.Error(b)
	}
}

// sound is a small house without a breach.
var sound = map[string]string{
	"internal/fault/fault.go":        "package fault",
	"internal/ident/ident.go":        `package ident; import _ "huying/internal/fault"`,
	"internal/domain/order/order.go": `package order; import (_ "time"; _ "huying/internal/ident"; _ "huying/internal/domain/org")`,
	"internal/domain/org/org.go":     "package org",
	"internal/hint/hint.go":          `package hint; import _ "huying/internal/domain/order"`,
	"internal/store/store.go":        `package store; import (_ "database/sql"; "time"; _ "huying/internal/fault"); var now = time.Now`,
	"internal/store/lite/lite.go":    `package lite; import _ "modernc.org/sqlite/lib"`,
	"internal/engine/engine.go":      "package engine; import _ \"huying/internal/store\"; const q = `UPDATE matter SET rev = ?`",
	"internal/engine/m/0001.sql":     "-- There is no now() in SQL.\nCREATE TABLE matter (id BIGINT);",
	"internal/desk/intake/intake.go": `package intake; import (_ "huying/internal/engine"; _ "huying/internal/store"; _ "huying/internal/desk/intake/form")`,
	"internal/desk/intake/form/f.go": "package form",
	"internal/text/text.go":          `package text; import _ "huying/internal/fault"`,
	"internal/config/config.go":      `package config; import _ "huying/internal/fault"`,
	"internal/api/api.go":            `package api; import (_ "net/http"; _ "huying/internal/text"; _ "huying/internal/desk/intake")`,
	"internal/tick/tick.go":          `package tick; import ("time"; _ "huying/internal/desk/intake"); var _ = time.NewTimer`,
	"internal/app/app.go":            `package app; import (_ "huying/internal/api"; _ "huying/internal/config"; _ "huying/packs")`,
	"internal/cli/cli.go":            `package cli; import _ "huying/internal/app"`,
	"internal/engine/engine_test.go": `package engine; import (_ "huying/internal/cli"; "time"); var _ = time.Now`,
	"cmd/huying/main.go":             `package main; import _ "huying/internal/cli"`,
	"packs/packs.go":                 "package packs",
	"packs/liunan/units.csv":         "suffix,per,name,kind",
	"docs/X.md":                      "See [the code](../internal/fault/fault.go), [above](#above) and [the law](https://example.org/law).",
	"bin/left.go":                    "this is no Go",
}

func TestASoundHouseHasNoBreach(t *testing.T) {
	for _, b := range check(made(t, sound)) {
		t.Error(b)
	}
}

func TestEveryBreachIsFound(t *testing.T) {
	for _, c := range []struct{ why, rule, path, text string }{
		{"the ground imports a noun", "layer", "internal/ident/x.go", `package ident; import _ "huying/internal/domain/org"`},
		{"a noun imports the store", "layer", "internal/domain/order/x.go", `package order; import _ "huying/internal/store"`},
		{"a noun imports a hint", "layer", "internal/domain/order/x.go", `package order; import _ "huying/internal/hint"`},
		{"the store imports a noun", "layer", "internal/store/x.go", `package store; import _ "huying/internal/ident"`},
		{"the engine imports a desk", "layer", "internal/engine/x.go", `package engine; import _ "huying/internal/desk/intake"`},
		{"a desk imports a desk", "layer", "internal/desk/dispatch/x.go", `package dispatch; import _ "huying/internal/desk/intake"`},
		{"a desk imports a room inside a desk", "layer", "internal/desk/dispatch/x.go", `package dispatch; import _ "huying/internal/desk/intake/form"`},
		{"a desk imports a face", "layer", "internal/desk/intake/x.go", `package intake; import _ "huying/internal/api"`},
		{"a face imports the store", "layer", "internal/api/x.go", `package api; import _ "huying/internal/store"`},
		{"a face imports a face", "layer", "internal/web/x.go", `package web; import _ "huying/internal/api"`},
		{"a clock imports a face", "layer", "internal/tick/x.go", `package tick; import _ "huying/internal/api"`},
		{"words import a desk", "layer", "internal/text/x.go", `package text; import _ "huying/internal/desk/intake"`},
		{"the wiring imports the commands", "layer", "internal/app/x.go", `package app; import _ "huying/internal/cli"`},
		{"main does more than call cli", "layer", "cmd/huying/x.go", `package main; import _ "huying/internal/app"`},
		{"a folder nobody planned", "layer", "internal/attic/x.go", `package attic`},
		{"a face speaks SQL", "library", "internal/api/x.go", `package api; import _ "database/sql"`},
		{"a desk knows PostgreSQL", "library", "internal/desk/intake/x.go", `package intake; import _ "github.com/jackc/pgx/v5"`},
		{"a desk speaks HTTP", "library", "internal/desk/intake/x.go", `package intake; import _ "net/http"`},
		{"a rule opens files", "pure", "internal/domain/org/x.go", `package org; import _ "os"`},
		{"a rule calls out", "pure", "internal/domain/org/x.go", `package org; import _ "net/url"`},
		{"a rule takes a context", "pure", "internal/domain/org/x.go", `package org; import _ "context"`},
		{"a rule knows SQL", "pure", "internal/domain/org/x.go", `package org; import _ "database/sql"`},
		{"a rule asks for the time", "clock", "internal/domain/org/x.go", `package org; import "time"; var t = time.Now()`},
		{"a desk waits", "clock", "internal/desk/intake/x.go", `package intake; import "time"; func f() { time.Sleep(1) }`},
		{"the engine passes the clock on", "clock", "internal/engine/x.go", `package engine; import "time"; var now = time.Now`},
		{"the store asks in a new place", "clock", "internal/store/x.go", `package store; import "time"; var now = time.Now()`},
		{"a statement asks for the time", "sql", "internal/desk/intake/x.go", "package intake; const q = `SELECT NOW()`"},
		{"a table has a default time", "sql", "internal/engine/m/0002.sql", "CREATE TABLE x (at TEXT DEFAULT CURRENT_TIMESTAMP);"},
		{"a list pages by counting", "sql", "internal/desk/intake/x.go", "package intake; const q = `SELECT id FROM matter LIMIT ? OFFSET ?`"},
		{"a desk writes a matter", "heart", "internal/desk/intake/x.go", "package intake; const q = `UPDATE matter SET status = ?`"},
		{"a desk writes the ledger", "heart", "internal/desk/intake/x.go", "package intake; const q = `INSERT INTO ledger (seq) VALUES (?)`"},
		{"a package with a vague name", "name", "internal/engine/util/x.go", "package util"},
		{"a package with another name", "name", "internal/engine/x/x.go", "package y"},
		{"a pack with code", "pack", "packs/liunan/rules.lua", "return 1"},
		{"a pack with Go", "pack", "packs/liunan/liunan.go", "package liunan"},
		{"a ranking of people", "person", "internal/api/x.go", "package api; type x struct { A int `json:\"worker_score\"` }"},
		{"a column that ranks people", "person", "internal/engine/m/0002.sql", "CREATE TABLE x (handler_rank BIGINT);"},
		{"a path of a machine", "path", "docs/Y.md", "Look into /" + "work/main for it."},
		{"a registry", "host", "Makefile", "get:\n\tGOPROXY" + "=https://modules.example go get"},
		{"a link to nothing", "link", "docs/Y.md", "See [this](Z.md)."},
	} {
		t.Run(c.why, func(t *testing.T) {
			house := map[string]string{c.path: c.text}
			for name, text := range sound {
				house[name] = text
			}
			bites := false
			for _, b := range check(made(t, house)) {
				bites = bites || b.rule == c.rule
				if !strings.HasPrefix(b.where, c.path) {
					t.Errorf("found where nothing is wrong: %v", b)
				}
			}
			if !bites {
				t.Errorf("no breach of rule %q was found", c.rule)
			}
		})
	}
}

func TestTooManyDialectsAreFound(t *testing.T) {
	house := map[string]string{}
	for i := range mostDialects {
		house[fmt.Sprintf("internal/engine/x%02d.go", i)] = "package engine; var _ = tx.Dialect"
	}
	if found := dialects(made(t, house)); len(found) != 0 {
		t.Errorf("as many as may be: %v", found)
	}
	house["internal/engine/y.go"] = "package engine; var _ = store.Postgres"
	if found := dialects(made(t, house)); len(found) != 1 || found[0].rule != "dialect" {
		t.Errorf("one more: %v", found)
	}
}

func TestAFileThatDoesNotParseIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("no Go"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readTree(os.DirFS(dir)); err == nil {
		t.Error("it was passed over")
	}
}
