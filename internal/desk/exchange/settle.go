package exchange

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"

	"huying/internal/domain/duty"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// settle turns one chunk of rows into matters and rejects. Before the first of
// them is sent it writes down which of them were matters already, so that the
// same can be told after a break.
func (im *importer) settle(ctx context.Context, rows []row) error {
	items := make([]item, len(rows))
	err := im.each(ctx, len(rows), func(i int) error {
		items[i] = im.prep.prepare(rows[i])
		return nil
	})
	if err != nil {
		return err
	}
	before, err := im.before(ctx, items)
	if err != nil {
		return err
	}
	if err := im.state.save(im.o.State); err != nil {
		return err
	}
	made, err := im.send(ctx, items)
	if err != nil {
		return err
	}
	return im.count(items, made, before)
}

// callKey is what makes two rows the same call.
type callKey struct{ source, ref string }

func keyOf(it item) callKey { return callKey{it.intake.Source, it.reference} }

// before reports by position which items stand for a matter that was there
// when the chunk was first begun.
func (im *importer) before(ctx context.Context, items []item) (map[int]bool, error) {
	if im.state.Begun {
		return im.state.known(), nil
	}
	refs := map[string][]string{} // source → references
	for _, it := range items {
		if it.err == nil {
			refs[it.intake.Source] = append(refs[it.intake.Source], it.reference)
		}
	}
	there := map[callKey]bool{}
	for source, list := range refs {
		if err := im.lookUp(ctx, source, list, there); err != nil {
			return nil, err
		}
	}
	out := map[int]bool{}
	im.state.Before = nil
	for i, it := range items {
		if it.err == nil && there[keyOf(it)] {
			out[i] = true
			im.state.Before = append(im.state.Before, i)
		}
	}
	im.state.Begun = true
	return out, nil
}

// asked is how many references one query asks for.
const asked = 500

func (im *importer) lookUp(ctx context.Context, source string, refs []string, there map[callKey]bool) error {
	for len(refs) > 0 {
		n := min(asked, len(refs))
		args := []any{im.engine.City().Root, source}
		for _, ref := range refs[:n] {
			args = append(args, ref)
		}
		refs = refs[n:]
		err := im.engine.DB().Read(ctx, func(v *store.View) error {
			found, err := store.All(v, `SELECT source_ref FROM inlet_key WHERE district = ? AND source = ? AND source_ref IN (`+store.Marks(n)+`)`,
				func(r store.Scanner) (ref string, err error) { return ref, r.Scan(&ref) }, args...)
			for _, ref := range found {
				there[callKey{source, ref}] = true
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// send keeps the items, the first of each call at once and its repetitions
// after them in the order of the file, so that the outcome does not depend on
// who is faster. It reports by position which repeat one that was kept.
func (im *importer) send(ctx context.Context, items []item) (repeats map[int]bool, err error) {
	var first, later []int
	seen := map[callKey]bool{}
	for i, it := range items {
		switch {
		case it.err != nil:
		case seen[keyOf(it)]:
			later = append(later, i)
		default:
			seen[keyOf(it)] = true
			first = append(first, i)
		}
	}
	err = im.each(ctx, len(first), func(n int) error { return im.receive(ctx, &items[first[n]]) })
	if err != nil {
		return nil, err
	}
	kept := map[callKey]bool{}
	for _, i := range first {
		kept[keyOf(items[i])] = items[i].err == nil
	}
	repeats = map[int]bool{}
	for _, i := range later {
		if err := im.receive(ctx, &items[i]); err != nil {
			return nil, err
		}
		k := keyOf(items[i])
		repeats[i] = kept[k]
		kept[k] = kept[k] || items[i].err == nil
	}
	return repeats, nil
}

// receive keeps one item or says in it why it is refused. An error that is not
// the row's fault is returned and ends the import.
func (im *importer) receive(ctx context.Context, it *item) error {
	const tries = 3
	cmd := engine.Command{Actor: im.o.Actor, At: it.at}
	var err error
	for range tries {
		_, err = im.engine.Receive(ctx, cmd, it.intake)
		if fault.Code(err) != "store.outcome_unknown" {
			break
		}
	}
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		switch fault.Of(err) {
		case fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict, fault.TooLarge:
			it.err = err
			return nil
		}
	}
	stopped := fault.New(fault.Of(err), "exchange.stopped", it.row.line).Because(err)
	if known != nil {
		return fault.List{stopped, known} // the cause is something the user can remove
	}
	return stopped
}

// each calls fn for 0 to n-1 from all workers and returns the first error,
// after which no more is begun.
func (im *importer) each(ctx context.Context, n int, fn func(i int) error) error {
	var next atomic.Int64
	var first atomic.Pointer[error]
	var wg sync.WaitGroup
	for range min(im.o.Workers, n) {
		wg.Go(func() {
			for first.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				err := ctx.Err()
				if err == nil {
					err = fn(i)
				}
				if err != nil {
					first.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	wg.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}

// count writes the rejects of a chunk, in the order of the file, and adds it to
// the result.
func (im *importer) count(items []item, repeats, before map[int]bool) error {
	sum := im.state.Result
	sum.ByReason = maps.Clone(sum.ByReason)
	for i, it := range items {
		sum.Rows++
		if it.err != nil {
			sum.Rejected++
			if sum.ByReason == nil {
				sum.ByReason = map[string]int64{}
			}
			sum.ByReason[fault.Code(it.err)]++
			if err := im.rejects.write(it); err != nil {
				return err
			}
			continue
		}
		if before[i] || repeats[i] {
			sum.Again++
		} else {
			sum.Made++
		}
		if it.suggested {
			sum.Suggested++
		}
	}
	if err := im.rejects.flush(); err != nil {
		return err
	}
	im.state.Result, im.state.Rejects = sum, im.rejects.size
	im.state.Begun, im.state.Before = false, nil
	return nil
}

// nearest is the column a missing one may have been meant for.
func nearest(c string, have []string) string { return duty.Nearest(c, have) }
