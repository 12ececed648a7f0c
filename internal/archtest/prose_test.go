package archtest

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// machine is an absolute path below a folder where people work.
var machine = regexp.MustCompile("(^|[\\s\"'`(=:,])/(work|home|Users|root)/[A-Za-z0-9._-]")

// registry is a setting that says where packages come from. How a machine
// reaches them is its own configuration, so no tracked file says it.
var registry = regexp.MustCompile(`(?i)(goproxy|gosumdb|registry|index-url|"resolved")["']?\s*[=:]\s*["']?https?:/`)

// prose finds what may stand in no file: paths of somebody's machine, and
// package registries.
func prose(t *tree) []breach {
	var out []breach
	for _, f := range t.files {
		for i, line := range strings.Split(f.text, "\n") {
			where := fmt.Sprintf("%s:%d", f.path, i+1)
			if m := machine.FindString(line); m != "" {
				out = append(out, breach{where, "path", "a path of one machine: " + strings.TrimSpace(m)})
			}
			if m := registry.FindString(line); m != "" {
				out = append(out, breach{where, "host", "a package registry: " + m})
			}
		}
	}
	return out
}

// links finds links between our own documents that lead nowhere.
func links(t *tree) []breach {
	known := map[string]bool{}
	for _, f := range t.files {
		known[f.path] = true
		for d := f.dir(); d != "."; d = path.Dir(d) {
			known[d] = true
		}
	}
	var out []breach
	for _, f := range t.files {
		if !strings.HasSuffix(f.path, ".md") {
			continue
		}
		for i, line := range strings.Split(f.text, "\n") {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				if to := target(f.dir(), m[1]); to != "" && !known[to] {
					out = append(out, breach{fmt.Sprintf("%s:%d", f.path, i+1), "link", "no such file: " + to})
				}
			}
		}
	}
	return out
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// target is the file a link in folder dir leads to, "" if it leads outside the
// repository or to a place in the same document.
func target(dir, to string) string {
	to, _, _ = strings.Cut(to, "#")
	if to == "" || strings.Contains(to, ":") || strings.HasPrefix(to, "/") {
		return ""
	}
	out := path.Join(dir, to)
	if strings.HasPrefix(out, "..") || out == "." {
		return ""
	}
	return out
}
