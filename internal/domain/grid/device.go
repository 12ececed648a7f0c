package grid

import (
	"strings"

	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// The registers of devices, of agreements between parties, and of what chiefs
// say of the units that clean and mend.
const (
	DeviceRegister    register.Name = "DEVICE"
	AgreementRegister register.Name = "AGREEMENT"
	RatingRegister    register.Name = "UPKEEP"
)

// Device is a sensor or camera (探头, YT-22). It looks at things and scenes, never
// for a person; the public knows where it is and what for, or it does not run.
type Device struct {
	Active    bool              `json:"active,omitempty"`
	Basis     string            `json:"basis"`
	Code      string            `json:"code"`
	Keeps     int               `json:"keeps"`
	Kind      string            `json:"kind"` // ENVIRONMENT, FLOOD, SCENE …
	Owner     string            `json:"owner"`
	Place     territory.Address `json:"place"`
	Published bool              `json:"published,omitempty"` // where it is, on the notice board
	Purpose   string            `json:"purpose"`
	Threshold int64             `json:"threshold,omitempty"` // of a reading: below, nothing is kept
	Where     string            `json:"where"`
}

// MostKept is the longest time records of a scene are kept, in days.
const MostKept = 30

// Line implements register.Fact.
func (d Device) Line() register.Line {
	status := "OFF"
	if d.Active {
		status = "ACTIVE"
	}
	return register.Line{Register: DeviceRegister, Place: d.Place, Unit: d.Owner, Key: d.Code, Status: status}
}

// Activate lets a device run. Fault: device.not_published names what is missing:
// where it is, what for, by what right and how long its records are kept.
func (d *Device) Activate() error {
	var missing []string
	for _, x := range [...]struct {
		name string
		ok   bool
	}{
		{"where", strings.TrimSpace(d.Where) != ""}, {"published", d.Published}, {"purpose", strings.TrimSpace(d.Purpose) != ""},
		{"basis", strings.TrimSpace(d.Basis) != ""}, {"keeps", d.Keeps > 0 && d.Keeps <= MostKept},
	} {
		if !x.ok {
			missing = append(missing, x.name)
		}
	}
	if len(missing) > 0 {
		return fault.New(fault.Conflict, "device.not_published", strings.Join(missing, ", "), MostKept)
	}
	d.Active = true
	return nil
}

// Agreement is what two sides agreed on before a mediator (和事佬, LN-21). The
// sides are called A and B here; who they are, only the matter's vault knows.
type Agreement struct {
	A        string            `json:"a,omitempty"` // YES, NO or nothing yet
	B        string            `json:"b,omitempty"`
	Channel  string            `json:"channel,omitempty"` // offered next, once a side said no
	Day      int               `json:"day"`
	Matter   ident.ID          `json:"matter"`
	Mediator string            `json:"mediator"` // unit or group
	Place    territory.Address `json:"place"`
	Terms    string            `json:"terms"`
}

// The words of a side, and the channels after a mediation that failed.
const (
	SideYes    = "YES"
	SideNo     = "NO"
	ToLegalAid = "LEGAL_SERVICE"
	ToStreet   = "STREET"
)

// Line implements register.Fact.
func (a Agreement) Line() register.Line {
	status := "OPEN"
	switch {
	case a.A == SideNo || a.B == SideNo:
		status = "REFUSED"
	case a.A == SideYes && a.B == SideYes:
		status = "AGREED"
	}
	return register.Line{Register: AgreementRegister, Place: a.Place, Unit: a.Mediator, Key: a.Matter.Number(), Status: status, About: a.Matter, From: a.Day}
}

// Say records the word of a side; the word of both makes the agreement, that of
// one who refuses opens the next channel. Faults: agreement.side_unknown,
// agreement.said_already, agreement.channel_unknown.
func (a *Agreement) Say(side string, agrees bool, channel string) error {
	said := map[string]*string{"A": &a.A, "B": &a.B}[side]
	switch {
	case said == nil:
		return fault.Field("side", "agreement.side_unknown", side)
	case *said != "" || a.Line().Status != "OPEN":
		return fault.New(fault.Conflict, "agreement.said_already")
	case !agrees && channel != ToLegalAid && channel != ToStreet:
		return fault.Field("channel", "agreement.channel_unknown", channel)
	}
	*said = SideYes
	if !agrees {
		*said, a.Channel = SideNo, channel
	}
	return nil
}

// Rating is what a chief says of the unit that cleaned or mended on a segment
// (BJ-09), after its work was judged. It counts for the unit.
type Rating struct {
	By      string            `json:"by"` // the chief's unit
	Day     int               `json:"day"`
	Matter  ident.ID          `json:"matter"`
	Note    string            `json:"note,omitempty"`
	Place   territory.Address `json:"place"`
	Segment ident.ID          `json:"segment"`
	Stars   int               `json:"stars"` // 1 to 5
	Unit    string            `json:"unit"`
}

// Line implements register.Fact.
func (r Rating) Line() register.Line {
	return register.Line{
		Register: RatingRegister, Place: r.Place, Unit: r.Unit, Other: r.By, Key: r.Matter.Number() + "/" + r.Unit, About: r.Segment,
		From: r.Day, To: r.Day, Amount: int64(r.Stars),
	}
}

// CheckRating asks that a chief may rate. Faults: rating.stars_out_of_range,
// rating.not_closed, rating.own_unit, rating.no_part, rating.not_the_chief.
func CheckRating(s *Segment, m *matter.Matter, debtors []string, r *Rating) error {
	switch {
	case r.Stars < 1 || r.Stars > 5:
		return fault.Field("stars", "rating.stars_out_of_range", r.Stars)
	case s.Chief == nil || s.Chief.Unit != r.By:
		return fault.New(fault.Denied, "rating.not_the_chief")
	case m.Status != matter.Closed:
		return fault.New(fault.Conflict, "rating.not_closed", string(m.Status))
	case r.Unit == r.By:
		return fault.New(fault.Denied, "rating.own_unit", "JUDGE_NOT_RESPONDER")
	}
	for _, d := range debtors {
		if d == r.Unit {
			return matter.Words("note", r.Note, false)
		}
	}
	return fault.Field("unit", "rating.no_part", r.Unit)
}
