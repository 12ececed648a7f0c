package pack

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"huying/internal/domain/duty"
	"huying/internal/fault"
)

// node is one YAML value that knows where it stands.
type node struct {
	in   *layer
	name string // of the file
	yaml *yaml.Node
}

func (n node) wrong(err error) { n.in.wrong(n.name, n.yaml.Line, err) }

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document reads a YAML file whose top is a mapping; false if there is none or
// it cannot be read, which is then a problem.
func (l *layer) document(name string) (node, bool) {
	body := l.read(name, maxYAML)
	if body == nil {
		return node{}, false
	}
	var doc yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(body)).Decode(&doc)
	if errors.Is(err, io.EOF) {
		return node{}, false // an empty file says nothing
	}
	if err != nil {
		line := 0
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1]) // digits only; too many mean line 0
		}
		l.wrong(name, line, fault.New(fault.Invalid, "pack.yaml_malformed").Because(err))
		return node{}, false
	}
	top := node{in: l, name: name, yaml: doc.Content[0]}
	if !top.is(yaml.MappingNode) {
		return node{}, false
	}
	return top, true
}

var yamlKinds = map[yaml.Kind]string{yaml.MappingNode: "mapping", yaml.SequenceNode: "list", yaml.ScalarNode: "value"}

// is reports whether n is of a kind and tells a problem if it is not. Aliases
// are refused: they make a short file mean a long one.
func (n node) is(kind yaml.Kind) bool {
	if n.yaml.Kind == kind {
		return true
	}
	if n.yaml.Kind == yaml.AliasNode {
		n.wrong(fault.New(fault.Invalid, "pack.alias_refused"))
		return false
	}
	n.wrong(fault.New(fault.Invalid, "pack.shape_wrong", yamlKinds[kind], yamlKinds[n.yaml.Kind]))
	return false
}

// each calls fn for every key of a mapping, in the order of the file.
func (n node) each(fn func(key string, at, value node)) {
	if !n.is(yaml.MappingNode) {
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.yaml.Content) && !n.in.find.full(); i += 2 {
		key := node{n.in, n.name, n.yaml.Content[i]}
		if !key.is(yaml.ScalarNode) {
			continue
		}
		if seen[key.yaml.Value] {
			key.wrong(fault.New(fault.Invalid, "pack.key_repeated", clip(key.yaml.Value)))
			continue
		}
		seen[key.yaml.Value] = true
		fn(key.yaml.Value, key, node{n.in, n.name, n.yaml.Content[i+1]})
	}
}

// record reads a mapping with fixed keys; any other key is a problem that
// names the nearest known one.
func (n node) record(fields map[string]func(node)) {
	n.each(func(key string, at, value node) {
		if field := fields[key]; field != nil {
			field(value)
			return
		}
		known := make([]string, 0, len(fields))
		for k := range fields {
			known = append(known, k)
		}
		at.unknown(key, known)
	})
}

func (n node) unknown(key string, known []string) {
	n.wrong(fault.New(fault.Invalid, "pack.unknown_key", clip(key), duty.Nearest(key, known)))
}

// items returns the members of a list.
func (n node) items() []node {
	if !n.is(yaml.SequenceNode) {
		return nil
	}
	out := make([]node, len(n.yaml.Content))
	for i, c := range n.yaml.Content {
		out[i] = node{n.in, n.name, c}
	}
	return out
}

// text returns a scalar as it is written.
func (n node) text() string {
	if !n.is(yaml.ScalarNode) {
		return ""
	}
	return n.yaml.Value
}

// number returns a whole number from 0 to most.
func (n node) number(most int) int {
	if !n.is(yaml.ScalarNode) {
		return 0
	}
	v, err := strconv.Atoi(n.yaml.Value)
	if err != nil || v < 0 || v > most {
		n.wrong(fault.New(fault.Invalid, "pack.number_wrong", clip(n.yaml.Value), most))
		return 0
	}
	return v
}

// yes returns a switch: on, true or yes; off, false or no.
func (n node) yes() bool {
	switch s := n.text(); {
	case slices.Contains([]string{"on", "true", "yes"}, s):
		return true
	case !slices.Contains([]string{"off", "false", "no"}, s):
		n.wrong(fault.New(fault.Invalid, "pack.switch_wrong", clip(s)))
	}
	return false
}

// one returns a word of a closed vocabulary.
func (n node) one(known ...string) string {
	s := n.text()
	if !slices.Contains(known, s) {
		n.wrong(fault.New(fault.Invalid, "pack.word_unknown", clip(s), duty.Nearest(s, known)))
	}
	return s
}

// texts returns a list of scalars.
func (n node) texts() []string {
	var out []string
	for _, item := range n.items() {
		out = append(out, item.text())
	}
	return out
}

// into returns a field reader that keeps a text.
func into(dst *string) func(node) { return func(n node) { *dst = n.text() } }
