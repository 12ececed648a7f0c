package pack

// Chore is one kind of task that every grid does again and again (YT-36).
type Chore struct {
	Code    string
	Name    string
	NameEN  string
	Cadence string // DAILY, WEEKLY, MONTHLY, QUARTERLY
	Basis   string
}

var choreShape = shape{must: []string{"code", "name", "cadence", "basis"}, may: []string{"name_en"}, most: 50}

// chores reads chores.csv: the tasks of a grid, in the order of its board.
func (l *layer) chores() []Chore {
	var out []Chore
	l.table(choresFile, choreShape, func(r row) {
		c := Chore{
			Code: r.must("code"), Name: r.must("name"), NameEN: r.text("name_en"), Cadence: r.one("cadence", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY"),
			Basis: r.must("basis"),
		}
		if c.NameEN == "" {
			c.NameEN = c.Name
		}
		out = append(out, c)
	})
	return out
}
