package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"huying/internal/fault"
)

func TestAFaultTellsWhatAndWhere(t *testing.T) {
	e := fault.Field("debtor", "order.off_list", "OFF_LIST", 7)
	if got := e.Error(); got != "order.off_list (debtor): OFF_LIST 7" {
		t.Errorf("%q", got)
	}
	because := e.Because(io.EOF).In("orders")
	if got := because.Error(); got != "order.off_list (orders): OFF_LIST 7: EOF" {
		t.Errorf("%q", got)
	}
	if e.Field != "debtor" || e.Err != nil {
		t.Error("a copy changed its original")
	}
	if !errors.Is(because, io.EOF) || !errors.Is(fmt.Errorf("issue: %w", because), fault.New(fault.Conflict, "order.off_list")) {
		t.Error("neither the cause nor the code can be asked for")
	}
	if errors.Is(because, fault.New(fault.Invalid, "order.one_lead")) || errors.Is(because, io.ErrUnexpectedEOF) {
		t.Error("it is something else too")
	}
}

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for k := fault.Internal; k <= fault.Exhausted; k++ {
		if name := k.String(); name == "" || seen[name] {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
}

func TestListsOfFaults(t *testing.T) {
	var l fault.List
	l.Add(nil)
	if l.Err() != nil || fault.All(l.Err()) != nil {
		t.Error("no fault is a fault")
	}
	first := fault.Field("a", "text.missing")
	l.Add(first)
	if e, ok := l.Err().(*fault.Error); !ok || e != first { //nolint:errorlint // it must be the very same fault
		t.Error("one fault is told as itself")
	}
	l.Add(fault.List{fault.New(fault.Conflict, "merge.itself"), fault.New(fault.Denied, "access.denied", "x")})
	l.Add(io.EOF)
	err := fmt.Errorf("command: %w", l.Err())
	if got := l.Error(); got != "text.missing (a); merge.itself; access.denied: x; internal.error: EOF" {
		t.Errorf("%q", got)
	}
	if n := len(fault.All(err)); n != 4 {
		t.Errorf("%d faults", n)
	}
	for _, target := range []error{fault.New(fault.Internal, "merge.itself"), io.EOF} {
		if !errors.Is(err, target) {
			t.Errorf("%v is not in it", target)
		}
	}
	if fault.Of(err) != fault.Invalid || fault.Code(err) != "text.missing" {
		t.Errorf("%v, %s", fault.Of(err), fault.Code(err))
	}
}

func TestErrorsThatAreNoFaults(t *testing.T) {
	if fault.Of(io.EOF) != fault.Internal || fault.Code(io.EOF) != "internal.error" {
		t.Errorf("%v, %s", fault.Of(io.EOF), fault.Code(io.EOF))
	}
	if fault.Of(nil) != fault.Internal || fault.Code(nil) != "" {
		t.Errorf("%v, %s", fault.Of(nil), fault.Code(nil))
	}
}
