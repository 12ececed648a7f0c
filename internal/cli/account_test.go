package cli

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"huying/internal/app"
)

func TestAccountsOnTheMachine(t *testing.T) {
	p := newPlace(t)
	var first struct{ Link string }
	p.document(&first, exitOK, "admin", "invite")
	if !strings.HasPrefix(first.Link, "http://localhost:0/invite/") {
		t.Errorf("%+v", first)
	}
	var made struct{ Login, Link string }
	p.document(&made, exitOK, "account", "new", "--login", "Liu.XY", "--name", "刘晓燕", "--public-url", "https://huying.example.gov.cn/")
	if made.Login != "liu.xy" || !strings.HasPrefix(made.Link, "https://huying.example.gov.cn/invite/") {
		t.Errorf("%+v", made)
	}
	p.wantText("accounts.exist", exitFailed, "admin", "invite")
	p.wantText("account.unknown", exitFailed, "admin", "invite", "--login", "nobody")
	p.wantText("login.taken", exitFailed, "account", "new", "--login", "liu.xy", "--name", "x")
	p.wantText("post.unknown", exitFailed, "account", "seat", "liu.xy", "NOBODY")
	p.wantText("invited", exitOK, "account", "list")
	p.want(exitOK, "account", "disable", "liu.xy")
	p.wantText("disabled", exitOK, "account", "list")
	var again struct{ Link string }
	p.document(&again, exitOK, "admin", "invite", "--login", "liu.xy")
	if again.Link == "" {
		t.Error("no link")
	}
}

func TestThePlayedCityHasAccountsAndARealOneHasNone(t *testing.T) {
	p := newPlace(t)
	p.want(exitOK, "demo", "--once", "--matters", "20", "--days", "2", "--pack", "guangzhou", "--data", "played")
	list := app.DemoAccounts("played")
	var logins []string
	for _, a := range list {
		logins = append(logins, a.Login)
		if a.Post == "" || a.Password == "" {
			t.Errorf("%+v", a)
		}
	}
	want := []string{"town", "district", "city", "hotline", "department", "community", "grid", "supervisor", "leader", "assessor", "organiser", "legal", "system", "security", "audit"}
	if !slices.Equal(logins, want) {
		t.Errorf("%v", logins)
	}
	body, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("real", 0o700); err != nil {
		t.Fatal(err)
	}
	p.write("real/accounts.json", string(body))
	if got := app.DemoAccounts("real"); got != nil {
		t.Errorf("a real city shows %v", got)
	}
}
