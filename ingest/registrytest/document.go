package registrytest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// document is one package as the registry knows it.
type document struct {
	name       string
	generation int
	rev        string
	content    map[string]any // without _rev; nil when gone
	status     int            // that content is answered with
	listed     bool           // the feed knows it as not deleted
	body       []byte         // content as it is answered
	before     []byte         // body before the last change
}

func (d *document) publish(version string, manifest map[string]any, now time.Time) {
	if d.state() != "active" {
		d.content = map[string]any{
			"_id": d.name, "name": d.name, "dist-tags": map[string]any{}, "versions": map[string]any{},
			"time": map[string]any{"created": stamp(now)}, "maintainers": []any{map[string]any{"name": "keeper", "email": "keeper@mail.example"}},
		}
	}
	release := map[string]any{"name": d.name, "version": version, "_id": d.name + "@" + version}
	maps.Copy(release, manifest)
	d.content["description"] = release["description"]
	d.child("versions")[version] = release
	d.child("dist-tags")["latest"] = version
	d.child("time")[version] = stamp(now)
	d.child("time")["modified"] = stamp(now)
	d.status = http.StatusOK
}

func (d *document) put(packument map[string]any) {
	d.content, d.status = maps.Clone(packument), http.StatusOK
	delete(d.content, "_rev")
	d.content["_id"] = d.name
}

func (d *document) deprecate(message string) {
	for _, v := range d.child("versions") {
		manifest, _ := v.(map[string]any)
		if delete(manifest, "deprecated"); message != "" {
			manifest["deprecated"] = message
		}
	}
}

func (d *document) unpublish(status int, now time.Time) {
	d.content = map[string]any{"_id": d.name, "name": d.name, "time": map[string]any{
		"created": stamp(now), "modified": stamp(now),
		"unpublished": map[string]any{"name": "keeper", "time": stamp(now), "versions": []any{}},
	}}
	d.status = status
}

func (d *document) remove() {
	d.content = nil
}

// revise gives the content its next revision.
func (d *document) revise(epoch int) {
	d.before = d.body
	d.generation++
	d.rev = fmt.Sprintf("%d-%s", d.generation, digest(d.name, d.generation, epoch))
	d.body = nil
	if d.content == nil {
		return
	}
	d.content["_rev"] = d.rev
	body, err := json.Marshal(d.content)
	if err != nil {
		panic(err) // what a test put is not JSON
	}
	d.body = body
}

func (d *document) state() string {
	switch _, unpublished := d.child("time")["unpublished"]; {
	case d.content == nil:
		return "deleted"
	case unpublished:
		return "unpublished"
	}
	return "active"
}

func (d *document) expected() Expected {
	e := Expected{Status: d.state(), Rev: d.rev}
	if e.Status != "active" {
		return e
	}
	e.Version, _ = d.child("dist-tags")["latest"].(string)
	manifest, _ := d.child("versions")[e.Version].(map[string]any)
	e.Description, _ = manifest["description"].(string)
	message, _ := manifest["deprecated"].(string)
	e.Deprecated = message != ""
	return e
}

func (d *document) child(key string) map[string]any {
	m, _ := d.content[key].(map[string]any)
	return m
}

func stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
