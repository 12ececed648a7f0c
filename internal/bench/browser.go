package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// browser is somebody at the pages: it keeps cookies as a browser does and asks
// for packed answers, but draws nothing.
type browser struct {
	addr   string
	kept   map[string]string
	client *http.Client
}

func newBrowser(addr string) *browser {
	return &browser{addr: addr, kept: map[string]string{}, client: &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}}
}

// cookies is the header of what is kept.
func (b *browser) cookies() string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(b.kept)) {
		out = append(out, name+"="+b.kept[name])
	}
	return strings.Join(out, "; ")
}

// answer is what came back, as it came.
type answer struct {
	status int
	packed bool
	body   []byte
}

// send sends one request. A form makes it a POST.
func (b *browser) send(ctx context.Context, path string, form url.Values) (*answer, error) {
	if err := loopback(b.addr); err != nil {
		return nil, err
	}
	method, text := http.MethodGet, form.Encode()
	if form != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+b.addr+path, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Cookie", b.cookies())
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, mostPage+1))
	if err = errors.Join(err, res.Body.Close()); err == nil && len(body) > mostPage {
		err = fmt.Errorf("bench: %s answers more than %d bytes", path, mostPage)
	}
	for _, c := range res.Cookies() {
		b.kept[c.Name] = c.Value
	}
	return &answer{res.StatusCode, res.Header.Get("Content-Encoding") == "gzip", body}, err
}

// mostPage bounds one answer.
const mostPage = 8 << 20

// signIn goes through the door as a person does, and chooses the post to act
// as.
func (b *browser) signIn(ctx context.Context, login, password, seat string) error {
	for _, form := range []struct {
		to     string
		fields url.Values
	}{
		{"/signin", url.Values{"login": {login}, "password": {password}}},
		{"/post", url.Values{"seat": {seat}}},
	} {
		got, err := b.send(ctx, form.to, form.fields)
		if err != nil {
			return err
		}
		if got.status != http.StatusSeeOther {
			page, err := got.text()
			return errors.Join(fmt.Errorf("bench: %s was answered %d %.2000s", form.to, got.status, page), err)
		}
	}
	return nil
}

// get returns a page and how many bytes it took.
func (b *browser) get(ctx context.Context, path string) (page []byte, packed int, err error) {
	got, err := b.send(ctx, path, nil)
	if err != nil {
		return nil, 0, err
	}
	if page, err = got.text(); err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("bench: %s was answered %d %.300s", path, got.status, page)
	}
	return page, len(got.body), err
}

// text returns the text of an answer.
func (a *answer) text() ([]byte, error) {
	if !a.packed {
		return a.body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, 4*mostPage))
}

// What a page names: assets that a browser loads with it, and matters.
var (
	namedAsset  = regexp.MustCompile(`(?:src|href)="(/static/[^"#]+)`)
	namedMatter = regexp.MustCompile(`href="/desk/(\d{8}-[0-9A-Z]{7}-[0-9A-Z])`)
)

// firstLoad returns the bytes that come to a browser which has nothing yet: the
// page and every asset it names, once each.
func (b *browser) firstLoad(ctx context.Context, path string) (int, error) {
	page, total, err := b.get(ctx, path)
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for _, m := range namedAsset.FindAllSubmatch(page, -1) {
		name := html.UnescapeString(string(m[1]))
		if seen[name] {
			continue
		}
		seen[name] = true
		_, packed, err := b.get(ctx, name)
		if err != nil {
			return 0, err
		}
		total += packed
	}
	if len(seen) < 2 {
		return 0, fmt.Errorf("bench: %s names no stylesheet and script", path)
	}
	return total, nil
}

// matters returns the numbers of matters that the desk shows.
func (b *browser) matters(ctx context.Context) ([]string, error) {
	var out []string
	for _, path := range []string{"/desk", "/desk?tab=all"} {
		page, _, err := b.get(ctx, path)
		if err != nil {
			return nil, err
		}
		for _, m := range namedMatter.FindAllSubmatch(page, -1) {
			if no := string(m[1]); !slices.Contains(out, no) {
				out = append(out, no)
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("bench: the busiest desk shows no matter")
	}
	return out, nil
}

// firstLoads measures what comes to a browser at first: the desk, and the
// larger of the two screens with the map of the city.
func (w *pages) firstLoads(ctx context.Context) error {
	kb := func(b *browser, path string) (float64, error) {
		n, err := b.firstLoad(ctx, path)
		return float64(n) / 1000, err
	}
	var err error
	if w.out.FirstLoadKB, err = kb(w.browsers[0], "/desk"); err != nil {
		return err
	}
	for _, path := range []string{"/wall", "/centre"} {
		n, err := kb(w.browsers[min(1, len(w.browsers)-1)], path)
		if err != nil {
			return err
		}
		w.out.FirstMapKB = max(w.out.FirstMapKB, n)
	}
	return nil
}
