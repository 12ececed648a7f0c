package people

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huying/internal/domain/access"
	"huying/internal/fault"
)

// mostCSV bounds a file of accounts.
const mostCSV = 4 << 20

// csvColumns are the columns of a file of accounts, with the words people put
// at their heads.
var csvColumns = map[string][]string{
	"name":  {"name", "姓名"},
	"login": {"login", "登录名", "账号", "帐号"},
	"posts": {"posts", "post", "岗位", "岗位代码"},
}

// Import makes the accounts of a CSV file with the columns name, login and
// posts (codes with semicolons between them), all or none, and returns their
// invitations in the order of the file. A fault names the row, the first after
// the head being 1. Faults: accounts.file_* and
// those of MakeAll.
func (d *Desk) Import(ctx context.Context, by By, file io.Reader, now time.Time) ([]Invitation, error) {
	if err := may(by, access.ManageAccounts); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(file, mostCSV+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "body.broken_off").Because(err)
	}
	switch {
	case len(body) > mostCSV:
		return nil, fault.New(fault.TooLarge, "accounts.file_too_large", mostCSV>>20)
	case !utf8.Valid(body):
		return nil, fault.Field("file", "accounts.file_not_utf8")
	}
	rows, err := readAccounts(bytes.TrimPrefix(body, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	return d.MakeAll(ctx, by, rows, now)
}

func readAccounts(body []byte) ([]NewAccount, error) {
	r := csv.NewReader(bytes.NewReader(body))
	head, err := r.Read()
	if err != nil {
		return nil, malformed(err)
	}
	at := map[string]int{}
	for column, words := range csvColumns {
		i := slices.IndexFunc(head, func(h string) bool { return slices.Contains(words, strings.ToLower(strings.TrimSpace(h))) })
		if i < 0 {
			return nil, fault.Field("file", "accounts.column_missing", column)
		}
		at[column] = i
	}
	var out []NewAccount
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformed(err)
		}
		one := NewAccount{Name: row[at["name"]], Login: row[at["login"]]}
		for _, p := range strings.FieldsFunc(row[at["posts"]], func(r rune) bool { return r == ';' || r == '；' || r == ' ' }) {
			one.Posts = append(one.Posts, strings.TrimSpace(p))
		}
		if out = append(out, one); len(out) > mostAtOnce {
			return nil, fault.New(fault.TooLarge, "accounts.too_many", len(out), mostAtOnce)
		}
	}
	if len(out) == 0 {
		return nil, fault.Field("file", "accounts.file_empty")
	}
	return out, nil
}

func malformed(err error) error {
	line := 1
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		line = wrong.Line
	}
	return fault.Field("file", "accounts.file_malformed", line).Because(err)
}
