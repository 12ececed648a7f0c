package ident

import (
	"strconv"
	"strings"
	"time"

	"huying/internal/fault"
)

// alphabet is Crockford's base 32: no I, L, O or U, so that a number that is
// read aloud or copied by hand has one spelling.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// checkPrime is the modulus of the check character: prime and coprime to 32,
// so that any one wrong character and any swap of neighbours is found. A Maker
// leaves out the ids whose check would need a sign beyond the alphabet.
const checkPrime = 37

func printable(id ID) bool { return int64(id)%checkPrime < int64(len(alphabet)) }

const inDayChars = 7 // 35 bits: second, node, sequence

// Number returns the public reference number of id: the civil date it was
// made on, seven characters, and a check character, as in "20261122-0K3M9QA-7".
// An id that no Maker made, as a damaged row may hold, is its decimal digits.
func (id ID) Number() string { return string(id.appendNumber(make([]byte, 0, 18))) }

func (id ID) appendNumber(b []byte) []byte {
	if id < 0 || !printable(id) {
		return strconv.AppendInt(b, int64(id), 10)
	}
	b = id.Time().In(Zone).AppendFormat(b, "20060102")
	b = append(b, '-')
	rest := int64(id) & (1<<dayShift - 1)
	for shift := (inDayChars - 1) * 5; shift >= 0; shift -= 5 {
		b = append(b, alphabet[rest>>shift&31])
	}
	return append(b, '-', alphabet[int64(id)%checkPrime])
}

// String returns the reference number.
func (id ID) String() string { return id.Number() }

// ParseNumber reads a reference number as a person may have typed it: in
// either case, with or without dashes and blanks, O for 0 and I or L for 1.
// Faults: number.malformed, number.check_failed.
func ParseNumber(s string) (ID, error) {
	clean := clean(s)
	if len(clean) != 8+inDayChars+1 {
		return 0, fault.Field("no", "number.malformed", short(s))
	}
	date, err := time.ParseInLocation("20060102", clean[:8], Zone)
	if err != nil || date.Before(epoch) {
		return 0, fault.Field("no", "number.malformed", short(s))
	}
	day := int64(date.Sub(epoch) / (secondsPerDay * time.Second))
	if day >= 1<<16 {
		return 0, fault.Field("no", "number.malformed", short(s))
	}
	var rest int64
	for _, c := range []byte(clean[8 : 8+inDayChars]) {
		v := digit(c)
		if v < 0 {
			return 0, fault.Field("no", "number.malformed", short(s))
		}
		rest = rest<<5 | v
	}
	if rest>>secShift >= secondsPerDay {
		return 0, fault.Field("no", "number.malformed", short(s))
	}
	id := ID(day<<dayShift | rest)
	if int64(id)%checkPrime != digit(clean[len(clean)-1]) {
		return 0, fault.Field("no", "number.check_failed", short(s))
	}
	return id, nil
}

// clean drops what people put between the characters of a number.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ' || r == '\u3000' || r == '—':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

func digit(c byte) int64 {
	switch c {
	case 'O':
		c = '0'
	case 'I', 'L':
		c = '1'
	}
	return int64(strings.IndexByte(alphabet, c))
}

// short keeps a wrong number that is quoted back from filling the screen.
func short(s string) string {
	if r := []rune(s); len(r) > 32 {
		return string(r[:32]) + "…"
	}
	return s
}

// MarshalText writes the reference number, so that ids appear as numbers in
// JSON.
func (id ID) MarshalText() ([]byte, error) {
	return id.AppendText(nil)
}

// AppendText appends what MarshalText writes.
func (id ID) AppendText(b []byte) ([]byte, error) {
	if id == 0 {
		return b, nil
	}
	return id.appendNumber(b), nil
}

// UnmarshalText reads what MarshalText writes.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = 0
		return nil
	}
	v, err := ParseNumber(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}
