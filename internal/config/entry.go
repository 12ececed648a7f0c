package config

import (
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"huying/internal/fault"
)

// Entry is how people enter.
type Entry struct {
	PublicURL string        // by which browsers reach the server; "" follows the address that is listened on
	Idle      time.Duration // a session without use ends
	Absolute  time.Duration // a session ends in any case
	Second    string        // who needs a second factor: optional, admins or all
	OIDC      OIDC
}

// OIDC is single sign-on; an empty Issuer means there is none.
type OIDC struct {
	Issuer, Client, SecretFile        string
	Scopes                            []string
	LoginClaim, NameClaim, PostsClaim string
	Posts                             map[string]string // value of the claim → code of a post
	Create                            bool
}

// The bounds of sessions.
const (
	shortestIdle, longestIdle         = time.Minute, 24 * time.Hour
	shortestSession, longestSession   = 5 * time.Minute, 30 * 24 * time.Hour
	longestAddress                    = 200
	oidcIssuer, oidcClient, oidcPosts = "oidc_issuer", "oidc_client", "oidc_posts"
)

var entrySettings = []setting{
	{key: "public_url", zh: "浏览器访问本系统的地址，如 https://huying.example.gov.cn", en: "address by which browsers reach the server, such as https://huying.example.gov.cn",
		set: func(c *Config, s string) error { return webAddress("public_url", s, &c.Entry.PublicURL) }},
	{key: "session_idle", usual: "30m", zh: "多久不用就要重新登录", en: "a session ends after so long without use",
		set: func(c *Config, s string) error {
			return duration("session_idle", s, shortestIdle, longestIdle, &c.Entry.Idle)
		}},
	{key: "session_absolute", usual: "12h", zh: "登录最长有效时间", en: "a session ends after so long in any case",
		set: func(c *Config, s string) error {
			return duration("session_absolute", s, shortestSession, longestSession, &c.Entry.Absolute)
		}},
	{key: "second_factor", usual: "admins", zh: "谁必须用第二重验证：optional 自愿、admins 管理员、all 所有人", en: "who needs a second factor: optional, admins or all",
		set: func(c *Config, s string) error {
			return oneOf("second_factor", s, &c.Entry.Second, "optional", "admins", "all")
		}},
	{key: oidcIssuer, zh: "单点登录（OIDC）的签发方地址，空为不用", en: "issuer of single sign-on (OIDC); empty: none",
		set: func(c *Config, s string) error { return webAddress(oidcIssuer, s, &c.Entry.OIDC.Issuer) }},
	{key: oidcClient, zh: "单点登录的客户端编号", en: "client id at the issuer",
		set: func(c *Config, s string) error { c.Entry.OIDC.Client = s; return nil }},
	{key: "oidc_secret_file", zh: "存放单点登录客户端密钥的文件", en: "file that holds the client secret",
		set: func(c *Config, s string) error { c.Entry.OIDC.SecretFile = s; return nil }},
	{key: "oidc_scopes", usual: "profile", list: true, zh: "除 openid 外要求的范围", en: "scopes asked for beside openid",
		set: func(c *Config, s string) error { c.Entry.OIDC.Scopes = words(s); return nil }},
	{key: "oidc_login_claim", usual: "preferred_username", zh: "作为登录名的声明", en: "claim that is a login here",
		set: func(c *Config, s string) error {
			c.Entry.OIDC.LoginClaim = s
			return present("oidc_login_claim", s)
		}},
	{key: "oidc_name_claim", usual: "name", zh: "作为姓名的声明", en: "claim that is a person's name",
		set: func(c *Config, s string) error { c.Entry.OIDC.NameClaim = s; return nil }},
	{key: "oidc_posts_claim", zh: "决定岗位的声明，空为由安全管理员授予岗位", en: "claim from which seats follow; empty: the security administrator gives them",
		set: func(c *Config, s string) error { c.Entry.OIDC.PostsClaim = s; return nil }},
	{key: oidcPosts, list: true, zh: "声明的值对应的岗位，如 cg=440106-CG/HANDLER，用逗号分隔", en: "posts by value of the claim, such as cg=440106-CG/HANDLER, with commas",
		set: func(c *Config, s string) error { return pairs(oidcPosts, s, &c.Entry.OIDC.Posts) }},
	{key: "oidc_create", usual: "off", zh: "首次单点登录时自动建账号：on 或 off", en: "make accounts at the first single sign-on: on or off",
		set: func(c *Config, s string) error {
			var word string
			err := oneOf("oidc_create", s, &word, "on", "off")
			c.Entry.OIDC.Create = word == "on"
			return err
		}},
}

// webAddress wants an address of a server. In the clear it is one of this
// machine.
func webAddress(key, s string, to *string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(s) > longestAddress || u.Scheme != "https" && (u.Scheme != "http" || key == oidcIssuer && !loopback(u.Hostname())) {
		return fault.Field(key, "config.web_address_malformed", s)
	}
	*to = strings.TrimSuffix(s, "/")
	if key == oidcIssuer {
		*to = s // an issuer is compared letter by letter
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// pairs reads "value=post, value=post".
func pairs(key, s string, to *map[string]string) error {
	out := map[string]string{}
	var wrong fault.List
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		value, post, ok := strings.Cut(part, "=")
		if value, post = strings.TrimSpace(value), strings.TrimSpace(post); !ok || value == "" || post == "" {
			wrong.Add(fault.Field(key, "config.pair_malformed", part))
			continue
		}
		out[value] = post
	}
	*to = out
	return wrong.Err()
}

// checkEntry checks what goes together.
func (l *loader) checkEntry() {
	o := l.c.Entry.OIDC
	if o.Issuer != "" && o.Client == "" {
		l.wrong.Add(missing(oidcClient))
	}
	if l.c.Entry.Idle > l.c.Entry.Absolute {
		l.wrong.Add(fault.Field("session_idle", "config.duration_out_of_range", l.c.Entry.Idle.String(), shortestIdle, l.c.Entry.Absolute))
	}
	if o.SecretFile != "" {
		if _, err := os.Stat(o.SecretFile); err != nil {
			l.wrong.Add(fault.Field("oidc_secret_file", "config.file_missing", o.SecretFile))
		}
	}
}
