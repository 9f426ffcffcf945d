package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Memory is what the process holds, in bytes.
type Memory struct {
	Heap      uint64    `json:"heap"`               // live objects after a collection
	HeapInUse uint64    `json:"heap_in_use"`        // spans that hold them
	Resident  *Resident `json:"resident,omitempty"` // where the system tells
}

// Resident is what of the process is in memory, by where it comes from. The sum is the resident set.
type Resident struct {
	Data      uint64 `json:"data"`      // mapped files under the data directory: the system may drop them
	Program   uint64 `json:"program"`   // other mapped files: code
	Anonymous uint64 `json:"anonymous"` // heap, stacks and the runtime's own
}

// ErrNoResident tells that the system does not say what is resident.
var ErrNoResident = errors.New("this system does not tell what is resident; Linux does")

// MeasureMemory collects garbage and measures. dir is the data directory. With ErrNoResident the rest is there.
func MeasureMemory(dir string) (Memory, error) {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	m := Memory{Heap: stats.HeapAlloc, HeapInUse: stats.HeapInuse}
	resident, err := residentOf(dir)
	if err == nil {
		m.Resident = &resident
	}
	return m, err
}

// mapping is one range of the process's memory.
type mapping struct {
	from, to uint64
	perms    string // such as r--s
	path     string // "" or in brackets when it is of no file
	resident uint64 // bytes
}

func (m mapping) file() bool { return strings.HasPrefix(m.path, "/") }

// under tells whether it maps a file in a directory, whose path has no symbolic links in it.
func (m mapping) under(dir string) bool {
	return m.file() && strings.HasPrefix(m.path, strings.TrimSuffix(dir, "/")+"/")
}

// parseMappings reads what proc_pid_smaps(5) describes: a line for each mapping, "from-to perms offset device inode path",
// and under it lines of "Key: number kB".
func parseMappings(r io.Reader) ([]mapping, error) {
	var all []mapping
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 3 {
			continue
		}
		if from, to, ok := strings.Cut(fields[0], "-"); ok && !strings.HasSuffix(fields[0], ":") {
			m := mapping{perms: fields[1]}
			var err, err2 error
			m.from, err = strconv.ParseUint(from, 16, 64)
			m.to, err2 = strconv.ParseUint(to, 16, 64)
			if err := errors.Join(err, err2); err != nil {
				return nil, fmt.Errorf("read mappings: %w", err)
			}
			if len(fields) > 5 {
				m.path = strings.Join(fields[5:], " ")
			}
			all = append(all, m)
			continue
		}
		if fields[0] == "Rss:" && len(all) > 0 {
			n, err := strconv.ParseUint(fields[1], 10, 54)
			if err != nil {
				return nil, fmt.Errorf("read mappings: %w", err)
			}
			all[len(all)-1].resident = n << 10
		}
	}
	return all, lines.Err()
}

// split sums mappings up by where they come from.
func split(all []mapping, dir string) (r Resident) {
	for _, m := range all {
		switch {
		case m.under(dir):
			r.Data += m.resident
		case m.file():
			r.Program += m.resident
		default:
			r.Anonymous += m.resident
		}
	}
	return r
}

// realPath is a directory's path as the system writes it.
func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
