package story

import "huying/internal/web/frame"

func paper(r *frame.Request, d Desks) error { return whole(r, d) }
