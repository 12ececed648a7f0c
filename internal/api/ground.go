package api

import (
	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

func groundDesk(s *server) *ground.Desk { return s.Ground }

func groundRoutes() []Route {
	return []Route{
		{get, "/grid-changes", "list-grid-changes", staff, access.ReadGround, "列出网格调整", "List the changes of grids", handle(gridChanges)},
		{post, "/grid-changes/preview", "preview-grid-change", staff, access.PlanGround, "预览网格调整", "See what a change of grids would do", handle(previewChange)},
		{post, "/grid-changes", "plan-grid-change", staff, access.PlanGround, "拟定网格拆分或合并", "Plan a split or merge of grids", enter(groundDesk, (*ground.Desk).PlanChange)},
		{post, "/grid-changes/{no}/confirm", "confirm-grid-change", staff, access.AffirmGround, "复核网格调整", "Confirm a change of grids, as another person", amend(groundDesk, (*ground.Desk).ConfirmChange)},
		{post, "/grid-changes/{no}/drop", "drop-grid-change", staff, access.PlanGround, "撤销网格调整", "Take a change of grids back", amend(groundDesk, (*ground.Desk).DropChange)},
	}
}

// GridChange is a split or merge of grids.
type GridChange struct {
	Kind      string            `json:"kind"`
	Day       int               `json:"day" doc:"The day it begins, such as 20260701"`
	Grids     []string          `json:"grids"`
	Heirs     []string          `json:"heirs" doc:"Codes of the new grids"`
	Open      int               `json:"open" doc:"Matters that were open in the old grids when it was planned; they keep their grid"`
	Place     territory.Address `json:"place"`
	Reason    string            `json:"reason"`
	Status    string            `json:"status"`
	Planned   string            `json:"planned_by"`
	Confirmed string            `json:"confirmed_by,omitempty"`
}

func showChange(c grid.Change) GridChange {
	return GridChange{c.Kind, c.Day, c.Grids, c.Heirs, c.Open, c.Place, c.Reason, c.Status, c.PlannedBy, c.ConfirmedBy}
}

func gridChanges(r *request, in Paging) (*Page[Kept[GridChange]], error) {
	return records(r, in, "grid-changes", func(before ident.ID, n int) ([]register.Record[grid.Change], error) {
		return r.s.Ground.Changes(r.ctx, r.actor, before, n)
	}, showChange)
}

// ChangePreview is what a change of grids would do.
type ChangePreview struct {
	Change  GridChange `json:"change"`
	Before  []Place    `json:"before"`
	After   []Place    `json:"after"`
	Matters []string   `json:"matters" doc:"The oldest open matters in the old grids, at most 100"`
}

func previewChange(r *request, in ground.NewChange) (*ChangePreview, error) {
	p, err := r.s.Ground.PreviewChange(r.ctx, r.actor, in, r.now)
	if err != nil {
		return nil, err
	}
	out := &ChangePreview{Change: showChange(p.Change), Before: []Place{}, After: []Place{}, Matters: []string{}}
	for _, x := range p.Before {
		out.Before = append(out.Before, placeView(x))
	}
	for _, x := range p.After {
		out.After = append(out.After, placeView(x))
	}
	for _, id := range p.Matters {
		out.Matters = append(out.Matters, id.Number())
	}
	return out, nil
}
