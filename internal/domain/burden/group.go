package burden

import (
	"slices"

	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/fault"
	"huying/internal/ident"
)

// ClubState is where a work group, an app or a plate stands. That its time is
// over is seen from its date.
type ClubState string

// The states of a club.
const (
	Wanted    ClubState = "WANTED"
	Permitted ClubState = "PERMITTED"
	Declined  ClubState = "DECLINED"
	Dissolved ClubState = "DISSOLVED"
)

// Idleness is why a club is proposed to be dissolved; empty if it is not.
type Idleness string

// The reasons.
const (
	NoPurpose Idleness = "NO_PURPOSE"
	Expired   Idleness = "EXPIRED"
	Unused    Idleness = "IDLE"
)

// Club is a work group, an app or a sign plate that the grassroots must join,
// run or hang (LH-20).
type Club struct {
	Decided   string            `json:"decided,omitempty"` // post
	Dissolved int               `json:"dissolved,omitempty"`
	Hand      string            `json:"hand,omitempty"` // tells whoever asked from others, and names nobody
	Kind      Kind              `json:"kind"`
	Last      int               `json:"last,omitempty"`    // civil day of its last use
	Minutes   int               `json:"minutes,omitempty"` // of work in a month, for one unit
	Name      string            `json:"name"`
	Opened    int               `json:"opened,omitempty"`
	Owner     string            `json:"owner"`
	Place     territory.Address `json:"place"`
	Purpose   string            `json:"purpose,omitempty"`
	Status    ClubState         `json:"status"`
	Text      string            `json:"text,omitempty"`
	Until     int               `json:"until,omitempty"`
}

// ClubRegister is the register of groups, apps and plates.
const ClubRegister register.Name = "WORK_GROUP"

// Line tells the columns.
func (c Club) Line() register.Line {
	return register.Line{Register: ClubRegister, Place: c.Place, Unit: c.Owner, Status: string(c.Status), From: c.Opened, To: c.Until}
}

// ClubKinds are the kinds a club may be.
var ClubKinds = []Kind{Group, App, Sign}

// Check asks for a kind, a purpose, the work it makes and an end. Faults:
// burden.kind_unknown, group.purpose_missing, burden.minutes_wrong,
// group.until_wrong.
func (c *Club) Check(today int) error {
	var wrong fault.List
	if !slices.Contains(ClubKinds, c.Kind) {
		wrong.Add(fault.Field("kind", "burden.kind_unknown", string(c.Kind)))
	}
	if c.Purpose == "" {
		wrong.Add(fault.Field("purpose", "group.purpose_missing"))
	}
	if c.Minutes < 1 || c.Minutes > mostMinutes {
		wrong.Add(fault.Field("minutes", "burden.minutes_wrong", mostMinutes))
	}
	if c.Until != 0 && c.Until <= today {
		wrong.Add(fault.Field("until", "group.until_wrong", c.Until))
	}
	return wrong.Err()
}

// Decide permits or declines; hand is that of whoever decides, who is another
// person than asked. Faults: group.decided_already, group.same_person,
// text.missing.
func (c *Club) Decide(post, hand string, permit bool, text string, today int) error {
	if c.Status != Wanted {
		return fault.New(fault.Conflict, "group.decided_already", c.Name)
	}
	if hand != "" && hand == c.Hand {
		return fault.New(fault.Denied, "group.same_person")
	}
	if !permit && text == "" {
		return fault.Field("text", "text.missing", "text")
	}
	c.Decided, c.Text, c.Status = post, text, Declined
	if permit {
		c.Status, c.Opened, c.Last = Permitted, today, today
	}
	return nil
}

// Idle tells why a club is proposed to be dissolved, "" if it is not: it has no
// purpose, its time is over, or nobody used it since a day.
func (c *Club) Idle(today, since int) Idleness {
	switch {
	case c.Status != Permitted:
		return ""
	case c.Purpose == "":
		return NoPurpose
	case c.Until != 0 && c.Until < today:
		return Expired
	case c.Last <= since:
		return Unused
	}
	return ""
}

