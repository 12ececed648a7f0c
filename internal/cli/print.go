package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"huying/internal/ident"
)

// progress shows how far a long command is: one line that is written over on a
// terminal, a plain line every ten seconds elsewhere, nothing with --json.
type progress struct {
	s     *session
	verb  string
	began time.Time
	last  time.Time
	drawn bool
}

func (s *session) progress(zh, en string) *progress {
	now := s.now()
	return &progress{s: s, verb: s.say(zh, en), began: now, last: now}
}

const barWidth = 30

// tell shows that done of total is done; a total of 0 is not known.
func (p *progress) tell(done, total int64) {
	every := 10 * time.Second
	if p.s.terminal {
		every = 100 * time.Millisecond
	}
	now := p.s.now()
	if p.s.json || now.Sub(p.last) < every {
		return
	}
	p.last, p.drawn = now, true
	rate := float64(done) / max(now.Sub(p.began).Seconds(), 0.001)
	line := fmt.Sprintf("%s %d", p.verb, done)
	if total > 0 {
		line += fmt.Sprintf("/%d (%d%%)", total, 100*done/total)
	}
	line += fmt.Sprintf(p.s.say("，每秒 %.0f", ", %.0f/s"), rate)
	if !p.s.terminal {
		fmt.Fprintln(p.s.err, line)
		return
	}
	if total > 0 {
		full := int(barWidth * min(done, total) / total)
		line = "[" + strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + "] " + line
	}
	fmt.Fprint(p.s.err, "\r\x1b[K"+line)
}

// end leaves the line to what follows.
func (p *progress) end() {
	if p.drawn && p.s.terminal {
		fmt.Fprint(p.s.err, "\r\x1b[K")
	}
}

// table prints rows in columns that line up, also where characters are wide.
func table(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-width(cell)+2))
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// width is how many columns of a terminal a text takes: Chinese characters and
// their punctuation take two.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
			r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
			n += 2
		default:
			n++
		}
	}
	return n
}

// clockTime writes an instant as a clock on the wall shows it.
func clockTime(t time.Time) string { return t.In(ident.Zone).Format("2006-01-02 15:04") }

// size writes bytes for people.
func size(n uint64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}
