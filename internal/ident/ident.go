// Package ident makes and reads identities: time-ordered numeric ids, made in
// the application, and the public reference numbers that people read to each
// other on the phone. It knows nothing of what is identified.
package ident

import (
	"sync"
	"time"
)

// ID is a time-ordered identity, unique in one installation:
// 16 bits of day since 2000-01-01 in Beijing time, 17 bits of second of day,
// 4 bits of node, 14 bits of sequence.
type ID int64

const (
	seqBits, nodeBits, secBits = 14, 4, 17
	secShift                   = seqBits + nodeBits
	dayShift                   = secShift + secBits
	maxSeq                     = 1<<seqBits - 1
	secondsPerDay              = 86400
)

// MaxNode is the highest number a node of one installation may have.
const MaxNode = 1<<nodeBits - 1

// Zone is the civil time of the whole country, without daylight saving.
var Zone = time.FixedZone("Asia/Shanghai", 8*3600)

var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, Zone)

// Maker makes ids for one node. It is safe for concurrent use. Ids of one
// Maker never repeat and, for times that do not go back, always grow; when a
// second's sequence is used up the Maker runs ahead of the clock.
type Maker struct {
	mu   sync.Mutex
	node int64
	last map[int64]int64 // day → highest second<<seqBits|seq handed out
}

// NewMaker returns a Maker for the given node, 0 to MaxNode.
func NewMaker(node int) *Maker { return &Maker{node: int64(node), last: map[int64]int64{}} }

// Next returns a new id for an event at the given time.
func (m *Maker) Next(at time.Time) ID {
	secs := int64(at.Sub(epoch) / time.Second)
	day, sec := secs/secondsPerDay, secs%secondsPerDay
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		next := sec << seqBits
		if last, ok := m.last[day]; ok && last >= next {
			next = last + 1
		}
		if next>>seqBits >= secondsPerDay {
			day, sec = day+1, 0
			continue
		}
		m.last[day] = next
		id := ID(day<<dayShift | (next>>seqBits)<<secShift | m.node<<seqBits | next&maxSeq)
		if printable(id) {
			return id
		}
	}
}

// Skip tells the Maker that id is taken, so that it is never made again: a
// node that restarts within the same second calls it with the newest id kept.
func (m *Maker) Skip(id ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	day := int64(id) >> dayShift
	at := (int64(id)>>secShift&(1<<secBits-1))<<seqBits | int64(id)&maxSeq
	if m.last[day] < at {
		m.last[day] = at
	}
}

// Time returns the second the id was made in.
func (id ID) Time() time.Time {
	day := int64(id) >> dayShift
	sec := int64(id) >> secShift & (1<<secBits - 1)
	return epoch.Add(time.Duration(day*secondsPerDay+sec) * time.Second)
}

// DayRange returns the lowest and the highest id of the civil day of at.
func DayRange(at time.Time) (first, last ID) {
	day := int64(at.Sub(epoch)/time.Second) / secondsPerDay
	return ID(day << dayShift), ID((day+1)<<dayShift - 1)
}

// First returns the lowest id that a Maker gives an event at an instant.
func First(at time.Time) ID {
	secs := int64(at.Sub(epoch) / time.Second)
	return ID(secs/secondsPerDay<<dayShift | secs%secondsPerDay<<secShift)
}
