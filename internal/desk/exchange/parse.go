package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"huying/internal/domain/duty"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// maxMapping is the greatest size of a mapping file.
const maxMapping = 1 << 20

// ParseMapping reads a mapping file; name is what faults call it. All mistakes
// are told at once, with "name:line" as their field. Faults:
// mapping.too_large, mapping.yaml_malformed, mapping.shape_wrong,
// mapping.alias_refused, mapping.unknown_key, mapping.key_repeated,
// mapping.part_missing, mapping.word_unknown, mapping.number_wrong,
// mapping.point_wrong, mapping.layout_wrong, mapping.zone_unknown,
// crs.unknown.
func ParseMapping(name string, body []byte) (*Mapping, error) {
	p := &parser{name: name}
	if len(body) > maxMapping {
		return nil, fault.New(fault.TooLarge, "mapping.too_large", maxMapping>>10).In(name)
	}
	var doc yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(body)).Decode(&doc)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Field(fmt.Sprintf("%s:%d", name, yamlLine(err)), "mapping.yaml_malformed").Because(err)
	}
	m := &Mapping{Join: "\n", Time: Times{Missing: missingReject}}
	if len(doc.Content) > 0 {
		p.mapping(m, doc.Content[0])
	}
	for _, part := range m.missing() {
		p.wrong = append(p.wrong, fault.Field(name, "mapping.part_missing", part))
	}
	slices.SortStableFunc(p.wrong, func(a, b *fault.Error) int { return strings.Compare(a.Error(), b.Error()) })
	if err := p.wrong.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (c Choice) set() bool { return c.Column != "" || c.Default != "" }

// missing names the parts that a mapping cannot do without and does not have.
func (m *Mapping) missing() []string {
	var out []string
	for _, part := range [...]struct {
		name  string
		there bool
	}{
		{"source", m.Source.set()},
		{"text", len(m.Text) > 0},
		{"kind", m.Kind.set()},
		{"place", m.Place.Code.set() || m.Place.Lon != "" && m.Place.Lat != ""},
		{"time", m.Time.Column != "" || m.Time.Missing == missingNow},
	} {
		if !part.there {
			out = append(out, part.name)
		}
	}
	return out
}

var lineOf = regexp.MustCompile(`line (\d+)`)

// yamlLine is the line a YAML error names, or 1.
func yamlLine(err error) int {
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return 1
}

// parser gathers what is wrong with a mapping file.
type parser struct {
	name  string
	wrong fault.List
}

func (p *parser) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d", p.name, n.Line) }

func (p *parser) bad(n *yaml.Node, err *fault.Error) { p.wrong = append(p.wrong, err.In(p.at(n))) }

func (p *parser) mapping(m *Mapping, top *yaml.Node) {
	p.record(top, map[string]func(*yaml.Node){
		"format":    func(n *yaml.Node) { m.Format = Format(p.one(n, formats)) },
		"encoding":  func(n *yaml.Node) { m.Encoding = p.one(n, []string{encUTF8, encGB18030}) },
		"delimiter": func(n *yaml.Node) { m.Delimiter = p.one(n, delimiters) },
		"sheet":     p.into(&m.Sheet),
		"source":    p.choice(&m.Source, nil),
		"reference": p.into(&m.Reference),
		"text":      func(n *yaml.Node) { p.text(m, n) },
		"kind":      p.choice(&m.Kind, nil),
		"category": p.choice(&m.Category, map[string]func(*yaml.Node){
			"suggest": func(n *yaml.Node) { m.Suggest = p.score(n) },
		}),
		"urgency": p.choice(&m.Urgency, nil),
		"place": p.choice(&m.Place.Code, map[string]func(*yaml.Node){
			"lon": p.into(&m.Place.Lon), "lat": p.into(&m.Place.Lat),
			"crs":         func(n *yaml.Node) { m.Place.CRS = p.crs(n) },
			"no_location": func(n *yaml.Node) { m.Place.None = p.points(n) },
		}),
		"where": p.into(&m.Where),
		"time":  func(n *yaml.Node) { p.times(&m.Time, n) },
		"caller": func(n *yaml.Node) {
			p.record(n, map[string]func(*yaml.Node){
				"name": p.into(&m.Name), "phone": p.into(&m.Phone),
				"kind": p.choice(&m.CallerKind, nil), "anonymity": p.choice(&m.Anonymity, nil),
			})
		},
		"ignore": func(n *yaml.Node) { m.Ignore = p.texts(n) },
	})
}

// text reads a column, a list of columns, or columns with their join.
func (p *parser) text(m *Mapping, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		m.Text = p.texts(n)
		return
	}
	p.record(n, map[string]func(*yaml.Node){
		"columns": func(n *yaml.Node) { m.Text = p.texts(n) },
		"join":    func(n *yaml.Node) { m.Join = p.scalar(n) },
	})
}

// choice reads a word for every row, or a column with values and a default;
// more are further keys.
func (p *parser) choice(c *Choice, more map[string]func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		c.at = p.at(n)
		if n.Kind == yaml.ScalarNode {
			c.Default, c.Fixed = n.Value, true
			return
		}
		fields := map[string]func(*yaml.Node){
			"column":  p.into(&c.Column),
			"default": func(n *yaml.Node) { c.Default, c.Fixed = p.scalar(n), true },
			"values": func(n *yaml.Node) {
				c.Values = map[string]string{}
				p.each(n, func(key string, value *yaml.Node) { c.Values[strings.TrimSpace(key)] = p.scalar(value) })
			},
		}
		for k, fn := range more {
			fields[k] = fn
		}
		p.record(n, fields)
	}
}

