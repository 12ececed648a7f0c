package app

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huying/internal/config"
	"huying/internal/desk/people"
	"huying/internal/fault"
	"huying/internal/tick"
)

// People returns the desk of who enters. Origin is the address by which
// browsers reach the server, where the settings name none.
// Faults: oidc.secret_unreadable.
func (o *Opened) People(cfg *config.Config, origin func() string) (*people.Desk, error) {
	in := cfg.Entry
	opts := people.Options{
		Key: o.Keys.Master.Derive("people"), Idle: in.Idle, Absolute: in.Absolute, Second: people.SecondFactor(in.Second),
		Origin: func() string {
			if in.PublicURL != "" {
				return in.PublicURL
			}
			return origin()
		},
	}
	if in.OIDC.Issuer != "" {
		secret, err := readSecret(in.OIDC.SecretFile)
		if err != nil {
			return nil, err
		}
		opts.SSO = &people.SSO{
			Issuer: in.OIDC.Issuer, Client: in.OIDC.Client, Secret: secret, Scopes: in.OIDC.Scopes, LoginClaim: in.OIDC.LoginClaim,
			NameClaim: in.OIDC.NameClaim, PostsClaim: in.OIDC.PostsClaim, Posts: in.OIDC.Posts, Create: in.OIDC.Create,
		}
		for _, post := range in.OIDC.Posts {
			if _, ok := o.Engine.City().Org.Post(post); !ok {
				return nil, fault.Field("oidc_posts", "post.unknown", post)
			}
		}
	}
	return people.New(o.Engine, opts)
}

// readSecret reads a file that holds one secret. No file is no secret: a public
// client has none, and proves itself by PKCE.
func readSecret(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	body, err := os.ReadFile(name)
	if err != nil || len(body) > 4096 {
		return "", fault.Field("oidc_secret_file", "oidc.secret_unreadable", name).Because(err)
	}
	return strings.TrimSpace(string(body)), nil
}

// Origin returns the address by which browsers reach the server: the one of
// the settings, else that which is listened on, by the name of this machine
// for itself, since passkeys are bound to names.
func (a *App) Origin() string {
	if a.Config.Entry.PublicURL != "" {
		return a.Config.Entry.PublicURL
	}
	scheme, rest, _ := strings.Cut(a.URL(), "://")
	host, port, err := net.SplitHostPort(rest)
	if err != nil {
		return a.URL()
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// doorkeeper forgets what has ended at the door long ago.
func (a *App) doorkeeper() tick.Task {
	return tick.Task{Name: "people", Every: time.Hour, Alone: true, Run: func(ctx context.Context, now time.Time) error {
		return a.People.Forget(ctx, now)
	}}
}

// DemoAccount is an account of a played city, for its page of sign-in.
type DemoAccount struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Post     string `json:"post"`
	Unit     string `json:"unit"`
}

// demoAccounts is the file in which a played city keeps its accounts.
const demoAccounts = "accounts.json"

// KeepDemoAccounts writes the accounts of a played city beside it. Fault:
// data.not_writable.
func KeepDemoAccounts(data string, list []DemoAccount) error {
	body, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return err
	}
	name := filepath.Join(data, demoAccounts)
	if err := os.WriteFile(name, append(body, '\n'), 0o600); err != nil {
		return fault.Field("data", "data.not_writable", name).Because(err)
	}
	return nil
}

// DemoAccounts returns the accounts of a played city. A directory that holds a
// real one has none, whatever lies in it.
func DemoAccounts(data string) []DemoAccount {
	if !Demo(data) {
		return nil
	}
	body, err := os.ReadFile(filepath.Join(data, demoAccounts))
	if err != nil {
		return nil
	}
	var list []DemoAccount
	if json.Unmarshal(body, &list) != nil {
		return nil
	}
	return list
}
