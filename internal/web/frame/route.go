package frame

import (
	"net/http"

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

// Show is a line of the table that shows something and changes nothing.
func Show(path, id string, gate Gate, action access.Action, zh, en string, serve func(*Request) error) Route {
	return Route{Method: http.MethodGet, Path: path, ID: id, Gate: gate, Action: action, Zh: zh, En: en, Serve: serve}
}

// Do is a line of the table that acts.
func Do(path, id string, gate Gate, action access.Action, zh, en string, serve func(*Request) error) Route {
	return Route{Method: http.MethodPost, Path: path, ID: id, Gate: gate, Action: action, Zh: zh, En: en, Serve: serve}
}
