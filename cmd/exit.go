package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"pkgsearch/index/store"
	"pkgsearch/search"
)

// Exit codes of every command. They are part of the interface: scripts branch on them.
const (
	exitOK      = 0
	exitError   = 1
	exitUsage   = 2
	exitNothing = 3
	exitInUse   = 4
	exitDamaged = 5
	exitRemote  = 6
	exitBelow   = 7
	exitStopped = 130 // as shells report an interrupted process
)

// exitText documents the codes; help shows those that a command can end with.
func exitText(code int) string {
	switch code {
	case exitOK:
		return "done"
	case exitError:
		return "something went wrong; the message says what"
	case exitUsage:
		return "wrong flags, configuration, query or input file"
	case exitNothing:
		return "nothing found"
	case exitInUse:
		return "the data directory is in use by another process"
	case exitDamaged:
		return "the data is damaged, or store and index disagree"
	case exitRemote:
		return "a server or registry could not be reached or refused"
	case exitBelow:
		return "a required figure is not reached"
	case exitStopped:
		return "interrupted; what was done stays done"
	}
	return ""
}

// Marks that decide the exit code; wrapped where the fault is understood.
var (
	errUsage   = errors.New("usage")
	errNothing = errors.New("nothing found")
	errRemote  = errors.New("remote")
	errDiffer  = errors.New("store and index disagree")
	errBelow   = errors.New("below")
)

// marked is an error with a mark that errors.Is sees and the message does not show.
type marked struct{ err, mark error }

func (m marked) Error() string   { return m.err.Error() }
func (m marked) Unwrap() []error { return []error{m.err, m.mark} }

func mark(err, as error) error {
	if err == nil {
		return nil
	}
	return marked{err, as}
}

func usageError(err error) error  { return mark(err, errUsage) }
func remoteError(err error) error { return mark(err, errRemote) }

// exitCode maps an error to the code that tells scripts what happened.
func exitCode(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errNothing), errors.Is(err, store.ErrNotFound):
		return exitNothing
	case errors.Is(err, errUsage), errors.Is(err, search.ErrBadQuery):
		return exitUsage
	case errors.Is(err, store.ErrInUse):
		return exitInUse
	case errors.Is(err, store.ErrDamaged), errors.Is(err, errDiffer):
		return exitDamaged
	case errors.Is(err, errRemote):
		return exitRemote
	case errors.Is(err, errBelow):
		return exitBelow
	case errors.Is(err, context.Canceled):
		return exitStopped
	}
	return exitError
}

// advise makes the last line that a user reads: what went wrong, then the next step where there is one.
// asks tells whether the command could ask a server instead.
func advise(err error, asks bool) string {
	msg := err.Error()
	with := func(step string) string { return msg + "; " + step }
	switch {
	case errors.Is(err, store.ErrInUse) && asks:
		return "data directory is in use; try --server http://127.0.0.1:8080"
	case errors.Is(err, store.ErrInUse):
		return "data directory is in use; stop the process that has it open, or name another with --data"
	case errors.Is(err, store.ErrNewer):
		return with("use the version of pkgsearch that wrote it, or name another directory with --data")
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC):
		return with("free some space (or raise store-limit) and run the command again, nothing committed is lost")
	case errors.Is(err, syscall.EADDRINUSE):
		return with("pick another port with --listen or --admin-listen, port 0 takes a free one")
	case errors.Is(err, syscall.ECONNREFUSED) && asks:
		return with("is the server running there? Start one with pkgsearch serve")
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return msg
}

// exitCodes lists codes for a command's help.
func exitCodes(codes ...int) map[string]string {
	var b strings.Builder
	for _, c := range codes {
		fmt.Fprintf(&b, "\n  %-3d %s", c, exitText(c))
	}
	return map[string]string{"exit": b.String()}
}
