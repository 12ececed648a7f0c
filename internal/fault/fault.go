// Package fault is the one error type that crosses packages: a kind, which
// says what the caller can do about it, and a stable code, which is the key of
// its text in every language. It knows no words, no HTTP and no database.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is what the caller can do about a fault.
type Kind uint8

// The kinds, in the order of what the caller can do.
const (
	Internal  Kind = iota // nothing: the mistake is ours
	Invalid               // mend the input
	Unknown               // say who you are: no or a bad credential
	Denied                // ask for the right
	NotFound              // look elsewhere
	Conflict              // read again, then retry
	TooLarge              // send less
	Busy                  // wait, then retry
	Exhausted             // make room: the disk is full or cannot be written
)

var kindNames = [...]string{"internal", "invalid", "unknown", "denied", "not_found", "conflict", "too_large", "busy", "exhausted"}

// String returns the kind as one lower-case word.
func (k Kind) String() string { return kindNames[k] }

// Error is a fault. Code is "noun.what_happened"; Field is the input it
// belongs to, if any; Args fill the text's {0}, {1}, … and are shown to users,
// so they never hold secrets. Err is the cause, for the log only.
type Error struct {
	Kind  Kind
	Code  string
	Field string
	Args  []any
	Err   error
}

// New returns a fault of kind k.
func New(k Kind, code string, args ...any) *Error { return &Error{Kind: k, Code: code, Args: args} }

// Field returns an Invalid fault that belongs to one input field.
func Field(field, code string, args ...any) *Error {
	return &Error{Kind: Invalid, Code: code, Field: field, Args: args}
}

// Because returns a copy of e that carries its cause.
func (e *Error) Because(err error) *Error { c := *e; c.Err = err; return &c }

// In returns a copy of e that belongs to the named input field.
func (e *Error) In(field string) *Error { c := *e; c.Field = field; return &c }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Field != "" {
		b.WriteString(" (" + e.Field + ")")
	}
	for i, a := range e.Args {
		if i == 0 {
			b.WriteString(":")
		}
		fmt.Fprintf(&b, " %v", a)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is a fault of the same code, so that
// errors.Is(err, fault.New(kind, code)) asks for the code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// List is several faults told together, so that a form shows all at once.
type List []*Error

func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives errors.Is and errors.As every fault of the list.
func (l List) Unwrap() []error {
	out := make([]error, len(l))
	for i, e := range l {
		out[i] = e
	}
	return out
}

// Add appends err's faults to l; a nil err adds nothing, and an error that is
// no fault is kept as Internal.
func (l *List) Add(err error) {
	if err == nil {
		return
	}
	*l = append(*l, All(err)...)
}

// Err returns l as an error, or nil if it is empty.
func (l List) Err() error {
	switch len(l) {
	case 0:
		return nil
	case 1:
		return l[0]
	}
	return l
}

// All returns the faults err is made of. An error that is no fault becomes one
// of kind Internal and code "internal.error".
func All(err error) []*Error {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var e *Error
	if errors.As(err, &e) {
		return []*Error{e}
	}
	if err == nil {
		return nil
	}
	return []*Error{{Kind: Internal, Code: "internal.error", Err: err}}
}

// Of returns the kind of err: the kind of its first fault, or Internal.
func Of(err error) Kind {
	if all := All(err); len(all) > 0 {
		return all[0].Kind
	}
	return Internal
}

// Code returns the code of err's first fault.
func Code(err error) string {
	if all := All(err); len(all) > 0 {
		return all[0].Code
	}
	return ""
}
