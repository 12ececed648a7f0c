package api

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"huying/internal/ident"
)

// Rate is how often something may be asked: so many a second in the long run,
// and so many at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates bound what one client may ask. A zero Rate is the usual one.
type Rates struct {
	Token   Rate // requests with one token: 500 a second, 1000 at once
	Address Rate // requests without a token from one address: 10 a second, 40 at once
	Intake  Rate // calls without a token from one address: one in 10 seconds, 20 at once
	Number  Rate // requests for one number with a tracking code: one in 5 seconds, 30 at once
	Guess   Rate // refused tokens and codes from one address: one in 10 seconds, 20 at once
}

func (r Rates) filled() Rates {
	for to, usual := range map[*Rate]Rate{
		&r.Token: {500, 1000}, &r.Address: {10, 40}, &r.Intake: {0.1, 20}, &r.Number: {0.2, 30}, &r.Guess: {0.1, 20},
	} {
		if *to == (Rate{}) {
			*to = usual
		}
	}
	return r
}

type limits struct {
	token   limiter[[32]byte]
	address limiter[netip.Addr]
	intake  limiter[netip.Addr]
	number  limiter[ident.ID]
	guess   limiter[netip.Addr]
}

func newLimits(r Rates) limits {
	return limits{
		token: limiter[[32]byte]{rate: r.Token}, address: limiter[netip.Addr]{rate: r.Address}, intake: limiter[netip.Addr]{rate: r.Intake},
		number: limiter[ident.ID]{rate: r.Number}, guess: limiter[netip.Addr]{rate: r.Guess},
	}
}

// mostCounted bounds the keys of one generation of a limiter.
const mostCounted = 8192

// limiter counts turns by key in bounded memory: keys live in a young and an
// old generation; when the young one is full it becomes the old one and what
// nobody asked about meanwhile is forgotten.
type limiter[K comparable] struct {
	rate Rate

	mu         sync.Mutex
	young, old map[K]*rate.Limiter
}

// take takes a turn and returns zero, or says how long to wait for one.
func (l *limiter[K]) take(key K, now time.Time) time.Duration {
	turn := l.of(key).ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait > 0 {
		turn.CancelAt(now)
	}
	return wait
}

func (l *limiter[K]) of(key K) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x, ok := l.young[key]; ok {
		return x
	}
	x, ok := l.old[key]
	if !ok {
		x = rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)
	}
	if l.young == nil || len(l.young) >= mostCounted {
		l.old, l.young = l.young, make(map[K]*rate.Limiter)
	}
	l.young[key] = x
	return x
}
