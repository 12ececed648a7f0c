// Package bench measures this program on this machine: calls that become
// dispatched orders, against the least that a durable server can do; points
// found in grids; clocks that fire in time; lists, figures and pages of a large
// city.
// Everything it makes lies in one directory that its caller removes. It knows
// no rule, keeps no result, and measures nothing but servers on loopback
// addresses.
package bench

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"runtime"
	"slices"
	"time"
)

// Parts are what can be measured, in the order it is.
func Parts() []string { return []string{"intake", "locate", "clocks", "lists", "web", "whistle"} }

// Options say what is measured and how long. The zero values of those that say
// so are the usual ones.
type Options struct {
	Dir  string // an empty directory for everything that is written
	Pack string // of the city
	// PacksDir is where the city's own packs lie; "": the shipped ones.
	PacksDir string
	Version  string   // of the program
	Parts    []string // empty: all

	// Serve starts the server over the installation in dir, with its limits on
	// how often one client may ask out of the way.
	Serve func(ctx context.Context, dir string) (*Server, error)
	// Floor starts a FloorServer that writes into dir.
	Floor func(ctx context.Context, dir string, answer int) (*Server, error)

	Run         time.Duration // of one measured run; 0: 5 s
	Warm        time.Duration // before it; 0: 1 s
	Connections []int         // nil: 1, 16 and 64
	Turns       int           // with the most connections; 0: 3
	Pace        int           // calls a second of the paced run; 0: 1000
	Clocks      int           // open matters with clocks; 0: 100,000
	Due         int           // of these, how many fall due; 0: 5,000
	Lead        time.Duration // before the first of them, at least: the database is opened anew meanwhile; 0: 5 s
	Matters     int           // of the largest city whose lists and pages are read; 0: 1,000,000
	Calls       int           // of each list; 0: 400
	Screens     int           // open at once beside the paced calls; 0: 2,000

	// Free returns the bytes free on the disk where a directory lies; nil: not
	// asked.
	Free func(dir string) (uint64, error)
	// Tell, if not nil, is told what is being done: a step, and numbers that
	// belong to it.
	Tell func(step string, args ...any)
}

// usual fills in what was left out.
func (o Options) usual() Options {
	for to, n := range map[*int]int{&o.Turns: 3, &o.Pace: 1000, &o.Clocks: 100_000, &o.Due: 5_000, &o.Matters: 1_000_000, &o.Calls: 400, &o.Screens: 2000} {
		if *to == 0 {
			*to = n
		}
	}
	if o.Run == 0 {
		o.Run = 5 * time.Second
	}
	if o.Warm == 0 {
		o.Warm = time.Second
	}
	if o.Lead == 0 {
		o.Lead = 5 * time.Second
	}
	if o.Connections == nil {
		o.Connections = []int{1, 16, 64}
	}
	if len(o.Parts) == 0 {
		o.Parts = Parts()
	}
	if o.Free == nil {
		o.Free = func(string) (uint64, error) { return math.MaxUint64, nil }
	}
	if o.Tell == nil {
		o.Tell = func(string, ...any) {}
	}
	return o
}

// Report is what was measured, and on what. Parts that were not asked for are
// nil.
type Report struct {
	At      time.Time `json:"at"`
	Version string    `json:"version"`
	Go      string    `json:"go"`
	OS      string    `json:"os"`
	Arch    string    `json:"arch"`
	CPUs    int       `json:"cpus"`
	Load    string    `json:"load,omitempty"` // load averages before the measurement
	After   string    `json:"load_after,omitempty"`
	Pack    string    `json:"pack"`

	Intake *Intake   `json:"intake,omitempty"`
	Locate *Locate   `json:"locate,omitempty"`
	Clocks *Clocks   `json:"clocks,omitempty"`
	Lists  *Lists    `json:"lists,omitempty"`
	Search *Searched `json:"search,omitempty"` // measured with the lists
	Web    *Web      `json:"web,omitempty"`

	Whistle *Whistled `json:"whistle,omitempty"`
}

// measurement is one Measure under way.
type measurement struct {
	Options
	grown *city // nil until a part has asked for it
}

// log is where opened databases write: nowhere. Slow commands are expected
// here, and an error comes back as one.
func (m *measurement) log() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Measure measures. It stops at the first thing that is wrong: a refused call,
// a matter that was answered and is not there, a clock that fired twice.
func Measure(ctx context.Context, o Options) (_ *Report, err error) {
	m := &measurement{Options: o.usual()}
	defer func() { err = errors.Join(err, m.leave()) }()
	out := &Report{
		At: time.Now().UTC().Truncate(time.Second), Version: m.Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs: runtime.GOMAXPROCS(0), Load: machineLoad(), Pack: m.Pack,
	}
	steps := []func() error{
		func() (err error) { out.Intake, err = m.intake(ctx); return err },
		func() (err error) { out.Locate, err = m.locate(); return err },
		func() (err error) { out.Clocks, err = m.clocks(ctx); return err },
		func() (err error) {
			if out.Lists, err = m.lists(ctx); err == nil {
				out.Search = searched(out.Lists.Sizes[len(out.Lists.Sizes)-1])
			}
			return err
		},
		func() (err error) { out.Web, err = m.web(ctx); return err },
		func() (err error) { out.Whistle, err = m.whistles(ctx); return err },
	}
	for i, part := range Parts() {
		if !slices.Contains(m.Parts, part) {
			continue
		}
		if err := steps[i](); err != nil {
			return nil, err
		}
	}
	out.After = machineLoad()
	return out, nil
}
