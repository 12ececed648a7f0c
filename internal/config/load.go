package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"huying/internal/fault"
)

// UsualFile is read when no other file is named, if it is there.
const UsualFile = "huying.yaml"

// Sources are where settings come from.
type Sources struct {
	File  string            // "" means UsualFile, which need not be there
	Env   []string          // as os.Environ returns it
	Flags map[string]string // key → text, of the flags that were given
}

// Load reads and checks all settings. Everything that is wrong is told at
// once, each with the key as its field. Faults: config.file_unreadable,
// config.yaml_malformed, config.key_unknown, config.key_repeated,
// config.shape_wrong, config.value_missing, config.word_unknown,
// config.number_out_of_range, config.duration_out_of_range,
// config.address_malformed, config.network_malformed, config.origin_malformed,
// config.database_unknown, config.directory_missing,
// config.packs_dir_not_needed, config.hook_malformed, config.tls_incomplete,
// config.file_missing, config.web_address_malformed, config.pair_malformed.
func Load(src Sources) (*Config, error) {
	l := &loader{c: &Config{Hooks: map[string]Hook{}, origins: map[string]Origin{}, texts: map[string]string{}}}
	for _, s := range settings {
		l.put(s.key, s.usual, Default)
	}
	l.file(src.File)
	l.env(src.Env)
	for _, key := range slices.Sorted(maps.Keys(src.Flags)) {
		l.put(key, src.Flags[key], Flag)
	}
	l.parse()
	if err := l.wrong.Err(); err != nil {
		return nil, err
	}
	l.c.derive()
	return l.c, nil
}

// loader gathers texts, the weightier over the lighter, and then reads them.
type loader struct {
	c     *Config
	wrong fault.List
}

func (l *loader) put(key, text string, from Origin) {
	l.c.texts[key], l.c.origins[key] = text, from
}

// maxFile is the largest file that is read, in bytes.
const maxFile = 1 << 20

func (l *loader) file(name string) {
	body, err := os.ReadFile(cmp.Or(name, UsualFile))
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil && len(body) > maxFile {
		err = fmt.Errorf("%d bytes", len(body))
	}
	if err != nil {
		l.wrong.Add(fault.Field("config", "config.file_unreadable", cmp.Or(name, UsualFile)).Because(err))
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(body, &doc); err != nil {
		l.wrong.Add(fault.Field("config", "config.yaml_malformed", cmp.Or(name, UsualFile), err.Error()))
		return
	}
	if len(doc.Content) == 0 {
		return
	}
	l.pairs(doc.Content[0], func(key string, value *yaml.Node) {
		switch s, ok := find(key); {
		case key == "hooks":
			l.hooks(value)
		case !ok:
			l.unknown(key)
		default:
			l.put(key, l.text(key, value, s.list), File)
		}
	})
}

// pairs calls fn with each key of a mapping, once.
func (l *loader) pairs(n *yaml.Node, fn func(key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		l.wrong.Add(fault.Field("config", "config.shape_wrong", n.Line))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if seen[key] {
			l.wrong.Add(fault.Field(key, "config.key_repeated", key))
			continue
		}
		seen[key] = true
		fn(key, n.Content[i+1])
	}
}

// text returns a scalar, or the items of a list with commas.
func (l *loader) text(key string, n *yaml.Node, list bool) string {
	if n.Kind == yaml.ScalarNode {
		if n.Tag == "!!null" {
			return ""
		}
		return n.Value
	}
	if n.Kind != yaml.SequenceNode || !list {
		l.wrong.Add(fault.Field(key, "config.shape_wrong", n.Line))
		return ""
	}
	var items []string
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			l.wrong.Add(fault.Field(key, "config.shape_wrong", item.Line))
			continue
		}
		items = append(items, item.Value)
	}
	return strings.Join(items, ",")
}

// hooks reads {INLET: {url: …, secret: …}}.
func (l *loader) hooks(n *yaml.Node) {
	l.pairs(n, func(inlet string, value *yaml.Node) {
		l.pairs(value, func(part string, text *yaml.Node) {
			if part != "url" && part != "secret" {
				l.unknown("hooks." + inlet + "." + part)
				return
			}
			key := hookKey(inlet, part)
			l.put(key, l.text(key, text, false), File)
		})
	})
}

func hookKey(inlet, part string) string { return "hooks." + inlet + "." + part }

var hookEnv = regexp.MustCompile(`^HOOK_([A-Z0-9_]+)_(URL|SECRET)$`)

// passedOver are variables that are no settings: of the command line, and of
// tests.
func passedOver(name string) bool {
	return name == "CONFIG" || name == "LANG" || strings.HasPrefix(name, "TEST_")
}

func (l *loader) env(list []string) {
	for _, line := range list {
		name, text, _ := strings.Cut(line, "=")
		name, ours := strings.CutPrefix(name, "HUYING_")
		if !ours || passedOver(name) {
			continue
		}
		if m := hookEnv.FindStringSubmatch(name); m != nil {
			l.put(hookKey(m[1], strings.ToLower(m[2])), text, Env)
			continue
		}
		key := strings.ToLower(name)
		if _, ok := find(key); !ok {
			l.unknown("HUYING_" + name)
			continue
		}
		l.put(key, text, Env)
	}
}

func find(key string) (setting, bool) {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.key == key })
	if i < 0 {
		return setting{}, false
	}
	return settings[i], true
}

// unknown refuses a key and names the nearest that is known.
func (l *loader) unknown(key string) {
	known := []string{"hooks"}
	for _, s := range settings {
		known = append(known, s.key)
	}
	plain := strings.ToLower(strings.TrimPrefix(key, "HUYING_"))
	best := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(plain, a), distance(plain, b)) })
	if strings.HasPrefix(key, "HUYING_") {
		best = "HUYING_" + strings.ToUpper(best)
	}
	l.wrong.Add(fault.Field(key, "config.key_unknown", key, best))
}

// distance is the number of letters to change, add or leave out.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}

// parse reads all texts and then checks what goes together.
func (l *loader) parse() {
	for _, s := range settings {
		l.wrong.Add(s.set(l.c, l.c.texts[s.key]))
	}
	for _, inlet := range l.c.inlets() {
		h := Hook{URL: l.c.texts[hookKey(inlet, "url")], Secret: l.c.texts[hookKey(inlet, "secret")]}
		u, err := url.Parse(h.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			l.wrong.Add(fault.Field(hookKey(inlet, "url"), "config.hook_malformed", inlet))
			continue
		}
		l.c.Hooks[inlet] = h
	}
	if (l.c.TLSCert == "") != (l.c.TLSKey == "") {
		l.wrong.Add(fault.Field("tls_cert", "config.tls_incomplete"))
	}
	for key, name := range map[string]string{"tls_cert": l.c.TLSCert, "tls_key": l.c.TLSKey} {
		if name == "" {
			continue
		}
		if _, err := os.Stat(name); err != nil {
			l.wrong.Add(fault.Field(key, "config.file_missing", name))
		}
	}
	l.checkEntry()
	slices.SortStableFunc(l.wrong, func(a, b *fault.Error) int { return cmp.Compare(a.Field, b.Field) })
}

// inlets returns the inlets that have a hook, sorted.
func (c *Config) inlets() []string {
	seen := map[string]bool{}
	for key := range c.texts {
		if parts := strings.Split(key, "."); len(parts) == 3 && parts[0] == "hooks" {
			seen[parts[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
