package demo

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/registry"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
	"huying/internal/engine"
	"huying/internal/ident"
	"huying/internal/store"
)

// Options say how much is played.
type Options struct {
	Seed    uint64
	Matters int
	Days    int
	Until   time.Time // the end of the last day played
	// Progress, if not nil, is told how many calls have come in.
	Progress func(calls, of int)
}

// Summary is what happened, and where to look.
type Summary struct {
	Pack       string    `json:"pack"`
	PackName   string    `json:"pack_name"`
	Seed       uint64    `json:"seed"`
	From       time.Time `json:"from"`
	Until      time.Time `json:"until"`
	Seconds    float64   `json:"seconds"` // filled by whoever has a clock
	Received   int64     `json:"received"`
	Merged     int64     `json:"merged"`
	Referred   int64     `json:"referred"`
	Advised    int64     `json:"advised"`
	Dispatched int64     `json:"dispatched"`
	Closed     int64     `json:"closed"`
	Open       int64     `json:"open"`
	OnTime     int64     `json:"on_time"`
	Late       int64     `json:"late"`
	Cards      Cards     `json:"cards"`
	Supervised int64     `json:"supervised"`
	Rates      Rates     `json:"rates"`
	Slowest    *Slow     `json:"slowest"`        // of the units with enough orders
	Commands   int       `json:"commands"`       // acts of people
	Clocks     int       `json:"clocks"`         // acts of clocks
	Refused    int       `json:"refused"`        // acts the rules refused, as they should
	Entries    int64     `json:"ledger_entries"` // one for each act
}

// Cards counts the cards by colour.
type Cards struct {
	Blue   int64 `json:"blue"`
	Yellow int64 `json:"yellow"`
	Red    int64 `json:"red"`
}

// Slow is the unit with the lowest share of orders done in time.
type Slow struct {
	Unit   string `json:"unit"`
	Name   string `json:"name"`
	OnTime int64  `json:"on_time"`
	Done   int64  `json:"done"`
}

// Keys make the engines of the lanes; every lane is a node of its own.
type Keys = engine.Keys

// lanesMost is the number of nodes an installation may have; the last stays
// free for the process that serves afterwards.
const lanesMost = ident.MaxNode

// Run plays the city and returns what happened. The database must be empty of
// matters. It stops at the first thing that does not go as in a real city.
func Run(ctx context.Context, db *store.DB, city *pack.City, keys Keys, packs fs.FS, o Options) (*Summary, error) {
	c, err := read(packs, city)
	if err != nil {
		return nil, err
	}
	if len(c.calls) == 0 {
		return nil, fmt.Errorf("the pack %s has no categories to play", city.ID)
	}
	from := o.Until.AddDate(0, 0, -o.Days)
	var done atomic.Int64
	told := func() {
		if n := done.Add(1); o.Progress != nil && n%50 == 0 {
			o.Progress(int(n), o.Matters)
		}
	}
	lanes, err := newLanes(ctx, db, city, keys, o, told)
	if err != nil {
		return nil, err
	}
	draw(lanes, c, city, o, from)
	if err := play(ctx, lanes); err != nil {
		return nil, err
	}
	s := &Summary{Pack: city.ID, PackName: city.Name, Seed: o.Seed, From: from, Until: o.Until}
	for _, l := range lanes {
		s.Commands += l.seen.Commands
		s.Clocks += l.seen.Clocks
		s.Refused += l.seen.Refused
	}
	if err := (&office{e: lanes[0].e, city: city, at: o.Until}).run(ctx); err != nil {
		return nil, err
	}
	if err := (&steering{lanes[0].e, city, o.Until}).run(ctx); err != nil {
		return nil, err
	}
	for n := 1; n > 0; {
		if n, err = lanes[0].e.Seal(ctx, o.Until); err != nil {
			return nil, err
		}
	}
	if err := s.sum(ctx, lanes[0].e); err != nil {
		return nil, err
	}
	return s, nil
}

// parts returns the places that are played side by side: the districts, or the
// communities of a city that is one district.
func parts(city *pack.City) []*territory.Place {
	var districts, communities []*territory.Place
	for p := range city.Territory.All() {
		switch p.Kind.Rank() {
		case territory.District.Rank():
			districts = append(districts, p)
		case territory.Community.Rank():
			communities = append(communities, p)
		}
	}
	if len(districts) == 1 && len(communities) > 0 {
		return communities
	}
	return districts
}

