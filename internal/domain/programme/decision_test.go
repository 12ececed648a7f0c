package programme_test

import (
	"testing"

	"huying/internal/domain/pack"
	"huying/internal/domain/programme"
)

// More than half of the seats, and two thirds about an appointment, at every
// size an organ may have.
func TestAQuorumIsMoreThanAShareOfTheSeats(t *testing.T) {
	for seats := 3; seats <= 99; seats++ {
		d := programme.Decision{Seats: seats}
		if got := d.Quorum(500); got != seats/2+1 {
			t.Errorf("half of %d seats: %d", seats, got)
		}
		if got := d.Quorum(666); got != (2*seats+2)/3 {
			t.Errorf("two thirds of %d seats: %d", seats, got)
		}
		if got := d.Quorum(999); got != seats {
			t.Errorf("all of %d seats: %d", seats, got)
		}
	}
	for kind, want := range map[programme.DecisionKind]pack.Limit{programme.Appointment: pack.QuorumAppointment, programme.LargeFunds: pack.Quorum} {
		if kind.Limit() != want {
			t.Errorf("%s goes by %s", kind, kind.Limit())
		}
	}
}
