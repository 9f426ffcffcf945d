package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for another process; nothing takes this long unless something is broken.
const patience = time.Minute

// process is a pkgsearch running beside the test.
type process struct {
	cmd    *exec.Cmd
	url    string // of the API, from its first line
	admin  string // of the admin listener, "" for none
	stdout *lines
	stderr *lines
	exited chan error
}

// lines is a stream of output that can be waited on.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed and replaced at every line
	done bool
}

func follow(r io.Reader) *lines {
	l := &lines{more: make(chan struct{})}
	go func() {
		s := bufio.NewScanner(r)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			l.mu.Lock()
			l.text.WriteString(s.Text() + "\n")
			close(l.more)
			l.more = make(chan struct{})
			l.mu.Unlock()
		}
		l.mu.Lock()
		l.done = true
		close(l.more)
		l.mu.Unlock()
	}()
	return l
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// after waits for a line that contains mark and returns the word behind the mark.
func (l *lines) after(mark string) (string, error) {
	late := time.After(patience)
	for {
		l.mu.Lock()
		text, more, done := l.text.String(), l.more, l.done
		l.mu.Unlock()
		for line := range strings.Lines(text) {
			if _, rest, ok := strings.Cut(line, mark); ok {
				return strings.TrimSpace(rest), nil
			}
		}
		if done {
			return "", fmt.Errorf("ended without %q:\n%s", mark, text)
		}
		select {
		case <-more:
		case <-late:
			return "", fmt.Errorf("no %q in %s:\n%s", mark, patience, text)
		}
	}
}

// launch starts pkgsearch with these arguments; dir and env may be nil.
func launch(dir string, env []string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command("pkgsearch", args...), exited: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Env = dir, env
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.stdout, p.stderr = follow(stdout), follow(stderr)
	return p, nil
}

// serve starts pkgsearch serve and waits until it says where it is.
func serve(dir string, env []string, args ...string) (*process, error) {
	p, err := launch(dir, env, append([]string{"serve"}, args...)...)
	if err != nil {
		return nil, err
	}
	if p.url, err = p.stdout.after(" packages at "); err != nil {
		p.kill()
		return nil, fmt.Errorf("pkgsearch serve %s: %w\n%s", strings.Join(args, " "), err, p.stderr)
	}
	return p, nil
}

// stop asks the process to end and waits for it; a second stop does nothing.
func (p *process) stop() error {
	if p.cmd.ProcessState != nil {
		return nil
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	overdue := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer overdue.Stop()
	return p.wait()
}

// kill ends the process as a crash would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.wait()
	}
}

// wait waits for the end of output and process.
func (p *process) wait() error {
	for _, l := range []*lines{p.stdout, p.stderr} {
		for {
			l.mu.Lock()
			more, done := l.more, l.done
			l.mu.Unlock()
			if done {
				break
			}
			<-more
		}
	}
	return p.cmd.Wait()
}

// sampleServer serves the built-in sample until the test ends.
func sampleServer(t *testing.T) *process {
	t.Helper()
	return startServer(t, "--sample")
}

// startServer serves on a free port until the test ends.
func startServer(t *testing.T, args ...string) *process {
	t.Helper()
	p, err := serve(t.TempDir(), os.Environ(), append(args, "--listen", "127.0.0.1:0", "--admin-listen", "")...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("stop server: %v\n%s", err, p.stderr)
		}
	})
	return p
}

// exitCodeOf is the code in an error of exec, 0 for none.
func exitCodeOf(err error) (int, error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return exit.ExitCode(), nil
	}
	return 0, err
}
