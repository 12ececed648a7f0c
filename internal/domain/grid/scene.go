package grid

import (
	"slices"
	"time"

	"huying/internal/domain/matter"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// SceneRegister is the register of what devices saw.
const SceneRegister register.Name = "SCENE"

// DeviceKinds lists the kinds of device, ScenesSeen what one may say it saw: things and
// scenes, never persons.
var (
	DeviceKinds = []string{"ENVIRONMENT", "FLOOD", "SCENE", "FIRE", "NOISE"}
	ScenesSeen  = []string{"SMOKE", "FIRE", "WATER", "RUBBISH", "CROWDING", "BLOCKED", "NOISE", "AIR"}
)

// ofPersons are kinds that would look for persons; no right makes them possible.
var ofPersons = []string{"FACE", "GAIT", "VOICE", "PLATE", "PERSON", "TRACK"}

// Check asks that a device is of a kind that looks at things. Faults:
// device.watches_persons, device.kind_unknown, device.threshold_malformed.
func (d *Device) Check() error {
	switch {
	case slices.Contains(ofPersons, d.Kind):
		return fault.Field("kind", "device.watches_persons", d.Kind)
	case !slices.Contains(DeviceKinds, d.Kind):
		return fault.Field("kind", "device.kind_unknown", d.Kind)
	case d.Threshold < 0:
		return fault.Field("threshold", "device.threshold_malformed")
	}
	return nil
}

// The states of a scene. It counts only once a person has confirmed it; one that
// nobody confirmed in time is deleted (LN-13).
const (
	SceneSeen      = "SEEN"
	SceneConfirmed = "CONFIRMED"
	SceneDismissed = "DISMISSED"
	SceneDeleted   = "DELETED"
)

// Scene is what a device saw: a kind of thing and a number, in no words. Its
// picture lies outside of the record, so that deleting it leaves nothing.
type Scene struct {
	At      int64             `json:"at"` // µs
	Day     int               `json:"day"`
	Device  ident.ID          `json:"device"`
	Kind    string            `json:"kind"`
	Matter  ident.ID          `json:"matter,omitempty"`  // what it became
	Picture string            `json:"picture,omitempty"` // SHA-256
	Place   territory.Address `json:"place"`
	Status  string            `json:"status"`
	Unit    string            `json:"unit"` // the device's owner
	Value   int64             `json:"value,omitempty"`
}

// Line implements register.Fact.
func (s Scene) Line() register.Line {
	l := register.Line{Register: SceneRegister, Place: s.Place, Unit: s.Unit, About: s.Device, Status: s.Status, From: s.Day, Amount: s.Value}
	if s.Matter != 0 {
		l.Key = OfMatter(s.Matter)
	}
	return l
}

// OfMatter is the key of a record of which a matter has one.
func OfMatter(id ident.ID) string { return "M" + id.Number() }

// CheckScene asks that a device may say what it saw. Faults:
// device.watches_persons, scene.kind_unknown, scene.device_off,
// scene.below_threshold, scene.time_out_of_range.
func CheckScene(d *Device, s *Scene, now time.Time) error {
	seen := time.UnixMicro(s.At)
	switch {
	case slices.Contains(ofPersons, s.Kind):
		return fault.Field("kind", "device.watches_persons", s.Kind)
	case !slices.Contains(ScenesSeen, s.Kind):
		return fault.Field("kind", "scene.kind_unknown", s.Kind)
	case !d.Active:
		return fault.New(fault.Conflict, "scene.device_off", d.Code)
	case d.Threshold > 0 && s.Value < d.Threshold:
		return fault.New(fault.Conflict, "scene.below_threshold", s.Value, d.Threshold).In("value")
	case seen.After(now) || seen.Before(now.Add(-24*time.Hour)):
		return fault.Field("at", "scene.time_out_of_range")
	}
	return nil
}

// Confirm is a person's word that the scene is so. Fault: scene.decided.
func (s *Scene) Confirm(m ident.ID) error {
	if s.Status != SceneSeen {
		return fault.New(fault.Conflict, "scene.decided", s.Status)
	}
	s.Status, s.Matter = SceneConfirmed, m
	return nil
}

// Dismiss is a person's word that it was nothing. Fault: scene.decided.
func (s *Scene) Dismiss() error {
	if s.Status != SceneSeen {
		return fault.New(fault.Conflict, "scene.decided", s.Status)
	}
	s.Status, s.Picture, s.Value = SceneDismissed, "", 0
	return nil
}

// Forget deletes what nobody confirmed, and reports whether there was anything
// to delete.
func (s *Scene) Forget() bool {
	if s.Status != SceneSeen {
		return false
	}
	s.Status, s.Picture, s.Value = SceneDeleted, "", 0
	return true
}

// LeadRegister is the register of what findings led to.
const LeadRegister register.Name = "LEAD"

// Lead is a finding on the ground that a team was sent to (LN-15): from the
// record it began with to the order of the team, and how long that took. It
// cannot be without its origin. Late says that it took longer than the city's
// limit, as that stood then.
type Lead struct {
	Day     int               `json:"day"`
	Late    bool              `json:"late,omitempty"`
	Matter  ident.ID          `json:"matter"`
	Minutes int               `json:"minutes"` // from the finding to the order
	Order   ident.ID          `json:"order"`
	Origin  ident.ID          `json:"origin"` // a round, a scene or an entry
	Place   territory.Address `json:"place"`
	Unit    string            `json:"unit"`
}

// Line implements register.Fact.
func (l Lead) Line() register.Line {
	status := "IN_TIME"
	if l.Late {
		status = "LATE"
	}
	return register.Line{
		Register: LeadRegister, Place: l.Place, Unit: l.Unit, Key: OfMatter(l.Matter) + "/" + l.Unit, Status: status, About: l.Origin, From: l.Day,
		Amount: int64(l.Minutes),
	}
}

// CheckLead asks that a lead has its origin. Faults: lead.no_origin, text.missing.
func CheckLead(l *Lead, why string) error {
	if l.Origin == 0 {
		return fault.New(fault.Conflict, "lead.no_origin", l.Matter.Number())
	}
	return matter.Words("why", why, true)
}
