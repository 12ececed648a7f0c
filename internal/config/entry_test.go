package config

import (
	"path/filepath"
	"testing"
	"time"

	"huying/internal/fault"
)

func TestHowPeopleEnter(t *testing.T) {
	c, err := Load(Sources{File: "", Flags: map[string]string{
		"public_url": "https://huying.example.gov.cn/", "session_idle": "10m", "second_factor": "all", "oidc_issuer": "https://id.example.gov.cn/", "oidc_client": "huying",
		"oidc_scopes": "profile, roles", "oidc_posts_claim": "roles", "oidc_posts": "cg=440106-CG/HANDLER, sw = 440106-SW/HANDLER", "oidc_create": "on",
	}})
	if err != nil {
		t.Fatal(err)
	}
	e := c.Entry
	if e.PublicURL != "https://huying.example.gov.cn" || e.Idle != 10*time.Minute || e.Absolute != 12*time.Hour || e.Second != "all" {
		t.Errorf("%+v", e)
	}
	if o := e.OIDC; o.Issuer != "https://id.example.gov.cn/" || o.LoginClaim != "preferred_username" || len(o.Scopes) != 2 || o.Posts["sw"] != "440106-SW/HANDLER" || !o.Create {
		t.Errorf("%+v", o)
	}
	for name, tc := range map[string]struct {
		flags map[string]string
		want  string
	}{
		"no address":           {map[string]string{"public_url": "huying"}, "config.web_address_malformed"},
		"an issuer in clear":   {map[string]string{"oidc_issuer": "http://id.example.gov.cn", "oidc_client": "x"}, "config.web_address_malformed"},
		"an issuer alone":      {map[string]string{"oidc_issuer": "https://id.example.gov.cn"}, "config.value_missing"},
		"no pair":              {map[string]string{"oidc_posts": "cg"}, "config.pair_malformed"},
		"idle beyond the end":  {map[string]string{"session_idle": "10h", "session_absolute": "1h"}, "config.duration_out_of_range"},
		"idle without end":     {map[string]string{"session_idle": "240h"}, "config.duration_out_of_range"},
		"a factor that is not": {map[string]string{"second_factor": "never"}, "config.word_unknown"},
		"a file that is not":   {map[string]string{"oidc_secret_file": filepath.Join(t.TempDir(), "x")}, "config.file_missing"},
		"neither on nor off":   {map[string]string{"oidc_create": "yes"}, "config.word_unknown"},
	} {
		if _, err := Load(Sources{Flags: tc.flags}); fault.Code(err) != tc.want {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
}
