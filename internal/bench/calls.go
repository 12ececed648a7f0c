package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"huying/internal/domain/duty"
	"huying/internal/domain/pack"
	"huying/internal/domain/territory"
)

// hazard is what every call of the measurement says.
const hazard = "巡查发现险情一处，影响过往行人和车辆，现场已拉警戒线，请尽快派人处置。"

// inlet is the door the calls come in by: a grid worker's report, which a rule
// may dispatch without anybody looking first.
const inlet = "GRID_APP"

// spot is a place and a category that a rule dispatches there at once, to one
// unit.
type spot struct {
	at   *territory.Place
	leaf *duty.Leaf
}

// spots returns every community of the city with a category for each, spread
// over the categories that are dispatched by rule to a single unit, in an order
// that jumps from district to district and is always the same.
func spots(city *pack.City, usable func(*duty.Leaf) bool) ([]spot, error) {
	var leaves []*duty.Leaf
	for _, l := range city.Duty.Leaves() {
		if l.Instant && !l.FanOut && usable(l) {
			leaves = append(leaves, l)
		}
	}
	var out []spot
	for p := range city.Territory.All() {
		if p.Kind.Rank() != territory.Community.Rank() || len(leaves) == 0 || !city.On("instant", p.Code) {
			continue
		}
		leaf := leaves[len(out)%len(leaves)]
		if _, ok := city.Lead(leaf, city.Territory.Address(p.Code)); ok {
			out = append(out, spot{p, leaf})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("bench: the pack %s dispatches nothing by rule", city.ID)
	}
	r := rand.New(rand.NewPCG(20, 26))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// any leaf will do.
func anyLeaf(*duty.Leaf) bool { return true }

// digits is how wide the number in a call's reference is.
const digits = 10

// calls is requests made beforehand: whole HTTP requests in which only the
// reference changes from call to call.
type calls struct {
	texts [][]byte
	marks []int // where the digits of the reference begin
	n     atomic.Int64
}

const requestHead = "POST /api/v1/calls HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

// newCalls makes one request for each spot.
func newCalls(list []spot, token string) (*calls, error) {
	ref := bytes.Repeat([]byte{'0'}, digits)
	out := &calls{}
	for _, s := range list {
		body, err := json.Marshal(map[string]string{
			"source": inlet, "source_ref": "bench-" + string(ref), "kind": "HAZARD", "category": s.leaf.Code, "text": hazard,
			"where": s.at.Name, "place": s.at.Code,
		})
		if err != nil {
			return nil, err
		}
		text := append(fmt.Appendf(nil, requestHead, token, len(body)), body...)
		out.texts = append(out.texts, text)
		out.marks = append(out.marks, bytes.LastIndex(text, append([]byte("bench-"), ref...))+len("bench-"))
	}
	return out, nil
}

// next appends the next request to buf.
func (c *calls) next(buf []byte) []byte {
	n := c.n.Add(1)
	i := int(n % int64(len(c.texts)))
	from := len(buf) + c.marks[i]
	buf = append(buf, c.texts[i]...)
	for at := from + digits - 1; at >= from; at-- {
		buf[at] = '0' + byte(n%10)
		n /= 10
	}
	return buf
}

// size is the bytes of one request.
func (c *calls) size() int { return len(c.texts[0]) }

// dispatched asks that an answer says what it must: a new matter that has been
// ordered.
func dispatched(status int, body []byte) error {
	if status != 201 || !bytes.Contains(body, []byte(`"status":"ORDERED"`)) {
		return fmt.Errorf("bench: a call was answered %d %.300s", status, body)
	}
	return nil
}

// created asks that an answer is 201, whatever it says.
func created(status int, body []byte) error {
	if status != 201 {
		return fmt.Errorf("bench: a request was answered %d %.300s", status, body)
	}
	return nil
}
