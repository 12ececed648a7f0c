package bench

import (
	"context"
	"time"

	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/numbers"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
	"huying/internal/domain/matter"
)

// wall returns the readings of a dispatcher's tabs and filtered queue, of the
// lists of a supervisor, and of what a wall screen shows.
func (c *city) wall(who readers) []reading {
	in, out, over, num := intake.New(c.Engine), dispatch.New(c.Engine), supervision.New(c.Engine), numbers.New(c.Engine)
	root := c.Engine.City().Root
	marks := func(by access.Actor, f supervision.MarkFilter) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := over.Marks(ctx, by, f, supervision.MarkKey{}, rows)
			return len(got) + 1, err // a played city may have none of a kind
		}
	}
	cards := []matter.MarkKind{matter.MarkRed, matter.MarkYellow, matter.MarkBlue}
	loads := func(place string) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) {
			got, err := num.Loads(ctx, who.city, place)
			return len(got), err
		}
	}
	return []reading{
		{"queue_filtered", func(ctx context.Context) (int, error) {
			got, err := in.Queue(ctx, who.holder, c.holder, intake.QueueFilter{Status: "ORDERED", Text: "噪音", Colour: "RED"}, time.Time{}, 0, rows)
			return len(got) + 1, err
		}},
		{"tabs", func(ctx context.Context) (int, error) {
			got, err := out.Tabs(ctx, who.holder, c.holder)
			if err != nil {
				return 0, err
			}
			return int(got.Held), nil
		}},
		{"cards_city", marks(who.city, supervision.MarkFilter{Kinds: cards})},
		{"cards_town", marks(who.city, supervision.MarkFilter{Kinds: cards, Place: c.town})},
		{"late_unit", marks(who.debtor, supervision.MarkFilter{Kinds: []matter.MarkKind{matter.MarkLate}, About: c.debtor, Oldest: true})},
		{"loads_city", loads(root)}, {"loads_town", loads(c.town)},
		{"teams_city", func(ctx context.Context) (int, error) {
			got, err := num.Teams(ctx, who.city, root)
			return len(got), err
		}},
		{"soon_city", func(ctx context.Context) (int, error) {
			got, err := num.Soon(ctx, who.city, root, c.until, 48*time.Hour, rows)
			return len(got) + 1, err
		}},
		{"recent_town", func(ctx context.Context) (int, error) {
			got, err := num.Recent(ctx, who.city, c.town, 20)
			return len(got) + 1, err
		}},
	}
}