// Dissolve ends a club. Fault: group.not_running.
func (c *Club) Dissolve(today int) error {
	if c.Status != Permitted {
		return fault.New(fault.Conflict, "group.not_running", c.Name)
	}
	c.Status, c.Dissolved = Dissolved, today
	return nil
}

// Cleanup is a number of groups, apps or plates that a place did away with at
// once, as a campaign counts them.
type Cleanup struct {
	Count int               `json:"count"`
	Day   int               `json:"day"`
	Kind  Kind              `json:"kind"`
	Place territory.Address `json:"place"`
	Text  string            `json:"text"`
	Unit  string            `json:"unit"`
}

// CleanupRegister is the register of clean-ups.
const CleanupRegister register.Name = "CLEANUP"

// Line tells the columns. The kind is the status, by which totals are made.
func (c Cleanup) Line() register.Line {
	return register.Line{Register: CleanupRegister, Place: c.Place, Unit: c.Unit, Status: string(c.Kind), From: c.Day, Amount: int64(c.Count)}
}

// Check asks for a kind, a number and what was done.
// Faults: burden.kind_unknown, cleanup.count_wrong, text.missing.
func (c *Cleanup) Check() error {
	var wrong fault.List
	if !slices.Contains(ClubKinds, c.Kind) {
		wrong.Add(fault.Field("kind", "burden.kind_unknown", string(c.Kind)))
	}
	if c.Count < 1 || c.Count > 1_000_000 {
		wrong.Add(fault.Field("count", "cleanup.count_wrong"))
	}
	if c.Text == "" {
		wrong.Add(fault.Field("text", "text.missing", "text"))
	}
	return wrong.Err()
}

// Campaign is a check-up of every village and community of a place, each once
// (LH-17).
type Campaign struct {
	Checklist []string          `json:"checklist"`
	From      int               `json:"from"`
	Name      string            `json:"name"`
	Owner     string            `json:"owner"`
	Place     territory.Address `json:"place"`
	To        int               `json:"to"`
}

// CampaignRegister is the register of campaigns.
const CampaignRegister register.Name = "CAMPAIGN"

// Line tells the columns.
func (c Campaign) Line() register.Line {
	return register.Line{Register: CampaignRegister, Place: c.Place, Unit: c.Owner, From: c.From, To: c.To}
}

// Check asks for what a campaign looks at and when.
// Faults: text.missing, campaign.checklist_missing, campaign.days_wrong.
func (c *Campaign) Check(today int) error {
	var wrong fault.List
	if c.Name == "" {
		wrong.Add(fault.Field("name", "text.missing", "name"))
	}
	if len(c.Checklist) == 0 {
		wrong.Add(fault.Field("checklist", "campaign.checklist_missing"))
	}
	if c.To < c.From || c.To < today {
		wrong.Add(fault.Field("to", "campaign.days_wrong"))
	}
	return wrong.Err()
}

// Visit is the one visit of a campaign to a village.
type Visit struct {
	Campaign ident.ID          `json:"campaign"`
	Day      int               `json:"day"`
	Issues   []string          `json:"issues,omitempty"`
	Place    territory.Address `json:"place"`
	Unit     string            `json:"unit"` // that was visited
	Visitor  string            `json:"visitor"`
}

// VisitRegister is the register of visits.
const VisitRegister register.Name = "VISIT"

// VisitKey names the one visit of a campaign to a unit.
func VisitKey(campaign ident.ID, unit string) string { return campaign.Number() + "/" + unit }

// Line tells the columns.
func (v Visit) Line() register.Line {
	key := ""
	if v.Campaign != 0 {
		key = VisitKey(v.Campaign, v.Unit)
	}
	return register.Line{
		Register: VisitRegister, Place: v.Place, Unit: v.Unit, Other: v.Visitor, Key: key, From: v.Day, About: v.Campaign, Amount: int64(len(v.Issues)),
	}
}
