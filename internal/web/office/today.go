package office

import (
	"time"

	"huying/internal/ident"
	"huying/internal/web/frame"
)

// check is one thing that an auditor looks at each day.
type check struct{ what, says, href string }

// often is how long a check holds before it is due again.
const often = 24 * time.Hour

// today is what the auditor owes: the ledger is verified each day, a checkpoint is
// there to publish, and whoever read a caller's contact today is looked at.
func (p pages) today(r *frame.Request) error {
	var owed, done []check
	for _, of := range [...]func(*frame.Request) (check, bool, error){p.verifyToday, p.sealedToday, p.readToday} {
		c, ok, err := of(r)
		if err != nil {
			return err
		}
		if ok {
			done = append(done, c)
		} else {
			owed = append(owed, c)
		}
	}
	return r.Page(r.T("audit.today"), "audit", todayPage(r, owed, done))
}

// verifyToday asks for a whole run that found nothing, not older than a day.
func (p pages) verifyToday(r *frame.Request) (check, bool, error) {
	c := check{what: r.T("audit.verify"), href: "/audit/verify"}
	last, ran := p.Verifier.Last()
	switch {
	case !ran:
		c.says = r.T("audit.verify_never")
	case last.Ended.IsZero():
		c.says = r.T("audit.verify_runs", last.Entries)
	case last.Err != nil:
		c.says = r.T("audit.verify_failed")
	case last.Result != nil && len(last.Result.Breaks) > 0:
		c.says = r.T("audit.verify_broken", len(last.Result.Breaks))
	case r.Now.Sub(last.Ended) > often:
		c.says = r.T("audit.verify_old", r.When(last.Ended))
	default:
		c.says = r.T("audit.verify_sound", r.When(last.Ended))
		return c, true, nil
	}
	return c, false, nil
}

// sealedToday asks for a signed checkpoint that is not older than a day.
func (p pages) sealedToday(r *frame.Request) (check, bool, error) {
	c := check{what: r.T("audit.checkpoints"), href: "/audit/checkpoints"}
	list, err := p.Audit.Checkpoints(r.Ctx, r.Actor, 0, 1)
	switch {
	case err != nil:
		return c, false, err
	case len(list) == 0:
		c.says = r.T("audit.sealed_never")
	case r.Now.Sub(list[0].At) > often:
		c.says = r.T("audit.sealed_old", r.When(list[0].At))
	default:
		c.says = r.T("audit.sealed", r.When(list[0].At))
		return c, true, nil
	}
	return c, false, nil
}

// readToday counts who read contacts today: each is to be looked at.
func (p pages) readToday(r *frame.Request) (check, bool, error) {
	n, err := p.Audit.ReadingsOf(r.Ctx, r.Actor, r.Now.In(ident.Zone))
	c := check{what: r.T("audit.readings"), href: "/audit/readings", says: r.T("audit.read_today", int(n))}
	if n == 0 {
		c.says = r.T("audit.read_none")
	}
	return c, n == 0, err
}
