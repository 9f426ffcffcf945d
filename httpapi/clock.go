package httpapi

import (
	"strconv"

	"pkgsearch/search"
)

// second is the present one where the answer to a text depends on it, for the ETag.
func (a *API) second(text string) string {
	if !search.FollowsClock(text) {
		return ""
	}
	return " at " + strconv.FormatInt(a.opts.Now().Unix(), 10)
}
