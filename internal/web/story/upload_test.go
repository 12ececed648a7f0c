package story_test

import (
	"bytes"
	"image/jpeg"
	"mime/multipart"
	"strings"
	"testing"

	"huying/internal/domain/org"
	"huying/internal/web/webtest"
)

// upload sends a file the way the page does.
func (c city) upload(post, name string, body []byte) webtest.Reply {
	c.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		c.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.Do(c.t, "POST", post, "/evidence", &form, map[string]string{"Content-Type": w.FormDataContentType(), "HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
}

// located is a picture that says where it was taken.
func located(t *testing.T) []byte {
	t.Helper()
	body := photo(t)
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08GPSLatitude 23.1291 Maker SecretCamera")
	segment := append([]byte{0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...)
	return append(append(append([]byte{}, body[:2]...), segment...), body[2:]...)
}

func TestUploads(t *testing.T) {
	c := open(t)
	post := c.post(bureau, org.Handler)
	r := c.upload(post, `C:\照片\清扫后.jpg`, located(t))
	if r.Status != 200 || !r.Has(`name="evidence_hash"`) || !r.Has(`name="evidence_name" value="清扫后.jpg"`) || !r.Has(`<option value="PHOTO">`) {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	for name, x := range map[string]struct {
		file string
		body []byte
		want string
		says string
	}{
		"40 MB":                    {"大.jpg", make([]byte, 40<<20), "evidence.too_large", "附件太大，最多 20 MB"},
		"nothing":                  {"空.jpg", nil, "evidence.empty", "附件是空的"},
		"a program called a photo": {"照片.jpg", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), "evidence.not_as_named", "内容和名字不符"},
		"a page called a photo":    {"照片.jpg", []byte("<html><script>alert(1)</script>"), "evidence.not_as_named", "内容和名字不符"},
		"a program":                {"工具.exe", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), "evidence.media_refused", "不能上传这种文件"},
		"half a photo":             {"照片.jpg", located(t)[:60], "evidence.picture_broken", "图片打不开"},
	} {
		if r := c.upload(post, x.file, x.body); r.Status < 400 || r.Status >= 500 || !code(r, x.want) || !r.Has(x.says) {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if r := c.upload("", "照片.jpg", photo(t)); r.Status != 401 {
		t.Errorf("nobody: %d", r.Status)
	}
	if r := c.upload(c.post("440100-SJJ", org.Auditor), "照片.jpg", photo(t)); r.Status != 403 {
		t.Errorf("an auditor: %d", r.Status)
	}
}

// A photo loses where and with what it was taken.
func TestAPhotoLosesItsPlace(t *testing.T) {
	c := open(t)
	no, order := c.ordered("路面有泥沙")
	hash := c.responds(bureau, order, "已清扫")
	r := c.Get(t, c.dispatcher(), "/matters/"+no.Number()+"/evidence/"+hash)
	if strings.Contains(r.Body, "Exif") || strings.Contains(r.Body, "SecretCamera") {
		t.Error("the picture still says where it was taken")
	}
	if _, err := jpeg.Decode(strings.NewReader(r.Body)); err != nil {
		t.Error(err)
	}
}
