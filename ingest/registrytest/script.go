package registrytest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Run does the operations of a script, one a line; an error names its line.
func (r *Registry) Run(script io.Reader) error {
	lines := bufio.NewScanner(script)
	for n := 1; lines.Scan(); n++ {
		if err := r.Exec(lines.Text()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

// Exec does one operation; the package comment lists them.
func (r *Registry) Exec(line string) error {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil
	}
	verb, args := words[0], words[1:]
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	need := map[string]int{"publish": 2, "deprecate": 1, "unpublish": 1, "delete": 1, "vanish": 1, "forget": 1, "late": 2, "downloads": 2, "fault": 2}
	if len(args) < need[verb] {
		return fmt.Errorf("%s wants %d words", verb, need[verb])
	}
	switch verb {
	case "publish":
		_, fields, _ := strings.Cut(line, args[1])
		r.Publish(args[0], args[1], parseFields(fields))
	case "deprecate":
		r.Deprecate(args[0], strings.Join(args[1:], " "))
	case "unpublish":
		status := http.StatusOK
		if arg(1) == "404" {
			status = http.StatusNotFound
		}
		r.Unpublish(args[0], status)
	case "delete":
		r.Delete(args[0])
	case "vanish":
		r.Vanish(args[0])
	case "forget":
		r.Forget(args[0])
	case "late":
		places, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		r.Late(places)
		_, rest, _ := strings.Cut(line, args[0])
		return r.Exec(rest)
	case "reset":
		r.Reset(arg(0) == "id" || arg(1) == "id", arg(0) == "revs" || arg(1) == "revs")
	case "downloads":
		n, err := strconv.ParseUint(args[1], 10, 64)
		if err != nil {
			return err
		}
		r.SetDownloads(args[0], n)
	case "fault":
		f, err := parseFault(args)
		if err != nil {
			return err
		}
		r.Inject(f)
	case "heal":
		r.Heal()
	default:
		return fmt.Errorf("unknown operation %q", verb)
	}
	return nil
}

// parseFields reads FIELD=VALUE pairs; a value ends where the next blank follows a complete JSON text, or at the next blank.
func parseFields(s string) map[string]any {
	fields := map[string]any{}
	for {
		key, rest, ok := strings.Cut(strings.TrimSpace(s), "=")
		if !ok {
			return fields
		}
		dec := json.NewDecoder(strings.NewReader(rest))
		var v any
		if err := dec.Decode(&v); err == nil && strings.HasPrefix(rest[dec.InputOffset():]+" ", " ") {
			fields[key], s = v, rest[dec.InputOffset():]
			continue
		}
		word, next, _ := strings.Cut(rest, " ")
		fields[key], s = word, next
	}
}

func parseFault(args []string) (Fault, error) {
	f := Fault{Kind: Kind(args[0]), On: args[1]}
	for _, option := range args[2:] {
		key, value, _ := strings.Cut(option, "=")
		var err error
		switch key {
		case "times":
			f.Times, err = strconv.Atoi(value)
		case "status":
			f.Status, err = strconv.Atoi(value)
		case "at":
			f.At, err = strconv.Atoi(value)
		case "every":
			f.Every, err = time.ParseDuration(value)
		case "retry-after":
			f.RetryAfter = value
		default:
			err = fmt.Errorf("unknown option %q", key)
		}
		if err != nil {
			return Fault{}, fmt.Errorf("fault: %w", err)
		}
	}
	return f, nil
}

// Load makes a registry of a directory; the package comment tells what it holds.
func Load(dir string, o Options) (*Registry, error) {
	r := New(o)
	documents, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range documents {
		var doc map[string]any
		b, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(b, &doc)
		}
		name, ok := doc["name"].(string)
		if err == nil && !ok {
			err = fmt.Errorf("no name")
		}
		if err != nil {
			return nil, fmt.Errorf("load packument %s: %w", file, err)
		}
		r.Put(name, doc)
	}
	scripts, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	for _, file := range scripts {
		f, err := os.Open(file)
		if err == nil {
			err = r.Run(f)
			f.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("run script %s: %w", file, err)
		}
	}
	return r, nil
}