// times reads a column, or a column with layouts, zone and what is done
// without a time.
func (p *parser) times(t *Times, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		t.Column = n.Value
		return
	}
	p.record(n, map[string]func(*yaml.Node){
		"column":  p.into(&t.Column),
		"missing": func(n *yaml.Node) { t.Missing = p.one(n, []string{missingReject, missingNow}) },
		"layouts": func(n *yaml.Node) {
			t.Layouts = p.texts(n)
			for _, l := range t.Layouts {
				if !layout(l) {
					p.bad(n, fault.New(fault.Invalid, "mapping.layout_wrong", clip(l)))
				}
			}
		},
		"zone": func(n *yaml.Node) {
			t.Zone = p.scalar(n)
			if _, err := t.zone(); err != nil {
				p.bad(n, fault.All(err)[0])
			}
		},
	})
}

// layout reports whether a layout says the whole date, by reading back what
// it writes.
func layout(l string) bool {
	day := time.Date(2017, 11, 29, 0, 0, 0, 0, time.UTC)
	back, err := time.Parse(l, day.Format(l))
	return err == nil && back.Equal(day)
}

func (p *parser) crs(n *yaml.Node) string {
	s := p.scalar(n)
	if _, err := territory.ParseCRS(s); err != nil {
		p.bad(n, fault.All(err)[0])
	}
	return s
}

func (p *parser) points(n *yaml.Node) []LatLon {
	var out []LatLon
	for _, s := range p.texts(n) {
		at, ok := point(s)
		if !ok {
			p.bad(n, fault.New(fault.Invalid, "mapping.point_wrong", clip(s)))
			continue
		}
		out = append(out, at)
	}
	return out
}

// defaultScore is the least score of a suggestion that a mapping does not
// name.
const defaultScore = 0.5

// score reads a switch or the least score of a suggestion.
func (p *parser) score(n *yaml.Node) float64 {
	switch s := p.scalar(n); s {
	case "true", "yes", "on":
		return defaultScore
	case "false", "no", "off":
		return 0
	default:
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v > 0 && v < 1) {
			p.bad(n, fault.New(fault.Invalid, "mapping.number_wrong", clip(s)))
			return 0
		}
		return v
	}
}

func (p *parser) one(n *yaml.Node, known []string) string {
	s := p.scalar(n)
	if !slices.Contains(known, s) {
		p.bad(n, fault.New(fault.Invalid, "mapping.word_unknown", clip(s), duty.Nearest(s, known)))
	}
	return s
}

func (p *parser) into(dst *string) func(*yaml.Node) {
	return func(n *yaml.Node) { *dst = strings.TrimSpace(p.scalar(n)) }
}

// texts reads one word or a list of them.
func (p *parser) texts(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{strings.TrimSpace(n.Value)}
	}
	if !p.is(n, yaml.SequenceNode) {
		return nil
	}
	var out []string
	for _, c := range n.Content {
		out = append(out, strings.TrimSpace(p.scalar(c)))
	}
	return out
}

func (p *parser) scalar(n *yaml.Node) string {
	if !p.is(n, yaml.ScalarNode) {
		return ""
	}
	return n.Value
}

var nodeNames = map[yaml.Kind]string{yaml.MappingNode: "mapping", yaml.SequenceNode: "list", yaml.ScalarNode: "value"}

// is tells a mistake if n is not of a kind. Aliases are refused: they make a
// short file mean a long one.
func (p *parser) is(n *yaml.Node, kind yaml.Kind) bool {
	switch n.Kind {
	case kind:
		return true
	case yaml.AliasNode:
		p.bad(n, fault.New(fault.Invalid, "mapping.alias_refused"))
	default:
		p.bad(n, fault.New(fault.Invalid, "mapping.shape_wrong", nodeNames[kind], nodeNames[n.Kind]))
	}
	return false
}

// each calls fn for every key of a mapping.
func (p *parser) each(n *yaml.Node, fn func(key string, value *yaml.Node)) {
	if !p.is(n, yaml.MappingNode) {
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !p.is(key, yaml.ScalarNode):
		case seen[key.Value]:
			p.bad(key, fault.New(fault.Invalid, "mapping.key_repeated", clip(key.Value)))
		default:
			seen[key.Value] = true
			fn(key.Value, n.Content[i+1])
		}
	}
}

// record reads a mapping with fixed keys.
func (p *parser) record(n *yaml.Node, fields map[string]func(*yaml.Node)) {
	known := make([]string, 0, len(fields))
	for k := range fields {
		known = append(known, k)
	}
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if k := n.Content[i]; k.Kind == yaml.ScalarNode && fields[k.Value] == nil {
			p.bad(k, fault.New(fault.Invalid, "mapping.unknown_key", clip(k.Value), duty.Nearest(k.Value, known)))
		}
	}
	p.each(n, func(key string, value *yaml.Node) {
		if field := fields[key]; field != nil {
			field(value)
		}
	})
}
