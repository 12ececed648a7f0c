package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"huying/internal/domain/ledger"
	"huying/internal/wire"
)

// field is one top-level member of a state document; its value is canonical
// JSON.
type field = wire.Field

// fields splits a canonical JSON object into its top-level members. The text
// is one that this package made, so it is only walked, not checked; ok is
// false if it is no object.
func fields(doc []byte, into []field) (out []field, ok bool) {
	if len(doc) < 2 || doc[0] != '{' || doc[len(doc)-1] != '}' {
		return nil, false
	}
	for i := 1; i < len(doc)-1; {
		keyEnd := endOfString(doc, i)
		valueEnd := endOfValue(doc, keyEnd+1)
		if keyEnd < 0 || valueEnd < 0 {
			return nil, false
		}
		into = append(into, field{Key: string(doc[i+1 : keyEnd-1]), Value: doc[keyEnd+1 : valueEnd]})
		i = valueEnd + 1
	}
	return into, true
}

// endOfString returns the index after the string that begins at i.
func endOfString(b []byte, i int) int {
	for j := i + 1; j < len(b); j++ {
		switch b[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return -1
}

// endOfValue returns the index after the value that begins at i.
func endOfValue(b []byte, i int) int {
	depth := 0
	for j := i; j < len(b); j++ {
		switch b[j] {
		case '"':
			if j = endOfString(b, j) - 1; j < 0 {
				return -1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return j
			}
			depth--
		case ',':
			if depth == 0 {
				return j
			}
		}
	}
	return -1
}

// diff appends to dst, as a canonical object, the members of now that are not
// the same in old; a member that is gone is null.
func diff(dst []byte, old, now []field) []byte {
	dst = append(dst, '{')
	sep := false
	put := func(key string, value []byte) {
		if sep {
			dst = append(dst, ',')
		}
		sep = true
		dst = append(dst, '"')
		dst = append(dst, key...)
		dst = append(dst, '"', ':')
		dst = append(dst, value...)
	}
	i := 0
	for _, f := range now {
		for i < len(old) && old[i].Key < f.Key {
			put(old[i].Key, []byte("null"))
			i++
		}
		if i < len(old) && old[i].Key == f.Key {
			if string(old[i].Value) != string(f.Value) {
				put(f.Key, f.Value)
			}
			i++
			continue
		}
		put(f.Key, f.Value)
	}
	for ; i < len(old); i++ {
		put(old[i].Key, []byte("null"))
	}
	return append(dst, '}')
}

// payload is the ledger payload of the file's last act: its facts, its moves,
// and the members of every state that it changed. It takes the new states as
// logged.
func (s *open) payload() ([]byte, error) {
	b := append(make([]byte, 0, 1792), '{')
	if len(s.Act.Facts) > 0 {
		facts, err := ledger.Canonical(s.Act.Facts)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, `"facts":`...), facts...), ',')
	}
	doc, err := stateOf(s.M, 1280)
	if err != nil {
		return nil, err
	}
	b = diff(append(b, `"matter":`...), s.doc.members, doc.members)
	s.doc = doc
	if len(s.Act.Moves) > 0 {
		text, err := wire.Append(append(b, `,"moves":`...), &s.Act.Moves)
		if err != nil {
			return nil, fmt.Errorf("write the moves: %w", err)
		}
		b = text
	}
	return s.appendOrders(b)
}

// appendOrders adds the changed orders, by number.
func (s *open) appendOrders(b []byte) ([]byte, error) {
	changed := false
	for _, o := range s.Orders { // ids grow, and so do their numbers
		doc, err := stateOf(o, 640)
		if err != nil {
			return nil, err
		}
		before := s.docs[o.ID]
		if string(doc.text) == string(before.doc.text) {
			continue
		}
		if !changed {
			b = append(b, `,"orders":{`...)
		} else {
			b = append(b, ',')
		}
		changed = true
		b = append(b, '"')
		b = append(b, o.ID.Number()...)
		b = append(b, '"', ':')
		b = diff(b, before.doc.members, doc.members)
		before.doc = doc
		s.docs[o.ID] = before
	}
	if changed {
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

// state is a state as canonical JSON, with its members.
type state struct {
	text    []byte
	members []field
}

// stateOf writes a state: its types list their members in order of their keys.
// What changed is checked to be canonical when it enters the ledger. usual is
// how long the text is as a rule.
func stateOf[T any](v *T, usual int) (state, error) {
	text, members, err := wire.Fields(make([]byte, 0, usual), v, make([]field, 0, 32))
	if err != nil {
		return state{}, fmt.Errorf("write a state: %w", err)
	}
	return state{text, members}, nil
}

// readState takes a stored state apart.
func readState(doc string) (state, error) {
	text := []byte(doc)
	members, ok := fields(text, make([]field, 0, 40))
	if !ok {
		return state{}, errors.New("a stored state is no JSON object")
	}
	return state{text, members}, nil
}

func unmarshal(doc string, v any) error {
	dec := json.NewDecoder(strings.NewReader(doc))
	dec.DisallowUnknownFields() // a newer program's member would be lost at the next save
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("read a stored state: %w", err)
	}
	return nil
}

func hashOf(b []byte) (h ledger.Hash) {
	copy(h[:], b)
	return h
}

// replayed is a matter's state rebuilt from its ledger.
type replayed struct {
	matter map[string][]byte
	orders map[string]map[string][]byte
	record map[string][]byte
	line   map[string][]byte // the columns of a record
}

// apply adds one entry's payload to the state. The payload has been checked to
// be canonical JSON, so it is walked, not parsed.
func (r *replayed) apply(payload []byte) error {
	if r.matter == nil {
		r.matter, r.orders = map[string][]byte{}, map[string]map[string][]byte{}
		r.record, r.line = map[string][]byte{}, map[string][]byte{}
	}
	var room [8]field
	top, ok := fields(payload, room[:0])
	if !ok {
		return errors.New("the payload is no JSON object")
	}
	for _, f := range top {
		switch f.Key {
		case "facts", "moves":
		case "matter":
			if err := merge(r.matter, f.Value); err != nil {
				return err
			}
		case "record":
			if err := merge(r.record, f.Value); err != nil {
				return err
			}
		case "line":
			if err := merge(r.line, f.Value); err != nil {
				return err
			}
		case "orders":
			if err := r.applyOrders(f.Value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("the payload has a member %q", f.Key)
		}
	}
	return nil
}

func (r *replayed) applyOrders(patches []byte) error {
	var room [16]field
	all, ok := fields(patches, room[:0])
	if !ok {
		return errors.New("the orders of a payload are no JSON object")
	}
	for _, f := range all {
		if r.orders[f.Key] == nil {
			r.orders[f.Key] = map[string][]byte{}
		}
		if err := merge(r.orders[f.Key], f.Value); err != nil {
			return err
		}
	}
	return nil
}

// merge puts the members of a patch into a state; null takes one out.
func merge(into map[string][]byte, patch []byte) error {
	var room [64]field
	all, ok := fields(patch, room[:0])
	if !ok {
		return errors.New("a patch is no JSON object")
	}
	for _, f := range all {
		if string(f.Value) == "null" {
			delete(into, f.Key)
			continue
		}
		into[f.Key] = f.Value
	}
	return nil
}

// document writes a rebuilt state as the engine stores it: canonical, with its
// members in order.
func document(state map[string][]byte) []byte {
	keys := make([]string, 0, len(state))
	for k := range state {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	b := []byte{'{'}
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, k...)
		b = append(b, '"', ':')
		b = append(b, state[k]...)
	}
	return append(b, '}')
}
