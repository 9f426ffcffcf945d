//go:build !linux

package bench

import "errors"

func residentOf(string) (Resident, error) { return Resident{}, ErrNoResident }

// DropCached would take the data directory's files out of the system's cache, which this system offers no way to do.
func DropCached(string) error { return errors.ErrUnsupported }
