package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"net/http"

	"github.com/disintegration/imaging"

	"huying/internal/domain/access"
	"huying/internal/engine"
	"huying/internal/fault"
	"huying/internal/store"
)

// MaxEvidence is the largest file that is taken, in bytes.
const MaxEvidence = 20 << 20

// maxPixels bounds what a picture may unpack to.
const maxPixels = 60_000_000

// Stored is a kept file.
type Stored struct {
	Hash  string `json:"hash" doc:"SHA-256 in lower-case hex; cite it in the answer"`
	Media string `json:"media"`
	Size  int64  `json:"size"`
}

// the media types that are taken, by what the bytes are, not by what the
// sender says.
var media = map[string]bool{
	"image/jpeg": true, "image/png": true, "application/pdf": true, "audio/mpeg": true, "audio/wave": true,
	"video/mp4": true, "text/plain; charset=utf-8": true,
}

// KeepEvidence keeps a file and returns its hash. A picture is turned upright
// and encoded anew, so that it carries no place, time or device of whoever
// took it. The same bytes are kept once. Faults: evidence.empty,
// evidence.too_large, evidence.media_refused, evidence.picture_broken.
func (d *Desk) KeepEvidence(ctx context.Context, cmd engine.Command, district string, body []byte) (*Stored, error) {
	if len(body) == 0 {
		return nil, fault.Field("file", "evidence.empty")
	}
	if len(body) > MaxEvidence {
		return nil, fault.New(fault.TooLarge, "evidence.too_large", MaxEvidence>>20).In("file")
	}
	if err := access.Allow(cmd.Actor, access.RaiseCall, access.Subject{Place: d.e.City().Territory.Address(district)}); err != nil {
		return nil, err
	}
	kind := http.DetectContentType(body)
	if !media[kind] {
		return nil, fault.Field("file", "evidence.media_refused", kind)
	}
	if kind == "image/jpeg" || kind == "image/png" {
		var err error
		if body, err = clean(body); err != nil {
			return nil, err
		}
		kind = "image/jpeg"
	}
	sum := sha256.Sum256(body)
	out := &Stored{Hash: hex.EncodeToString(sum[:]), Media: kind, Size: int64(len(body))}
	return out, d.e.Write(ctx, cmd.At, "keep_evidence", func(tx *store.Tx) error {
		return tx.Queue(`INSERT INTO evidence (district, hash, media, size, at, by_post, body) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (district, hash) DO NOTHING`, d.e.City().Root, out.Hash, kind, out.Size, tx.Now().UnixMicro(), cmd.Actor.ID, body)
	})
}

// clean decodes a picture, turns it upright and encodes it anew.
func clean(body []byte) ([]byte, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil || size.Width*size.Height > maxPixels {
		return nil, fault.Field("file", "evidence.picture_broken").Because(err)
	}
	img, err := imaging.Decode(bytes.NewReader(body), imaging.AutoOrientation(true))
	if err != nil {
		return nil, fault.Field("file", "evidence.picture_broken").Because(err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, fault.Field("file", "evidence.picture_broken").Because(err)
	}
	return out.Bytes(), nil
}

// Evidence returns a kept file to an actor that may see a matter which cites
// it. Fault: evidence.unknown.
func (d *Desk) Evidence(ctx context.Context, s *engine.State, hash string) (*Stored, []byte, error) {
	cited := false
	for _, o := range s.Orders {
		for _, a := range o.Answers {
			for _, e := range a.Evidence {
				cited = cited || e.Hash == hash
			}
		}
	}
	if !cited {
		return nil, nil, fault.New(fault.NotFound, "evidence.unknown")
	}
	out := &Stored{Hash: hash}
	var body []byte
	err := d.e.DB().Read(ctx, func(v *store.View) error {
		return v.Row(`SELECT media, size, body FROM evidence WHERE district = ? AND hash = ?`, d.e.City().Root, hash).Scan(&out.Media, &out.Size, &body)
	})
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil, fault.New(fault.NotFound, "evidence.unknown")
	}
	return out, body, err
}
