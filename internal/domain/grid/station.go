package grid

import (
	"cmp"
	"slices"
	"strconv"

	"huying/internal/domain/matter"
	"huying/internal/domain/pack"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
)

// The registers of who serves a grid and what belongs to it.
const (
	StationRegister register.Name = "STATION"
	TieRegister     register.Name = "TIE"
	LayerRegister   register.Name = "LAYER"
)

// The posts of a grid that rules know by name; a pack may name more.
const (
	GridWorker     = "GRID_WORKER"     // 网格员
	GridInspector  = "GRID_SUPERVISOR" // 督察员: judges, so never the grid worker
	PartyAssistant = "PARTY_ASSISTANT" // 党员网格助理员
	PropertyMember = "PROPERTY_MEMBER" // 红色物业员
)

// Station is one post of a grid and who holds it, by a pseudonym; it says
// nothing of what the holder believes or does elsewhere (B15).
type Station struct {
	From   int               `json:"from"`
	Grid   string            `json:"grid"` // code of the place
	Holder string            `json:"holder"`
	Place  territory.Address `json:"place"`
	Post   string            `json:"post"`
	To     int               `json:"to,omitempty"`
	Unit   string            `json:"unit"`
}

// Line implements register.Fact.
func (s Station) Line() register.Line {
	l := register.Line{Register: StationRegister, Place: s.Place, Unit: s.Unit, Status: s.Post, From: s.From, To: s.To}
	if s.To == 0 {
		l.Key = s.Grid + "/" + s.Post + "/" + s.Holder
	}
	return l
}

// CheckStation asks that a post may be filled beside those that are: whoever
// judges in a grid is not who answers there (YT-23). Faults:
// station.post_unknown, station.holder_missing, station.judge_not_responder.
func CheckStation(norms []pack.Norm, held []Station, s Station) error {
	if !slices.ContainsFunc(norms, func(n pack.Norm) bool { return n.Post == s.Post }) {
		return fault.Field("post", "station.post_unknown", s.Post)
	}
	if s.Holder == "" || len(s.Holder) > 64 {
		return fault.Field("holder", "station.holder_missing")
	}
	for _, h := range held {
		pair := h.Post == GridInspector && s.Post == GridWorker || h.Post == GridWorker && s.Post == GridInspector
		if pair && h.Grid == s.Grid && h.Holder == s.Holder {
			return fault.New(fault.Denied, "station.judge_not_responder", "JUDGE_NOT_RESPONDER").In("holder")
		}
	}
	return nil
}

// Vacancy is what a place lacks.
type Vacancy struct {
	Place   string
	Post    string
	Missing int
}

// Vacancies returns what the norms ask of places and the stations do not give,
// by place and post. has tells the attributes of a place.
func Vacancies(norms []pack.Norm, places []*territory.Place, has func(code, attribute string) bool, held []Station) []Vacancy {
	count := map[[2]string]int{}
	for _, s := range held {
		count[[2]string{s.Grid, s.Post}]++
	}
	var out []Vacancy
	for _, p := range places {
		for _, n := range norms {
			if n.Kind != p.Kind || n.When != "" && !has(p.Code, n.When) {
				continue
			}
			if missing := n.N - count[[2]string{p.Code, n.Post}]; missing > 0 {
				out = append(out, Vacancy{p.Code, n.Post, missing})
			}
		}
	}
	slices.SortFunc(out, func(a, b Vacancy) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Post, b.Post)) })
	return out
}

// Tie links a grid or a building with an organisation that belongs to it (GZ-10,
// LN-17): a branch, a group, a volunteers' group, a contact post. One joint
// branch may be tied to several grids. Ended ties stay: a gap has its dates.
type Tie struct {
	From  int               `json:"from"`
	Grid  string            `json:"grid"`
	Kind  string            `json:"kind"` // one of TieKinds
	Name  string            `json:"name"`
	Org   string            `json:"org"`             // its code or number
	Phone string            `json:"phone,omitempty"` // of the duty, never a private one
	Place territory.Address `json:"place"`
	To    int               `json:"to,omitempty"`
}

// Owner ties an institution's own grid to the institution: its duty telephone is
// the contact of the grid (LN-16).
const Owner = "OWNER"

// TieKinds lists the kinds of tie.
var TieKinds = []string{"BRANCH", "GROUP", "CONTACT", "VOLUNTEERS", "PROPERTY", Owner}

// Line implements register.Fact.
func (t Tie) Line() register.Line {
	l := register.Line{Register: TieRegister, Place: t.Place, Status: t.Kind, From: t.From, To: t.To}
	if t.To == 0 {
		l.Key = t.Grid + "/" + t.Kind + "/" + t.Org
	}
	return l
}

// Coverage is how many of the places have a tie of a kind, and which have none.
type Coverage struct {
	Covered, All int
	Gaps         []string
}

// Percent is the share that is covered, with one decimal; empty if there is
// nothing to cover. 100.0 is told only of all.
func (c Coverage) Percent() string { return percent(c.Covered, c.All) }

func percent(n, of int) string {
	if of <= 0 {
		return ""
	}
	permille := (n*1000 + of/2) / of
	if n < of {
		permille = min(permille, 999)
	}
	return strconv.Itoa(permille/10) + "." + strconv.Itoa(permille%10)
}

