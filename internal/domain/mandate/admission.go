package mandate

import (
	"slices"
	"strconv"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// AdmissionState is where an admission stands. A granted one ends by its date.
type AdmissionState string

// The states of an admission.
const (
	Requested AdmissionState = "REQUESTED"
	Granted   AdmissionState = "GRANTED"
	Refused   AdmissionState = "REFUSED"
)

// Admission is a request of a department to ask towns for something that is on
// no list (准入), what the towns said, and what the county body decided.
type Admission struct {
	Basis        string            `json:"basis"`
	Consultation ident.ID          `json:"consultation,omitempty"` // the matter by which the towns are asked
	Decided      *Signed           `json:"decided,omitempty"`
	From         int               `json:"from,omitempty"`
	Item         string            `json:"item"` // what orders by it cite
	Minutes      int               `json:"minutes"`
	Money        int64             `json:"money"`
	Name         string            `json:"name"`
	People       int               `json:"people"`
	Place        territory.Address `json:"place"` // of all the towns
	Reason       string            `json:"reason"`
	Requested    Signed            `json:"requested"`
	Status       AdmissionState    `json:"status"`
	To           int               `json:"to"`
	Towns        []string          `json:"towns"`
	Until        int               `json:"until"` // asked for
}

// AdmissionRegister is the register of admissions.
const AdmissionRegister register.Name = "ADMISSION"

// Line tells the columns.
func (a Admission) Line() register.Line {
	return register.Line{
		Register: AdmissionRegister, Place: a.Place, Unit: a.Requested.Unit, Status: string(a.Status), From: a.From, To: a.To, Amount: int64(len(a.Towns)),
	}
}

// longestAdmission bounds an admission, in years: what is needed longer belongs
// on the list.
const longestAdmission = 1

// Check asks for what an admission must say: what, why, by what right, with
// what money and people, until when. Faults: text.missing,
// admission.basis_missing, admission.means_missing, admission.minutes_missing,
// admission.until_wrong, admission.no_town.
func (a *Admission) Check(today int) error {
	var wrong fault.List
	for _, x := range [...][2]string{{"item", a.Item}, {"name", a.Name}, {"reason", a.Reason}} {
		if x[1] == "" {
			wrong.Add(fault.Field(x[0], "text.missing", x[0]))
		}
	}
	if a.Basis == "" {
		wrong.Add(fault.Field("basis", "admission.basis_missing"))
	}
	if a.Money <= 0 && a.People <= 0 {
		wrong.Add(fault.Field("money", "admission.means_missing"))
	}
	if a.Minutes <= 0 || a.Minutes > 60*24*30 {
		wrong.Add(fault.Field("minutes", "admission.minutes_missing"))
	}
	if a.Until <= today || a.Until > today+longestAdmission*10000 || !calendar.IsDay(a.Until) {
		wrong.Add(fault.Field("until", "admission.until_wrong", a.Until))
	}
	if len(a.Towns) == 0 {
		wrong.Add(fault.Field("towns", "admission.no_town"))
	}
	return wrong.Err()
}

// Decide grants or refuses. The requester does not decide, and not before the
// towns have spoken or their time is over; against a town's word it needs
// reasons. Faults: admission.decided_already, admission.own_request,
// admission.same_person,
// admission.opinions_open, admission.reasons_missing, admission.until_wrong.
func (a *Admission) Decide(by Signed, grant bool, until int, o Opinions) error {
	switch {
	case a.Status != Requested:
		return fault.New(fault.Conflict, "admission.decided_already")
	case by.Unit == a.Requested.Unit:
		return fault.New(fault.Denied, "admission.own_request")
	case a.Requested.same(by):
		return fault.New(fault.Denied, "admission.same_person")
	case len(o.Open) > 0:
		return fault.New(fault.Conflict, "admission.opinions_open", len(o.Open), o.Open[0])
	case by.Text == "" && (!grant || len(o.Against) > 0):
		return fault.Field("text", "admission.reasons_missing")
	}
	if until == 0 {
		until = a.Until
	}
	if until < by.Day || until > a.Until {
		return fault.Field("until", "admission.until_wrong", until)
	}
	a.Decided, a.Status = &by, Refused
	if grant {
		a.Status, a.From, a.To = Granted, by.Day, until
	}
	return nil
}

// Admits reports whether an item may be asked of a town on a day by it.
func (a *Admission) Admits(item, town string, day int) bool {
	return a.Status == Granted && a.Item == item && a.Line().In(day) && slices.Contains(a.Towns, town)
}

// Transfer is a violation that a town's squad may not punish, handed to the
// department that may (移送).
type Transfer struct {
	From  string            `json:"from"`
	Item  string            `json:"item"`
	Name  string            `json:"name"`
	On    int               `json:"on"`
	Place territory.Address `json:"place"`
	Text  string            `json:"text"`
	To    string            `json:"to"`
}

// TransferRegister is the register of transfers.
const TransferRegister register.Name = "TRANSFER"

// Line tells the columns.
func (t Transfer) Line() register.Line {
	return register.Line{Register: TransferRegister, Place: t.Place, Unit: t.To, Other: t.From, From: t.On}
}

func year(y int) string { return strconv.Itoa(y) }
