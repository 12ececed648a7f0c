package programme

import (
	"fmt"
	"strconv"
	"time"

	"huying/internal/domain/calendar"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// Batch is what a coordination body hands over in one week (周交办, LH-02):
// flat, straight to the responsible unit. Serial counts the body's batches of
// a year without gaps.
type Batch struct {
	Body     string `json:"body"`
	District string `json:"district,omitempty"`
	Issued   int    `json:"issued"`
	Note     string `json:"note,omitempty"`
	Serial   int    `json:"serial"`
	Tasks    []Duty `json:"tasks"`
	Town     string `json:"town,omitempty"`
	Week     string `json:"week"` // such as 2024-W20
}

// Line is the record's line. The key keeps serials of a body and year apart.
func (b Batch) Line() register.Line {
	monday := 0
	if b.Issued != 0 {
		monday, _ = calendar.Week(b.Issued)
	}
	year := ""
	if len(b.Week) >= 4 {
		year = b.Week[:4]
	}
	return register.Line{
		Register: Batches, Place: at(b.District, b.Town), Unit: b.Body, Key: b.Body + "/" + year + "/" + strconv.Itoa(b.Serial),
		From: monday, To: b.Issued, Amount: int64(len(b.Tasks)),
	}
}

// Week returns the week of an instant as batches are numbered by.
func Week(t time.Time) string {
	year, week := t.In(ident.Zone).ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

func at(district, town string) territory.Address {
	return territory.Address{District: district, Town: town}
}
