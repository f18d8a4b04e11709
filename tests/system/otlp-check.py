"""otlp-check.py FILE...: each is a request as OpenTelemetry publishes it, and together they are one machine's course.

Names: opentelemetry-proto 1.x, metrics/v1/metrics.proto in proto3's JSON; semantic-conventions, docs/hardware. Prints, a
line a channel, its metric, hw.id, hw.type, hw.parent and the joules of the last file ("-": none).
"""
import json
import sys

FIELDS = {
    "request": {"resourceMetrics": list},
    "resourceMetrics": {"resource": dict, "scopeMetrics": list},
    "resource": {"attributes": list},
    "scopeMetrics": {"scope": dict, "metrics": list},
    "scope": {"name": str, "version": str},
    "metric": {"name": str, "unit": str, "sum": dict, "gauge": dict},
    "sum": {"dataPoints": list, "aggregationTemporality": int, "isMonotonic": bool},
    "gauge": {"dataPoints": list},
    "point": {"attributes": list, "startTimeUnixNano": str, "timeUnixNano": str, "asDouble": float, "flags": int},
    "attribute": {"key": str, "value": dict},
    "value": {"stringValue": str, "boolValue": bool},
}
UNITS = {"energy": "J", "power": "W", "co2e": "g"}
TYPES = {"cpu", "gpu", "memory"}


def look(thing, kind):
    for name, value in thing.items():
        assert name in FIELDS[kind], f"{kind} has no field {name}"
        assert type(value) is FIELDS[kind][name], f"{kind}.{name} is {value!r}"
    return thing


def attributes(things):
    found = {}
    for thing in things:
        (_, value), = look(look(thing, "attribute")["value"], "value").items()
        assert thing["key"] not in found, f"{thing['key']} twice"
        found[thing["key"]] = value
    return found


def check_names(name, about):
    if name == "joulecart.co2e":
        assert set(about) == {"joulecart.zone", "joulecart.basis"}, about
        return
    assert about["hw.id"] and about["hw.name"], about
    if name.startswith("hw.host."):
        assert "hw.type" not in about, "a host has no type"
    elif name.startswith("hw."):
        assert about["hw.type"] in TYPES, about


def points(metric):
    name, kind = metric["name"], "sum" if "sum" in metric else "gauge"
    assert (kind == "gauge") == name.endswith(".power"), name
    assert metric["unit"] == UNITS[name.rpartition(".")[2]], name
    data = look(metric[kind], kind)
    if kind == "sum":
        assert data["aggregationTemporality"] == 2 and data["isMonotonic"], name
    for point in data["dataPoints"]:
        about = attributes(look(point, "point")["attributes"])
        check_names(name, about)
        begin, end = int(point.get("startTimeUnixNano", 0)), int(point["timeUnixNano"])
        assert (begin > 0) == (kind == "sum") and begin <= end, point
        known = "asDouble" in point
        assert known == (point.get("flags", 0) == 0), point
        yield (name, about.get("hw.id", "")), about, begin, end, point.get("asDouble")


last, shown = {}, {}
for path in sys.argv[1:]:
    with open(path) as file:
        request = look(json.load(file), "request")
    machine, = request["resourceMetrics"]
    assert attributes(look(look(machine, "resourceMetrics")["resource"], "resource")["attributes"])["host.name"]
    scope, = machine["scopeMetrics"]
    assert look(look(scope, "scopeMetrics")["scope"], "scope")["name"] == "joulecart"
    shown = {}
    for metric in scope["metrics"]:
        for key, about, begin, end, value in points(look(metric, "metric")):
            assert key not in shown, f"{key} twice"
            shown[key] = about, value
            if key[0].endswith(".power") or value is None:
                continue
            was = last.get(key, (begin, begin, 0))
            assert begin == was[0], f"{key} began anew"
            assert end >= was[1] and value >= was[2], f"{key} goes back"
            last[key] = begin, end, value
    parents = {about.get("hw.parent") for about, _ in shown.values()} - {None}
    assert parents <= {identity for _, identity in shown}, "a parent is a channel"
for (name, identity), (about, value) in sorted(shown.items()):
    if name.endswith(".energy"):
        print(name, identity, about.get("hw.type", "-"), about.get("hw.parent", "-"), "-" if value is None else value)
