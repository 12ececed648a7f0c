package person

import "time"

// Failures is how often something failed in a row, and when last.
type Failures struct {
	N    int
	Last time.Time
}

// Pace is how failures slow down who fails. It never locks for good, and it is
// kept for the pair of an account and a network, for a network, or for the
// pair of an account and a device that has signed in before: never for an
// account alone, so that nobody can shut others out by failing in their name.
type Pace struct {
	Free   int           // failures that cost nothing
	First  time.Duration // the wait after the next one; it doubles with each
	Most   time.Duration
	Forget time.Duration // after so long without a failure all is forgotten
}

// The paces.
var (
	// OfPair holds for one account from one network.
	OfPair = Pace{Free: 5, First: 2 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
	// OfNetwork holds for all accounts from one network. An office may sit
	// behind one address, so it is generous.
	OfNetwork = Pace{Free: 60, First: time.Second, Most: time.Minute, Forget: 15 * time.Minute}
	// OfDevice holds for a device that has signed in to this account before.
	// What strangers do elsewhere does not touch it.
	OfDevice = Pace{Free: 10, First: time.Second, Most: time.Minute, Forget: 15 * time.Minute}
	// OfSecond holds for the second factor of an account from devices that are
	// not known. Only who knows the password gets so far.
	OfSecond = Pace{Free: 10, First: 5 * time.Second, Most: 15 * time.Minute, Forget: 24 * time.Hour}
)

// Wait returns how long from now the next try has to wait; zero: not at all.
func (p Pace) Wait(f Failures, now time.Time) time.Duration {
	if f.N <= p.Free || p.forgotten(f, now) {
		return 0
	}
	wait := p.Most
	if n := f.N - p.Free - 1; n < 30 && p.First<<n < p.Most {
		wait = p.First << n
	}
	return max(f.Last.Add(wait).Sub(now), 0)
}

// Add returns the failures after one more.
func (p Pace) Add(f Failures, now time.Time) Failures {
	if p.forgotten(f, now) {
		f.N = 0
	}
	return Failures{N: f.N + 1, Last: now}
}

func (p Pace) forgotten(f Failures, now time.Time) bool { return now.Sub(f.Last) >= p.Forget }
