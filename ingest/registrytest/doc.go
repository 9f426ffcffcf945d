// Package registrytest is a small package registry for tests and for trying things by hand. It holds packuments in
// memory, publishes every change on a change feed in one of two dialects, and misbehaves on request.
//
// It promises to be exact: State is what a follower that lost nothing and doubled nothing must end up with, revisions and
// sequence numbers depend only on the operations done so far, and each request passes through at most one Fault.
//
// One address serves everything: packuments at /NAME, the change feed at FeedURL, a downloads API at DownloadsURL and
// two handles for another process, POST /-/exec (script lines as the body) and GET /-/state (State as JSON).
//
//	reg := registrytest.New(registrytest.Options{Dialect: registrytest.Couch})
//	reg.Start(t)                                 // on a free port of 127.0.0.1, until the test ends
//	client := &http.Client{Transport: reg.Transport()} // or without any port: the handler, called directly
//
// # Scripts
//
// Exec, Run, Load and POST /-/exec understand one operation a line; # starts a comment.
//
//	publish NAME VERSION [FIELD=VALUE ...]   a release; values are JSON, or plain text where that fails
//	deprecate NAME [MESSAGE ...]             all versions; no message takes the deprecation back
//	unpublish NAME [200|404]                 withdrawn by its owner, told by time.unpublished with that status
//	delete NAME                              gone, and a deleted row says so
//	vanish NAME                              gone, though its row says that it changed
//	forget NAME                              gone, and no row tells
//	late N OPERATION ...                     the row of that operation appears N rows behind the newest
//	reset [id] [revs]                        numbers start again, rows in another order; new database id; new revisions
//	downloads NAME NUMBER                    downloads of the last month
//	fault KIND TARGET [times=N] [status=N] [retry-after=TEXT] [at=N] [every=DURATION]
//	heal                                     no more faults
//
// Load reads a directory: each *.json file is a packument, then each *.txt file is a script, both in order of names.
package registrytest