// newLanes makes one lane for each part of the city, and puts parts together
// where there are more of them than nodes.
func newLanes(ctx context.Context, db *store.DB, city *pack.City, keys Keys, o Options, told func()) ([]*lane, error) {
	var lanes []*lane
	for i, p := range parts(city) {
		if i >= lanesMost {
			l := lanes[i%lanesMost]
			l.parts = append(l.parts, p.Code)
			continue
		}
		e, err := engine.New(db, city, engine.Options{Node: i, Keys: keys, Now: func() time.Time { return o.Until }})
		if err != nil {
			return nil, err
		}
		l := &lane{
			e: e, city: city, in: intake.New(e), out: dispatch.New(e), sup: supervision.New(e), parts: []string{p.Code}, end: o.Until,
			rnd: rand.New(rand.NewPCG(o.Seed, uint64(i))), play: map[ident.ID]*part{}, byCall: map[string]ident.ID{}, told: told,
		}
		l.proof, err = registry.New(e).KeepEvidence(ctx, l.unit(l.centre(city.Root), o.Until.AddDate(0, 0, -o.Days)), p.Code,
			[]byte("演示用处置记录 / a record for the demonstration: "+p.Name))
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, l)
	}
	return lanes, nil
}

// draw spreads the calls over the days, at the hours people call, and gives
// each to the lane of its part of the city.
func draw(lanes []*lane, c *corpus, city *pack.City, o Options, from time.Time) {
	r := rand.New(rand.NewPCG(o.Seed, 1<<32))
	byCode := map[string]*lane{}
	for _, l := range lanes {
		for _, code := range l.parts {
			byCode[code] = l
		}
	}
	for n := 0; n < o.Matters; {
		s := c.pick(r)
		l := byCode[s.part(city, byCode)]
		at := moment(r, s, from, o.Days)
		key := fmt.Sprintf("%s-%05d", s.Key, n)
		l.expect(s, key, at)
		n++
		for _, again := range c.again[s.Key] {
			if n < o.Matters && r.IntN(3) > 0 {
				again.Key = key // tells what that call told
				l.expect(again, fmt.Sprintf("%s-%05d", key, n), at.Add(time.Duration(max(again.DelayMin, 1))*time.Minute))
				n++
			}
		}
	}
}

func (l *lane) expect(s spoken, key string, at time.Time) {
	l.at(event{at: at, call: &s, key: key})
}

// moment draws a day and a time of day around the hour such calls come in.
func moment(r *rand.Rand, s spoken, from time.Time, days int) time.Time {
	minute := s.Hour*60 + int(r.NormFloat64()*75)
	minute = ((minute % 1440) + 1440) % 1440
	return from.AddDate(0, 0, r.IntN(days)).Truncate(24 * time.Hour).Add(time.Duration(minute)*time.Minute + time.Duration(r.IntN(60))*time.Second).
		Add(-8 * time.Hour)
}

// play runs the lanes side by side, so that their commands share commits.
func play(ctx context.Context, lanes []*lane) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make(chan error, len(lanes))
	var wg sync.WaitGroup
	for _, l := range lanes {
		heap.Init(&l.queue)
		wg.Go(func() {
			if err := l.run(ctx); err != nil {
				errs <- err
				stop()
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// watcher sees every number of the city, as its command centre does.
func watcher(city *pack.City) (access.Actor, error) {
	centre, ok := city.Org.Centre(city.Root)
	if !ok {
		return access.Actor{}, fmt.Errorf("the city has no command centre")
	}
	return registry.ActorOf(city, centre, org.Dispatcher)
}

// leastOrders is how many orders a unit needs to be called slow.
const leastOrders = 20

func (s *Summary) sum(ctx context.Context, e *engine.Engine) error {
	by, err := watcher(e.City())
	if err != nil {
		return err
	}
	desk := numbers.New(e)
	all := numbers.Period{From: 0, To: 99991231}
	place, err := desk.Place(ctx, by, e.City().Root, all)
	if err != nil {
		return err
	}
	s.Received, s.Merged, s.Referred, s.Advised, s.Closed, s.Open = place.Received, place.Merged, place.Referred, place.Advised, place.Closed, place.Open
	units, err := desk.Units(ctx, by, e.City().Root, all)
	if err != nil {
		return err
	}
	var f facts
	for i := range units {
		u := &units[i]
		s.Dispatched += u.Issued - u.Supervised
		s.OnTime += u.OnTime
		s.Late += u.Late
		s.Cards.Blue += u.Blue
		s.Cards.Yellow += u.Yellow
		s.Cards.Red += u.Red
		s.Supervised += u.Supervised
		f.add(u)
	}
	s.Rates = f.rates()
	slow := slices.DeleteFunc(slices.Clone(units), func(u numbers.Unit) bool { return u.OnTime+u.Late < leastOrders })
	slices.SortStableFunc(slow, func(a, b numbers.Unit) int {
		return cmp.Compare(float64(a.OnTime)/float64(a.OnTime+a.Late), float64(b.OnTime)/float64(b.OnTime+b.Late))
	})
	if len(slow) > 0 {
		u := slow[0]
		s.Slowest = &Slow{Unit: u.Code, Name: u.Code, OnTime: u.OnTime, Done: u.OnTime + u.Late}
		if org, ok := e.City().Org.Unit(u.Code); ok {
			s.Slowest.Name = org.Name
		}
	}
	s.Entries, err = e.CountEntries(ctx)
	return err
}
