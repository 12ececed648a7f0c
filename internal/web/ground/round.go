package ground

import (
	"slices"
	"strconv"
	"strings"

	desk "huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/fault"
	"huying/internal/web/frame"
	"huying/internal/web/part"
)

// mostFindings is how many findings the form of a round has.
const mostFindings = 4

// roundView is the form of a round.
type roundView struct {
	*segmentView
	cadence grid.Cadence
	today   string
	kinds   []part.Option
	last    int // day of the last round
}

func (p pages) round(r *frame.Request) error {
	s, err := p.segmentView(r)
	if err != nil {
		return err
	}
	if !s.patrols {
		return fault.New(fault.Denied, "access.denied", string(access.Patrol))
	}
	x := &roundView{segmentView: s, cadence: grid.Daily, today: part.Day(part.DayOf(r.Now)), kinds: kinds(r.View)}
	if c := s.Segment.Fact.Chief; c != nil && c.Unit != r.Actor.Unit && s.Segment.Fact.Unit != r.Actor.Unit {
		x.cadence = grid.Weekly // another unit than the chief's checks
	}
	for _, a := range s.Rounds {
		x.last = max(x.last, a.Fact.Day)
	}
	return r.Page(r.T("ground.round_of", s.Segment.Fact.Name), "ground", roundPage(r.View, x))
}

// kinds are the kinds of problem of the duty list, by name.
func kinds(v *part.View) []part.Option {
	var out []part.Option
	for _, f := range v.City.Duty.Leaves() {
		out = append(out, part.Option{Value: f.Code, Name: v.Category(f.Code)})
	}
	return out
}

// kind is the code of a kind of problem that was chosen by its name; what is no
// name is left for the desk to refuse.
func kind(v *part.View, typed string) string {
	list := kinds(v)
	if i := slices.IndexFunc(list, func(o part.Option) bool { return o.Name == typed }); i >= 0 {
		return list[i].Value
	}
	return typed
}

func (p pages) record(r *frame.Request) error {
	no, err := r.Number()
	if err != nil {
		return err
	}
	in := desk.NewRound{Cadence: r.Text("cadence"), Day: r.Civil("day"), Note: r.Text("note")}
	var at []int
	for i := range mostFindings {
		cell := func(name string) string { return r.Text("findings." + strconv.Itoa(i) + "." + name) }
		f := desk.Finding{Text: cell("text"), Where: cell("where"), Category: kind(r.View, cell("category"))}
		if f.Text+f.Where+f.Category != "" {
			in.Findings, at = append(in.Findings, f), append(at, i)
		}
	}
	if err := r.Wrong(); err != nil {
		return err
	}
	if _, err := p.Ground.Record(r.Ctx, r.Command(), no, in); err != nil {
		return where(err, at)
	}
	x, err := p.segmentView(r)
	if err != nil {
		return err
	}
	return r.Part(recordedBox(r.View, x, len(in.Findings)))
}

// where tells the faults of findings with the rows they stand in on the page.
func where(err error, at []int) error {
	var out fault.List
	for _, f := range fault.All(err) {
		n, member, ok := strings.Cut(strings.TrimPrefix(f.Field, "findings."), ".")
		if i, bad := strconv.Atoi(n); ok && bad == nil && strings.HasPrefix(f.Field, "findings.") && i < len(at) {
			f = f.In("findings." + strconv.Itoa(at[i]) + "." + member)
		}
		out.Add(f)
	}
	return out.Err()
}
