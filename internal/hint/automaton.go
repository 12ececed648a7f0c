package hint

// automaton finds every word of a lexicon in one pass over a text, in time
// that grows with the text alone (Aho and Corasick, 1975).
type automaton struct {
	next    map[edge]int32
	edges   []edge  // in the order of making: a state's edge precedes its children's
	fail    []int32 // state → state of the longest proper suffix
	ends    []int32 // state → longest word that ends here, or none
	length  []int32 // word → its runes
	shorter []int32 // word → next shorter word that ends where it ends, or none
	last    []int32 // word → its state
}

// edge is a step out of a state by one rune.
type edge struct {
	state int32
	by    rune
}

const none = -1

func newAutomaton() *automaton {
	return &automaton{next: map[edge]int32{}, edges: []edge{{}}, fail: []int32{0}, ends: []int32{none}}
}

// add puts a folded word in and returns its id; ids count up from 0, and a
// word that is there already keeps its id.
func (a *automaton) add(word []rune) int32 {
	state := int32(0)
	for _, r := range word {
		step := edge{state, r}
		to, ok := a.next[step]
		if !ok {
			to = int32(len(a.edges))
			a.next[step] = to
			a.edges = append(a.edges, step)
			a.fail = append(a.fail, 0)
			a.ends = append(a.ends, none)
		}
		state = to
	}
	if a.ends[state] == none {
		a.ends[state] = int32(len(a.length))
		a.length = append(a.length, int32(len(word)))
		a.shorter = append(a.shorter, none)
		a.last = append(a.last, state)
	}
	return a.ends[state]
}

// link computes the fail states and what ends where; it is called once, after
// the last add.
func (a *automaton) link() {
	for _, state := range a.byDepth() {
		from := a.edges[state]
		if from.state != 0 {
			a.fail[state] = a.step(a.fail[from.state], from.by)
		}
		shorter := a.ends[a.fail[state]]
		if own := a.ends[state]; own != none {
			a.shorter[own] = shorter
		} else {
			a.ends[state] = shorter
		}
	}
}

// byDepth returns all states but the root, the shallow ones first.
func (a *automaton) byDepth() []int32 {
	var levels [][]int32
	depth := make([]int, len(a.edges))
	for state := 1; state < len(a.edges); state++ {
		d := depth[a.edges[state].state]
		depth[state] = d + 1
		if d == len(levels) {
			levels = append(levels, nil)
		}
		levels[d] = append(levels[d], int32(state))
	}
	out := make([]int32, 0, len(a.edges))
	for _, level := range levels {
		out = append(out, level...)
	}
	return out
}

// step returns the state after reading one more rune.
func (a *automaton) step(state int32, r rune) int32 {
	for {
		if to, ok := a.next[edge{state, r}]; ok {
			return to
		}
		if state == 0 {
			return 0
		}
		state = a.fail[state]
	}
}

// all returns every word that occurs in a folded text, with those inside
// longer ones, once for each occurrence.
func (a *automaton) all(text []rune) []int32 {
	var out []int32
	state := int32(0)
	for i, r := range text {
		state = a.step(state, r)
		for id := a.ends[state]; id != none; id = a.shorter[id] {
			if whole(text, i+1-int(a.length[id]), i+1) {
				out = append(out, id)
			}
		}
	}
	return out
}

// longest returns the words that occur in a folded text and do not lie inside
// a longer one that occurs at the same place, once for each occurrence.
func (a *automaton) longest(text []rune) []int32 {
	type span struct {
		start int
		word  int32
	}
	var spans []span
	state := int32(0)
	for i, r := range text {
		state = a.step(state, r)
		for id := a.ends[state]; id != none; id = a.shorter[id] {
			if start := i + 1 - int(a.length[id]); whole(text, start, i+1) {
				spans = append(spans, span{start, id})
				break
			}
		}
	}
	var out []int32
	reach := len(text) // the leftmost start of all spans that end further right
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].start < reach {
			reach = spans[i].start
			out = append(out, spans[i].word)
		}
	}
	return out
}
