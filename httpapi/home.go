package httpapi

import "net/http"

type homePage struct {
	Name    string  `json:"name"`
	Version string  `json:"version,omitempty"`
	Routes  []route `json:"routes"`
}

// home answers GET / with the list of routes.
func (a *API) home(w http.ResponseWriter, r *http.Request) error {
	return a.reply(w, r, homePage{"pkgsearch", a.opts.Version, a.shown})
}

// unknownPath says where the API is.
func (a *API) unknownPath(http.ResponseWriter, *http.Request) error {
	return refuse(http.StatusNotFound, "unknown_path", "nothing is here: searches are at /-/v1/search?text= and /api/v1/search?text=, packages at /api/v1/packages/{name}, the list of routes at /")
}
