package frame

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"huying/internal/web/asset"
)

// kept is one asset in the form it is sent in.
type kept struct {
	body, packed []byte
	media, hash  string
}

// assets are read and packed once; browsers keep each by the hash in its
// address for as long as they like.
var assets = sync.OnceValue(func() map[string]kept {
	out := map[string]kept{}
	names, err := fs.Glob(asset.FS, "*")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		body, err := fs.ReadFile(asset.FS, name)
		if err != nil {
			panic(err) // it is part of the program
		}
		sum := sha256.Sum256(body)
		k := kept{body: body, media: mediaOf(name), hash: hex.EncodeToString(sum[:6])}
		if !strings.HasPrefix(k.media, "image/png") && !strings.HasPrefix(k.media, "font/") {
			var b bytes.Buffer
			z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
			if err != nil {
				panic(err)
			}
			if _, err := z.Write(body); err != nil {
				panic(err)
			}
			if err := z.Close(); err != nil {
				panic(err)
			}
			k.packed = b.Bytes()
		}
		out[name] = k
	}
	return out
})

func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// assetURL is the address of an asset, which changes with its content.
func assetURL(name string) string { return "/static/" + name + "?" + assets()[name].hash }

func (f *Frame) static(w http.ResponseWriter, r *http.Request) {
	k, ok := assets()[r.PathValue("file")]
	h := w.Header()
	secure(h, "")
	if !ok {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	h.Set("Content-Type", k.media)
	h.Set("Cache-Control", "no-cache")
	if r.URL.RawQuery == k.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	body := k.body
	if k.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = k.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		f.o.Log.Debug("an asset was not delivered", "error", err)
	}
}

func utf16of(c rune) []uint16 { return utf16.AppendRune(nil, c) }
