package calendar

// Shorter reports whether l ends earlier than the other limit on some start and
// later on none, for every start and every calendar, if both stand under the
// same pauses; comparable is false where neither is certain. It serves the rule
// that a pack may tighten a limit and never loosen it: a pack's limit p is fit
// for a base limit b if b.Shorter(p) is (false, true). Across units it is
// careful: a working day counts as four office hours at least and as any number
// of calendar days at most. No limit is longer than every limit; a named date
// compares with nothing but itself.
func (l Limit) Shorter(than Limit) (shorter, comparable bool) {
	l.Basis, than.Basis = "", ""
	switch {
	case l == than || l.IsZero() && than.IsZero():
		return false, true
	case l.IsZero() || than.IsZero():
		return than.IsZero(), true
	case l.Unit == Date || than.Unit == Date:
		return false, false
	}
	forth, back := l.neverLater(than), than.neverLater(l)
	return forth && !back, forth || back
}

// neverLater reports whether l is certain to end no later than o, from the same
// start under any calendar.
func (l Limit) neverLater(o Limit) bool {
	switch l.Unit {
	case CD:
		return l.daysNeverLater(o)
	case WD:
		return o.Unit == WD && l.daysInOrder(o)
	case WorkHour:
		return o.Unit == WorkHour && l.Amount <= o.Amount ||
			o.Unit == WD && l.Amount*60 <= o.Amount*leastOffice
	}
	switch o.Unit { // l counts real time
	case WD: // A day of start and o.Amount closings lie between.
		return l.length() <= micro(o.Amount)*dayLen
	case CD: // From the last moment of the day of the event.
		days := o.Amount
		if o.CloseOfBusiness {
			days--
		}
		return l.length() <= micro(days)*dayLen
	}
	return l.length() <= o.length()
}

// daysNeverLater is neverLater for calendar days.
func (l Limit) daysNeverLater(o Limit) bool {
	switch o.Unit {
	case CD:
		if !l.ShiftLastDay {
			return l.daysInOrder(o)
		}
		// Two different last days may both move to the same working day.
		return o.ShiftLastDay && l.Amount <= o.Amount && (l.CloseOfBusiness || !o.CloseOfBusiness)
	case WD: // The last working day is a working day not before l's last day.
		return l.daysInOrder(o)
	}
	// Real time and office time, which is never shorter than real time: the
	// whole day of the event may precede the first counted day.
	return !l.ShiftLastDay && micro(l.Amount+1)*dayLen <= o.length()
}

// daysInOrder reports whether the last day of l, or the hour on the same day,
// comes no later than that of o.
func (l Limit) daysInOrder(o Limit) bool {
	return l.Amount < o.Amount || l.Amount == o.Amount && (l.CloseOfBusiness || !o.CloseOfBusiness)
}
