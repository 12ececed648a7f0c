package story_test

import (
	"os"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

func TestPDF(t *testing.T) {
	h := webtest.Open(t)
	post := h.Post(t, "440106-ZH", org.Dispatcher)
	r := h.Get(t, post, "/matters/"+pick(t, h, post, "CLOSED")+"/pdf")
	if r.Status != 200 || r.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%d %v %.400s", r.Status, r.Header, r.Body)
	}
	os.WriteFile("/tmp/font/x.pdf", []byte(r.Body), 0o644)
}
