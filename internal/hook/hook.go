// Package hook gives results back to the systems the calls came from (domain
// part YT-33): one closed loop over several platforms. It carries the engine's
// parcels to the address configured for their inlet, signs them, and tries
// again until they arrive or a day has passed. It decides nothing and knows no
// matter but what the parcel says.
package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"huying/internal/engine"
	"huying/internal/ident"
)

// Target is where the results of one inlet's calls go. Secret signs them.
type Target struct {
	URL    string
	Secret string
}

// Result is what is sent, as JSON.
type Result struct {
	No        string    `json:"no"`         // our number of the matter
	Source    string    `json:"source"`     // inlet
	SourceRef string    `json:"source_ref"` // their number of the call
	Code      string    `json:"code"`       // of the notice, such as notice.closed
	Status    string    `json:"status"`     // of the matter now
	Args      []any     `json:"args"`
	At        time.Time `json:"at"`
}

// The headers of a delivery. The signature is "sha256=" and the hexadecimal
// HMAC-SHA256 over the timestamp, a dot and the body. A delivery that comes
// twice has the same idempotency key.
const (
	SignatureHeader = "Huying-Signature"
	TimestampHeader = "Huying-Timestamp" // seconds since 1970
	KeyHeader       = "Idempotency-Key"
)

const (
	batch    = 20
	atOnce   = 4
	timeout  = 10 * time.Second
	lease    = time.Minute
	firstTry = 10 * time.Second // the pause after the first failure; it doubles
	longest  = time.Hour
	patience = 24 * time.Hour
	maxReply = 4 << 10
)

// Carrier carries parcels. It is safe for concurrent use.
type Carrier struct {
	engine  *engine.Engine
	targets map[string]Target
	client  *http.Client
	log     *slog.Logger
}

// New returns a carrier to the given targets, by inlet. It sends to these
// addresses alone: it follows no redirect. Without a target the results of an
// inlet fail, since a pack that says they are returned is then not kept to.
func New(e *engine.Engine, targets map[string]Target, log *slog.Logger) (*Carrier, error) {
	for inlet, t := range targets {
		u, err := url.Parse(t.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
			return nil, fmt.Errorf("hook: the address for %s is no http or https address", inlet)
		}
		if t.Secret == "" {
			return nil, fmt.Errorf("hook: %s has no secret", inlet)
		}
	}
	if log == nil {
		log = slog.Default()
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: atOnce, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: 16 << 10,
	}
	return &Carrier{engine: e, targets: targets, log: log, client: &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Run carries what is due at an instant, a few at once, and returns how many
// parcels it took; zero means that nothing is due. One that cannot be
// delivered is noted and is no error.
func (c *Carrier) Run(ctx context.Context, now time.Time) (int, error) {
	parcels, err := c.engine.Carry(ctx, now, batch, lease)
	if err != nil {
		return 0, err
	}
	var wait sync.WaitGroup
	errs := make([]error, len(parcels))
	turn := make(chan struct{}, atOnce)
	for i, p := range parcels {
		turn <- struct{}{}
		wait.Go(func() {
			defer func() { <-turn }()
			errs[i] = c.carry(ctx, p, now)
		})
	}
	wait.Wait()
	return len(parcels), errors.Join(errs...)
}

// carry delivers one parcel and notes what became of it.
func (c *Carrier) carry(ctx context.Context, p engine.Parcel, now time.Time) error {
	why := c.deliver(ctx, p, now)
	if why == nil {
		return c.engine.Carried(ctx, p)
	}
	if ctx.Err() != nil {
		return nil // we are stopping: the lease brings it back
	}
	next := now.Add(pause(p.Tries))
	if next.Sub(p.At) > patience {
		next = time.Time{}
	}
	c.log.LogAttrs(ctx, slog.LevelWarn, "result not delivered", slog.String("inlet", p.Source), slog.Int("tries", p.Tries+1),
		slog.Bool("given_up", next.IsZero()), slog.String("error", why.Error()))
	return c.engine.CarryFailed(ctx, p, why, next)
}

// pause is how long to wait after so many failures and one more.
func pause(tries int) time.Duration {
	d := firstTry
	for range min(tries, 20) {
		d *= 2
	}
	return min(d, longest)
}

// deliver sends one parcel. Any 2xx says that it arrived.
func (c *Carrier) deliver(ctx context.Context, p engine.Parcel, now time.Time) error {
	target, ok := c.targets[p.Source]
	if !ok {
		return fmt.Errorf("inlet %s has no address to return results to", p.Source)
	}
	args := p.Args
	if args == nil {
		args = []any{}
	}
	body, err := json.Marshal(Result{
		No: p.Matter.Number(), Source: p.Source, SourceRef: p.SourceRef, Code: p.Code, Status: string(p.Status), Args: args, At: p.At.In(ident.Zone),
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address cannot be called")
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "huying")
	req.Header.Set(KeyHeader, fmt.Sprintf("%s-%d-%d", p.Matter.Number(), p.Seq, p.N))
	req.Header.Set(TimestampHeader, stamp)
	req.Header.Set(SignatureHeader, Sign(target.Secret, stamp, body))
	res, err := c.client.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err // the address may hold a secret of the receiver
		}
		return err
	}
	defer res.Body.Close() //nolint:errcheck // nothing follows from it: the reply has been read
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxReply)); err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the receiver answered %d", res.StatusCode)
	}
	return nil
}

// Sign returns the signature of a delivery, for receivers and tests.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
