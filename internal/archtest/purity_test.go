package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

// impure are the packages by which the world would come into a rule.
var impure = []string{"os", "net", "database", "context", "log", "syscall", "runtime", "unsafe", "plugin"}

// purity finds rules that could touch the world. Hints are rules too.
func purity(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		if !under(f.dir(), domainRoom) && !under(f.dir(), hintRoom) && !under(f.dir(), faultRoom) && !under(f.dir(), identRoom) {
			continue
		}
		for name, where := range t.imports(f) {
			if slices.ContainsFunc(impure, func(p string) bool { return under(name, p) }) {
				out = append(out, breach{where, "pure", fmt.Sprintf("a rule may not import %s", name)})
			}
		}
	}
	return out
}

// clockless are the rooms where the time is an argument.
var clockless = []string{faultRoom, identRoom, domainRoom, hintRoom, engineRoom, deskRoom, storeRoom}

// ownClock are the functions of package time that ask the machine.
var ownClock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

// clocksKept are the files that may ask the machine, with the reason.
var clocksKept = map[string]string{
	"internal/store/store.go":             "the default of Options.Now, which commands get as an argument",
	"internal/store/sqlite_writer.go":     "a stopwatch: how long a group may take in commands, and which were slow",
	"internal/store/sqlite_checkpoint.go": "a stopwatch, for the log",
	"internal/store/postgres.go":          "a stopwatch, and the pause before a retry",
	"internal/store/storetest":            "waiting for a test server",
}

// clocks finds code that asks the machine for the time.
func clocks(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		if !slices.ContainsFunc(clockless, func(r string) bool { return under(f.dir(), r) }) || clockKept(f.path) {
			continue
		}
		ast.Inspect(f.code, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(ownClock, sel.Sel.Name) {
				out = append(out, breach{t.at(sel), "clock", "the time is an argument: no time." + sel.Sel.Name + " here"})
			}
			return true
		})
	}
	return out
}

func clockKept(name string) bool {
	for kept := range clocksKept {
		if under(name, kept) {
			return true
		}
	}
	return false
}

var (
	sqlClock   = regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|unixepoch|julianday|strftime)\s*\(|\bcurrent_(timestamp|date|time)\b`)
	sqlOffset  = regexp.MustCompile(`\bLIMIT\b[^;]*\bOFFSET\b`)
	sqlComment = regexp.MustCompile(`--[^\n]*`)
)

// statements finds SQL that asks the database for the time or pages by
// counting.
func statements(t *tree) []breach {
	var out []breach
	look := func(where, text string) {
		if m := sqlClock.FindString(text); m != "" {
			out = append(out, breach{where, "sql", "no clock in SQL: " + m})
		}
		if sqlOffset.MatchString(text) {
			out = append(out, breach{where, "sql", "lists page by key, never by OFFSET"})
		}
	}
	for _, f := range t.files {
		if strings.HasSuffix(f.path, ".sql") {
			look(f.path, sqlComment.ReplaceAllString(f.text, ""))
		}
	}
	for _, f := range t.code() {
		if under(f.path, "internal") {
			t.strings(f, look)
		}
	}
	return out
}

// heart are the tables that only the engine writes.
var heart = regexp.MustCompile(`\b(INSERT INTO|UPDATE|DELETE FROM)\s+(matter|orders|ledger|statement|vault|access_log|inlet_key|leaf|tree_hash|checkpoint)\b`)

// writers finds SQL outside the engine that writes the engine's tables.
func writers(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		if under(f.dir(), engineRoom) || under(f.dir(), benchRoom) { // a measurement grows a throw-away database by copying rows
			continue
		}
		t.strings(f, func(where, text string) {
			if m := heart.FindString(text); m != "" {
				out = append(out, breach{where, "heart", "only the engine writes this table: " + m})
			}
		})
	}
	return out
}

// vague are names that say nothing about what is inside.
var vague = []string{"util", "utils", "common", "models", "model", "helpers", "helper", "types", "manager", "managers", "misc", "base", "shared", "lib"}

// names finds packages with vague names, and package names that are not the
// names of their folders.
func names(t *tree) []breach {
	var out []breach
	for _, f := range t.code() {
		name := f.code.Name.Name
		if slices.Contains(vague, name) {
			out = append(out, breach{f.path, "name", "package " + name + " says nothing about what is inside"})
		}
		if name != "main" && name != path.Base(f.dir()) {
			out = append(out, breach{f.path, "name", "package " + name + " lies in a folder of another name"})
		}
	}
	return out
}

// packData finds code in packs: they are data.
func packData(t *tree) []breach {
	var out []breach
	for _, f := range t.files {
		if !under(f.path, packsRoom) || f.path == "packs/packs.go" || f.code != nil && f.isTest() {
			continue
		}
		switch path.Ext(f.path) {
		case ".csv", ".yaml", ".geojson", ".jsonl", ".md":
		default:
			out = append(out, breach{f.path, "pack", "a pack is data: CSV, YAML, GeoJSON or sample calls, never code"})
		}
	}
	return out
}

// mostDialects bounds the places that ask which engine is behind a database.
const mostDialects = 20

// dialects counts the named exceptions to one SQL text for every database.
func dialects(t *tree) []breach {
	var where []string
	for _, f := range t.code() {
		if under(f.dir(), storeRoom) || !under(f.path, "internal") {
			continue
		}
		ast.Inspect(f.code, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Dialect", "Postgres", "SQLite"}, sel.Sel.Name) {
				where = append(where, t.at(sel))
			}
			return true
		})
	}
	if len(where) <= mostDialects {
		return nil
	}
	return []breach{{where[len(where)-1], "dialect", fmt.Sprintf("%d places ask for the SQL dialect, at most %d may", len(where), mostDialects)}}
}

// personal is a score or a rank of people, under any name (INV-06).
var personal = regexp.MustCompile(`(?i)leader_?board|(person|staff|worker|holder|employee|officer|handler|agent)s?_?(score|rank)`)

// scores finds names that would score or rank persons. The bans of a pack are
// text, not names, so they may spell it.
func scores(t *tree) []breach {
	var out []breach
	look := func(where, name string) {
		if m := personal.FindString(name); m != "" {
			out = append(out, breach{where, "person", "no score or rank of persons: " + m})
		}
	}
	for _, f := range t.files {
		if strings.HasSuffix(f.path, ".sql") {
			look(f.path, f.text)
		}
	}
	for _, f := range t.code() {
		ast.Inspect(f.code, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.Ident:
				look(t.at(x), x.Name)
			case *ast.Field:
				if x.Tag != nil {
					look(t.at(x.Tag), x.Tag.Value)
				}
			}
			return true
		})
	}
	return out
}