// The three posts of a village that one person may hold (三个一肩挑, GZ-11).
const (
	VillageSecretary = "VILLAGE_SECRETARY" // 村党组织书记
	VillageHead      = "VILLAGE_HEAD"      // 村委会主任
	CollectiveHead   = "COLLECTIVE_HEAD"   // 村集体经济组织负责人
)

// OneHolder tells in how many places the posts have one and the same holder, and
// names the places where they do not: a post that nobody holds is one of them.
// Who the holder is, it does not say.
func OneHolder(posts []string, places []*territory.Place, held []Station) Coverage {
	holders := map[string]map[string][]string{} // by place, holder: posts
	for _, s := range held {
		if holders[s.Grid] == nil {
			holders[s.Grid] = map[string][]string{}
		}
		if slices.Contains(posts, s.Post) && !slices.Contains(holders[s.Grid][s.Holder], s.Post) {
			holders[s.Grid][s.Holder] = append(holders[s.Grid][s.Holder], s.Post)
		}
	}
	out := Coverage{All: len(places)}
	for _, p := range places {
		one := false
		for _, h := range holders[p.Code] {
			one = one || len(h) == len(posts)
		}
		if one {
			out.Covered++
		} else {
			out.Gaps = append(out.Gaps, p.Code)
		}
	}
	return out
}

// Tier is one level of the chain of a grid (LN-18): the place, which of its
// posts are filled, and which are missing.
type Tier struct {
	Place   *territory.Place
	Filled  map[string]int
	Missing map[string]int
}

// Chain returns the tiers of places, in their order, by norms and stations.
func Chain(norms []pack.Norm, places []*territory.Place, has func(code, attribute string) bool, held []Station) []Tier {
	lacks := Vacancies(norms, places, has, held)
	out := make([]Tier, 0, len(places))
	for _, p := range places {
		t := Tier{Place: p, Filled: map[string]int{}, Missing: map[string]int{}}
		for _, s := range held {
			if s.Grid == p.Code {
				t.Filled[s.Post]++
			}
		}
		for _, v := range lacks {
			if v.Place == p.Code {
				t.Missing[v.Post] = v.Missing
			}
		}
		out = append(out, t)
	}
	return out
}

// Covers computes the coverage of places by the ties of a kind that are in
// force; it is never typed in.
func Covers(kind string, places []*territory.Place, ties []Tie) Coverage {
	has := map[string]bool{}
	for _, t := range ties {
		if t.Kind == kind {
			has[t.Grid] = true
		}
	}
	out := Coverage{All: len(places)}
	for _, p := range places {
		if has[p.Code] {
			out.Covered++
		} else {
			out.Gaps = append(out.Gaps, p.Code)
		}
	}
	return out
}

// Layer is a professional grid over base grids (专业网格, YT-21): one line of
// business, one accountable unit. It has no geometry of its own: it covers base
// grids or larger places, so that a department draws no map of its own (LH-32).
type Layer struct {
	Code     string            `json:"code"`
	Covers   []string          `json:"covers"`
	From     int               `json:"from"`
	Business string            `json:"line"` // line of business
	Name     string            `json:"name"`
	Place    territory.Address `json:"place"`
	Rule     bool              `json:"rule,omitempty"` // orders of its line of business go to its unit by rule
	To       int               `json:"to,omitempty"`
	Unit     string            `json:"unit"`
}

// Line implements register.Fact.
func (l Layer) Line() register.Line {
	out := register.Line{Register: LayerRegister, Place: l.Place, Unit: l.Unit, Status: l.Business, From: l.From, To: l.To}
	if l.To == 0 {
		out.Key = l.Code
	}
	return out
}

// Dutiful returns the one of the layers over an address that is accountable for a
// line of business: the one that covers the smallest place, equals by code. The
// base grid is told, the professional grid answers (YT-21).
func Dutiful(a territory.Address, line string, layers []Layer) (Layer, bool) {
	for _, code := range []string{a.Grid, a.Community, a.Town, a.District} {
		var best *Layer
		for i, l := range layers {
			if code != "" && line != "" && l.Business == line && slices.Contains(l.Covers, code) && (best == nil || l.Code < best.Code) {
				best = &layers[i]
			}
		}
		if best != nil {
			return *best, true
		}
	}
	return Layer{}, false
}

// Ruled returns what finds the layers that orders go to by rule, as Dutiful would,
// without looking at each; nil if there is none.
func Ruled(layers []Layer) matter.Layers {
	type key struct{ line, place string }
	first := map[key]Layer{}
	for _, l := range layers {
		if !l.Rule {
			continue
		}
		for _, place := range l.Covers {
			k := key{l.Business, place}
			if is, taken := first[k]; !taken || l.Code < is.Code {
				first[k] = l
			}
		}
	}
	if len(first) == 0 {
		return nil
	}
	return func(line string, a territory.Address) (matter.Layer, bool) {
		for _, code := range [...]string{a.Grid, a.Community, a.Town, a.District} {
			if l, ok := first[key{line, code}]; ok && code != "" && line != "" {
				return matter.Layer{Name: l.Name, Unit: l.Unit}, true
			}
		}
		return matter.Layer{}, false
	}
}

// Over returns the layers that cover an address: any number, while its base
// grid is one (INV-15).
func Over(a territory.Address, layers []Layer) []Layer {
	var out []Layer
	for _, l := range layers {
		if slices.ContainsFunc(l.Covers, func(code string) bool {
			return code == a.Grid || code == a.Community || code == a.Town || code == a.District
		}) {
			out = append(out, l)
		}
	}
	return out
}
