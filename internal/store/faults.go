package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"huying/internal/store/lite"
)

// IsDuplicate reports whether err says that a row with this key exists. The
// statement that failed has doomed its command: a command that expects
// duplicates uses ON CONFLICT DO NOTHING and looks at the number of rows.
func IsDuplicate(err error) bool {
	var l *lite.Error
	if errors.As(err, &l) {
		return l.Code == liteUnique || l.Code == litePrimaryKey || l.Code == liteRowID
	}
	var p *pgconn.PgError
	return errors.As(err, &p) && p.Code == "23505"
}
