package bench

import (
	"math/bits"
	"time"
)

// subBits is how finely a histogram divides each power of two: 64 steps keep a
// quantile within 1.6 % of the truth.
const subBits = 6

// histogram counts durations in buckets that grow with the duration, so that
// recording costs a few instructions and no memory. It belongs to one
// goroutine.
type histogram struct {
	counts [(64 - subBits) << subBits]int64
	n      int64
	most   time.Duration
}

// record counts one duration; one below zero counts as zero.
func (h *histogram) record(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(d)]++
	h.n++
	h.most = max(h.most, d)
}

// bucketOf returns the bucket of a duration: exact below 64 ns, then 64 of
// them to each power of two.
func bucketOf(d time.Duration) int {
	v := uint64(d)
	if v < 1<<subBits {
		return int(v)
	}
	shift := bits.Len64(v) - subBits - 1
	return (shift+1)<<subBits + int(v>>shift) - 1<<subBits
}

// highest returns the greatest duration of a bucket.
func highest(bucket int) time.Duration {
	if bucket < 1<<subBits {
		return time.Duration(bucket)
	}
	shift := bucket>>subBits - 1
	return time.Duration(uint64(bucket&(1<<subBits-1)+1<<subBits+1)<<shift - 1)
}

// merge adds what another histogram counted.
func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.most = max(h.most, o.most)
}

// quantile returns the duration that the given share of all does not exceed,
// rounded up to the end of its bucket and never above the greatest recorded.
func (h *histogram) quantile(share float64) time.Duration {
	left := int64(share * float64(h.n))
	if float64(left) < share*float64(h.n) {
		left++
	}
	left = max(left, 1)
	for i, n := range h.counts {
		if left -= n; left <= 0 {
			return min(highest(i), h.most)
		}
	}
	return h.most
}

// Spread is how long something took, in milliseconds.
type Spread struct {
	N     int64   `json:"n"`
	P50Ms float64 `json:"p50_ms"`
	P95Ms float64 `json:"p95_ms"`
	P99Ms float64 `json:"p99_ms"`
	MaxMs float64 `json:"max_ms"`
}

func (h *histogram) spread() Spread {
	return Spread{N: h.n, P50Ms: ms(h.quantile(0.50)), P95Ms: ms(h.quantile(0.95)), P99Ms: ms(h.quantile(0.99)), MaxMs: ms(h.most)}
}

// ms writes a duration as milliseconds with the digits that mean something.
func ms(d time.Duration) float64 { return float64(d.Round(time.Microsecond).Microseconds()) / 1000 }
