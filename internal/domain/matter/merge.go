package matter

import (
	"slices"

	"huying/internal/domain/access"
	"huying/internal/domain/clock"
	"huying/internal/domain/pack"
	"huying/internal/fault"
	"huying/internal/ident"
)

// MergeInto makes the matter part of another: one problem, one set of orders,
// every caller kept and told (GZ-03, INV-12).
func (f *File) MergeInto(into *File, reason string) error {
	for _, x := range [...]*File{f, into} {
		if err := access.Allow(f.By, access.MergeMatter, x.Subject(nil)); err != nil {
			return err
		}
	}
	if err := f.needs("merge"); err != nil {
		return err
	}
	switch {
	case f.M.ID == into.M.ID:
		return fault.Field("into", "merge.itself")
	case f.M.Place.District != into.M.Place.District:
		return fault.Field("into", "merge.other_district")
	case len(f.M.Children) > 0:
		return fault.New(fault.Conflict, "merge.has_children")
	case !into.M.Status.Open():
		return fault.New(fault.Conflict, "merge.into_ended", string(into.M.Status)).In("into")
	}
	if err := Words("reason", reason, false); err != nil {
		return err
	}
	f.begin("merge", nil, map[string]any{"into": into.M.ID.Number(), "reason": reason})
	before := f.M.Status
	if err := f.move(Merged); err != nil {
		return err
	}
	if before == Ordered {
		before = Triaged
	}
	if err := f.withdrawAll("merged"); err != nil {
		return err
	}
	f.M.MergedInto, f.M.Before = into.M.ID, before
	f.tellCaller("notice.merged", into.M.ID)
	into.begin("absorb", nil, map[string]any{"matter": f.M.ID.Number()})
	into.M.Children = append(into.M.Children, f.M.ID)
	if f.M.Caller.Reachable() {
		into.M.Voters = append(into.M.Voters, f.M.ID)
	}
	return nil
}

// Unmerge undoes a merge until the other matter is closed.
func (f *File) Unmerge(into *File, reason string) error {
	if err := access.Allow(f.By, access.MergeMatter, f.Subject(nil)); err != nil {
		return err
	}
	if f.M.Status != Merged || f.M.MergedInto != into.M.ID {
		return fault.New(fault.Conflict, "merge.not_merged")
	}
	if !into.M.Status.Open() {
		return fault.New(fault.Conflict, "merge.into_ended", string(into.M.Status))
	}
	if err := Words("reason", reason, true); err != nil {
		return err
	}
	f.begin("unmerge", nil, map[string]any{"from": into.M.ID.Number(), "reason": reason})
	if err := f.move(f.M.Before); err != nil {
		return err
	}
	f.M.MergedInto, f.M.Before = 0, ""
	switch f.M.Status {
	case Received:
		f.start(clock.Verify, f.limit(pack.Verify))
	case Verified:
		f.start(clock.Triage, f.limit(pack.Triage))
	default:
		f.start(clock.Dispatch, f.limit(pack.Dispatch))
	}
	if err := f.revive(); err != nil {
		return err
	}
	f.tellCaller("notice.unmerged", f.M.ID)
	into.begin("release", nil, map[string]any{"matter": f.M.ID.Number()})
	into.M.Children = without(into.M.Children, f.M.ID)
	into.M.Voters = without(into.M.Voters, f.M.ID)
	return nil
}

func without(ids []ident.ID, id ident.ID) []ident.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(x ident.ID) bool { return x == id })
}

// SplitOff notes that a part of the matter became one of its own.
func (f *File) SplitOff(part ident.ID) error {
	if err := access.Allow(f.By, access.MergeMatter, f.Subject(nil)); err != nil {
		return err
	}
	if !f.M.Status.Open() {
		return fault.New(fault.Conflict, "split.matter_ended", string(f.M.Status))
	}
	f.begin("split", nil, map[string]any{"part": part.Number()})
	return nil
}
