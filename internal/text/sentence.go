package text

import (
	"fmt"
	"strconv"
	"strings"
)

// sentence is a text in pieces. In the catalogue {0} stands for the first
// argument, as it is; {0:time} and {0:until} for a time, {0:limit} for a time
// limit, and {0:matter.status} for the word that the group has for it, or the
// words if it is several codes joined by commas. What stands in [ ] is left out
// if an argument in it is missing or empty.
type sentence []piece

// piece is plain text, an argument, or a part that may be left out.
type piece struct {
	plain string
	hole  *hole
	maybe sentence
}

// hole is where an argument goes and how it is shown.
type hole struct {
	arg int
	as  string
}

func parse(text string) (sentence, error) {
	s, rest, err := pieces(text, false)
	if err == nil && rest != "" {
		err = fmt.Errorf("a ] without a [")
	}
	return s, err
}

// pieces reads text up to its end or, within brackets, up to the closing one.
func pieces(text string, within bool) (s sentence, rest string, err error) {
	for text != "" {
		i := strings.IndexAny(text, "{}[]")
		if i < 0 {
			i = len(text)
		}
		if i > 0 {
			s, text = append(s, piece{plain: text[:i]}), text[i:]
			continue
		}
		switch text[0] {
		case '{':
			var h hole
			if h, text, err = readHole(text); err != nil {
				return nil, "", err
			}
			s = append(s, piece{hole: &h})
		case '[':
			var inner sentence
			if inner, text, err = pieces(text[1:], true); err != nil {
				return nil, "", err
			}
			if within || text == "" || len(inner.holes()) == 0 {
				return nil, "", fmt.Errorf("a [ without a ], within another, or around no argument")
			}
			s, text = append(s, piece{maybe: inner}), text[1:]
		case ']':
			return s, text, nil
		default:
			return nil, "", fmt.Errorf("a } without a {")
		}
	}
	return s, "", nil
}

func readHole(text string) (h hole, rest string, err error) {
	inner, rest, ok := strings.Cut(text[1:], "}")
	number, as, _ := strings.Cut(inner, ":")
	h.as = as
	h.arg, err = strconv.Atoi(number)
	if !ok || err != nil || h.arg < 0 {
		return h, "", fmt.Errorf("{%s} names no argument", inner)
	}
	return h, rest, nil
}

// holes returns every hole of s, with those that may be left out.
func (s sentence) holes() []hole {
	var out []hole
	for _, p := range s {
		if p.hole != nil {
			out = append(out, *p.hole)
		}
		out = append(out, p.maybe.holes()...)
	}
	return out
}

// fill puts the arguments in, and reports whether none that s asks for is
// missing or empty.
func (s sentence) fill(l Lang, args []any) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for _, p := range s {
		switch {
		case p.maybe != nil:
			if part, ok := p.maybe.fill(l, args); ok {
				b.WriteString(part)
			}
		case p.hole != nil:
			shown := ""
			if p.hole.arg < len(args) {
				shown = l.show(args[p.hole.arg], p.hole.as)
			}
			whole = whole && shown != ""
			b.WriteString(shown)
		default:
			b.WriteString(p.plain)
		}
	}
	// What somebody wrote often ends as a sentence, and so does ours.
	return strings.ReplaceAll(b.String(), "。。", "。"), whole
}
