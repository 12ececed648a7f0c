// Package person holds the rules of who may enter and as whom: logins and
// passwords, how failures slow down who fails, which posts a person may hold
// together, deputies, and what two persons have to agree on. It knows no
// session, no hash and no database.
package person

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/domain/org"
	"huying/internal/domain/pack"
	"huying/internal/fault"
)

// The bounds of what people type about themselves.
const (
	longestLogin = 64
	longestName  = 60
)

// Login returns a login as it is kept: without blanks around it, in small
// letters. Fault: login.malformed.
func Login(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	good := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-@", r)
	}
	if len(s) < 2 || len(s) > longestLogin || strings.ContainsFunc(s, func(r rune) bool { return !good(r) }) {
		return "", fault.Field("login", "login.malformed", 2, longestLogin)
	}
	return s, nil
}

// Name returns the name of a person as it is kept.
// Faults: text.missing, text.too_long, name.malformed.
func Name(s string) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", fault.Field("name", "text.missing", "name")
	case n > longestName:
		return "", fault.Field("name", "text.too_long", n, longestName)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return "", fault.Field("name", "name.malformed")
	}
	return s, nil
}

// Actor returns the actor of a post: its role, unit and jurisdiction, the
// place the post or else its unit serves. Fault: post.unknown.
func Actor(city *pack.City, post string) (access.Actor, error) {
	p, ok := city.Org.Post(post)
	if !ok {
		return access.Actor{}, fault.Field("post", "post.unknown", post)
	}
	u, ok := city.Org.Unit(p.Unit)
	if !ok {
		return access.Actor{}, fault.New(fault.Internal, "unit.unknown", p.Unit)
	}
	place := p.Territory
	if place == "" {
		place = u.Territory
	}
	rank := u.Level.Rank()
	if at, ok := city.Territory.Place(place); ok && at.Kind.Rank() > 0 && at.Kind.Rank() < rank {
		rank = at.Kind.Rank()
	}
	return access.Actor{ID: p.Code, Kind: access.Staff, Role: p.Role, Unit: p.Unit, At: city.Territory.Address(place), Rank: rank}, nil
}

// PostOf returns the code of the first post of a role in a city.
// Fault: post.role_missing.
func PostOf(city *pack.City, role org.Role) (string, error) {
	for _, unit := range city.Org.Units() {
		for _, p := range city.Org.Posts(unit) {
			if p.Role == role {
				return p.Code, nil
			}
		}
	}
	return "", fault.New(fault.NotFound, "post.role_missing", string(role))
}
