package frame

import (
	"huying/internal/domain/access"
)

// Gate is who may come to a route at all.
type Gate uint8

// The gates.
const (
	// Open needs nobody to be known: signing in, and what a page is made of.
	Open Gate = iota
	// Signed needs a session of any post. What one matter permits, its
	// command decides.
	Signed
	// Staff needs a session whose post has the route's action somewhere; where
	// exactly, the command decides.
	Staff
)

func (g Gate) String() string { return [...]string{"open", "signed", "staff"}[g] }

// Route is one line of the table of pages.
type Route struct {
	Method, Path string
	ID           string
	Gate         Gate
	Action       access.Action // "" only where the gate is not Staff
	Zh, En       string        // what it is for
	Serve        func(*Request) error
}

// Methods of the table.
const (
	Get  = "GET"
	Post = "POST"
)
