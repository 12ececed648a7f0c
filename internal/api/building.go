package api

import (
	"bytes"

	"huying/internal/desk/exchange"
	"huying/internal/desk/ground"
	"huying/internal/domain/access"
	"huying/internal/domain/grid"
	"huying/internal/domain/register"
	"huying/internal/domain/territory"
	"huying/internal/ident"
)

// buildingRoutes are the register of buildings with their contact posts.
func buildingRoutes() []Route {
	return []Route{
		{get, "/buildings", "list-buildings", staff, access.ReadGround, "列出楼栋和联络岗位", "List buildings with their contact posts", handle(buildings)},
		{post, "/buildings", "add-building", staff, access.FillGround, "登记楼栋", "Register a building", enter(groundDesk, (*ground.Desk).AddBuilding)},
		{post, "/buildings/import", "import-buildings", staff, access.FillGround, "从表格导入楼栋", "Import buildings from a file", handle(importBuildings).upload().created()},
		{post, "/buildings/{no}/contact", "set-building-contact", staff, access.FillGround, "确定楼栋联络岗位", "Give a building its contact post", amend(groundDesk, (*ground.Desk).SetContact)},
		{post, "/buildings/{no}/vacate", "clear-building-contact", staff, access.FillGround, "楼栋联络岗位空缺", "Leave a building without a contact post", amend(groundDesk, (*ground.Desk).ClearContact)},
		{post, "/buildings/{no}/end", "end-building", staff, access.FillGround, "注销楼栋", "Take a building off the register", amend(groundDesk, (*ground.Desk).EndBuilding)},
		{get, "/public/contacts", "public-contacts", public, "", "楼栋联络岗位公示", "The public notice of contact posts", handle(contactBoard)},
	}
}

// Building is a building with its contact post, as anybody may know it.
type Building struct {
	Code  string            `json:"code"`
	Name  string            `json:"name"`
	Grid  string            `json:"grid"`
	Place territory.Address `json:"place"`
	Post  string            `json:"post,omitempty" doc:"Its contact post, never a person; none: a gap"`
	Phone string            `json:"phone,omitempty" doc:"Of the duty"`
	Ended int               `json:"ended,omitempty" doc:"The last day it was on the register"`
}

func showBuilding(b grid.Building) Building {
	out := Building{Code: b.Code, Name: b.Name, Grid: b.Grid, Place: b.Place, Ended: b.To}
	if c := b.Contact; c != nil {
		out.Post, out.Phone = c.Post, c.Phone
	}
	return out
}

func buildings(r *request, in TownPaging) (*Page[Kept[Building]], error) {
	return records(r, in.Paging, "buildings", func(before ident.ID, n int) ([]register.Record[grid.Building], error) {
		return r.s.Ground.Buildings(r.ctx, r.actor, in.Town, before, n)
	}, showBuilding)
}

// BuildingFile is what the address of an upload says of the file.
type BuildingFile struct {
	Town  string `json:"town" minLength:"1" maxLength:"64"`
	File  string `json:"file" minLength:"1" maxLength:"200" doc:"Name of the file; it tells CSV from XLSX. Its columns are code, name, grid, post and phone"`
	Sheet string `json:"sheet,omitempty" maxLength:"100" doc:"Sheet of a workbook; empty: the first"`
}

// mostBuildingFile bounds a file of buildings, in bytes.
const mostBuildingFile = 4 << 20

func importBuildings(r *request, in BuildingFile) (*Entered, error) {
	cmd, err := r.commandOnly()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := r.body(&buf, mostBuildingFile); err != nil {
		return nil, err
	}
	table, err := exchange.ReadTable(&buf, in.File, in.Sheet, grid.MostBuildings)
	if err != nil {
		return nil, err
	}
	list := ground.Import{Town: in.Town}
	for _, row := range table {
		list.Rows = append(list.Rows, grid.Row(row))
	}
	return r.entered(r.s.Ground.ImportBuildings(r.ctx, cmd, list))
}

// Contacts is the public notice of a town.
type Contacts struct {
	Items []Building `json:"items"`
}

func contactBoard(r *request, in InTown) (*Contacts, error) {
	list, err := r.s.Ground.Contacts(r.ctx, in.Town)
	out := &Contacts{Items: []Building{}}
	for _, b := range list {
		out.Items = append(out.Items, showBuilding(b))
	}
	return out, err
}
