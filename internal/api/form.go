package api

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"

	"huying/internal/fault"
)

// firstFile returns the first file of a form.
func firstFile(body []byte, boundary string) ([]byte, error) {
	form := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, fault.Field("file", "evidence.empty")
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "body.broken_off").Because(err)
		}
		if part.FileName() == "" {
			continue
		}
		out, err := io.ReadAll(part)
		if err != nil {
			return nil, fault.New(fault.Invalid, "body.broken_off").Because(err)
		}
		return out, nil
	}
}
