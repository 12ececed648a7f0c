package matter

import (
	"slices"

	"huying/internal/domain/duty"
	"huying/internal/domain/order"
	"huying/internal/domain/org"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// Mandates is what the registers say, on the day of the command, of who may be
// asked what. It is asked only about towns and villages, and about who leads.
type Mandates interface {
	// Listed tells what the list in force for a unit, and the powers that came
	// down to it, say of a leaf.
	Listed(u *org.Unit, leaf string) (Listing, error)
	// Admitted returns the admission by which a leaf that is on no list may be
	// asked of a unit; zero if there is none.
	Admitted(u *org.Unit, leaf string) (ident.ID, error)
	// Leads returns the unit that leads a leaf at a place by a list or a
	// delegation; "" if they say nothing.
	Leads(leaf *duty.Leaf, at territory.Address) (string, error)
}

// Listing is what a list says of a leaf and a unit.
type Listing struct {
	Known   bool // the registers have a list: the pack's is not asked
	On      bool // the leaf may be asked of the unit
	Assist  bool // of help only: the unit may not be made to lead
	Version string
}

// license is by what right an order may be given.
type license struct {
	emergency bool // the exception for life and limb was used
	admission ident.ID
	version   string
	assist    bool
}

// put writes the right into the order.
func (l license) put(o *order.Order) {
	o.Emergency, o.Admission, o.ListVersion = l.emergency, l.admission, l.version
}

// guard holds INV-03 and LH-28: a town or village is asked only what its list
// of the day says, or what was admitted and has not expired, unless life is at
// stake.
func (f *File) guard(u *org.Unit, leaf string) (license, error) {
	l, err := f.listing(u, leaf)
	if err != nil {
		return license{}, err
	}
	out := license{version: l.Version, assist: l.Assist}
	if l.On {
		return out, nil
	}
	if f.Mandates != nil && leaf != "" {
		if out.admission, err = f.Mandates.Admitted(u, leaf); err != nil || out.admission != 0 {
			return out, err
		}
	}
	if f.M.Urgency == duty.Emergency {
		out.emergency = true
		return out, nil
	}
	return out, fault.New(fault.Conflict, "order.off_list", "OFF_LIST", u.Name).In("debtor")
}

// helps refuses to make a community lead what its list has it assist with
// (B1-09).
func (f *File) helps(u *org.Unit, l license, role order.Role) error {
	if u.Level != org.Community || !l.assist || l.emergency || role == order.Co {
		return nil
	}
	return fault.New(fault.Denied, "order.assist_may_not_lead", u.Name).In("role")
}

// listing asks the registers and, where they have no list, the pack.
func (f *File) listing(u *org.Unit, code string) (Listing, error) {
	var l Listing
	if f.Mandates != nil && code != "" {
		var err error
		if l, err = f.Mandates.Listed(u, code); err != nil || l.Known {
			return l, err
		}
	}
	on := l.On // a power that came down binds beside the pack's list
	l.Version = f.City.Duty.Version
	leaf, ok := f.City.Duty.Leaf(code)
	if !ok || leaf.Kind == duty.TakenBack {
		return l, nil
	}
	names := func(r duty.UnitRule) bool { return r.Level == u.Level && r.Suffix == u.Suffix }
	l.On = on || names(leaf.Lead) || slices.ContainsFunc(leaf.Co, names)
	l.Assist = !on && leaf.Kind == duty.Assist && !names(leaf.Lead)
	return l, nil
}

// leads returns who leads a leaf where the matter lies: by a delegation or a
// list in force, else by the pack. A question that fails is told when the act
// is settled.
func (f *File) leads(leaf *duty.Leaf) (string, bool) {
	if f.Mandates != nil {
		unit, err := f.Mandates.Leads(leaf, f.M.Place)
		if err != nil {
			f.failed = err
		}
		if _, known := f.City.Org.Unit(unit); known {
			return unit, true
		}
	}
	return f.City.Lead(leaf, f.M.Place)
}
