#!/usr/bin/env python3
"""export-check.py FORMAT FILE DATABASE: whether FILE, which `joulecart export` wrote, is what a reader of FORMAT
takes, and says what the database says. Nothing is taken over from the program: fields have the numbers that
the formats' own documents give them, and joules come from the database's views.

A decoder of Protocol Buffers by protobuf.dev, "Encoding"; perfetto: google/perfetto, protos/perfetto/trace;
pprof: google/pprof, proto/profile.proto; firefox: firefox-devtools/profiler, src/types/profile.ts."""

import csv
import gzip
import json
import math
import sqlite3
import struct
import sys

PWH_PER_JOULE = 1e12 / 3600


def near(got, want, what, relative=1e-6, absolute=1e-12):
    if not math.isclose(got, want, rel_tol=relative, abs_tol=absolute):
        sys.exit(f"{what}: {got!r} is written, and {want!r} is in the database")


def same(got, want, what):
    if got != want:
        sys.exit(f"{what}: {got!r} is written, and {want!r} is in the database")


# --- what the database says ------------------------------------------------------------------

def shown(name):
    """Hostile names are compared by their number alone."""
    return name if isinstance(name, str) and name.isprintable() and name.isascii() else None


class Database:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.text_factory = lambda data: data.decode("utf-8", "replace")

    def rows(self, sql):
        return self.db.execute(sql).fetchall()

    def channels(self):
        """(trial, name, joules) in the order of the file."""
        return self.rows("""SELECT trial_id, collector || '/' || channel, joules FROM v_energy
            WHERE phase_ordinal = 0 AND joules IS NOT NULL ORDER BY 1, channel_id""")

    def refused(self):
        """(trial, region) without a figure in the run or in `report --layers`."""
        return set(self.rows("""SELECT trial_id, region FROM v_region
            WHERE phase_ordinal = 0 AND ordinal > 0 AND reason IS NOT NULL
            UNION SELECT t.trial_id, l.region FROM v_layer l JOIN trial t ON t.campaign_id = l.campaign_id
              AND t.variant = l.variant AND t.job = l.job WHERE l.reason IS NOT NULL AND l.region IS NOT NULL"""))

    def regions(self):
        """Those with a figure by name; None is idle, and outside with what has none."""
        rows = self.rows("""SELECT trial_id, region, split_j, ordinal FROM v_region
            WHERE phase_ordinal = 0 AND split_j IS NOT NULL ORDER BY 1, ordinal""")
        refused = self.refused()
        hidden = {}
        for trial, region, joules, _ in rows:
            if (trial, region) in refused:
                hidden[trial] = hidden.get(trial, 0) + joules
        return [(trial, region, joules + (hidden.get(trial, 0) if ordinal == 0 else 0))
                for trial, region, joules, ordinal in rows if (trial, region) not in refused]

    def stacks(self):
        """Of each trial whose functions were sampled: ([names outermost first], joules, samples) of each stack."""
        found = {}
        for trial, joules, lost in self.rows("SELECT trial_id, joules, n_lost FROM v_profile WHERE joules IS NOT NULL"):
            nodes, called, stacks = {}, {}, []
            for node, parent, name, n, self_j in self.rows(f"""SELECT ordinal, parent, function, n, self_j
                    FROM v_profile_node WHERE trial_id = {trial} ORDER BY ordinal"""):
                nodes[node] = name, n, self_j
                called.setdefault(parent if parent in nodes else None, []).append(node)
            waiting = [(node, []) for node in reversed(called.get(None, []))]
            while waiting:  # each is followed by what it called
                node, above = waiting.pop()
                name, n, self_j = nodes[node]
                path = above + [name]
                waiting += [(callee, path) for callee in reversed(called.get(node, []))]
                if n > 0 or self_j > 0:
                    stacks.append((path, self_j, n))
                    joules -= self_j
            stacks.append((["(outside every stack)"], joules, 0))
            if lost > 0:
                stacks.append((["(records that were lost)"], 0, lost))
            found[trial] = stacks
        return found

    def events(self):
        return self.rows("""SELECT v.trial_id, v.source || '/' || v.event, v.value FROM v_event v
            JOIN channel c ON c.trial_id = v.trial_id AND c.collector = v.source AND c.name = v.event
            WHERE v.phase_ordinal = 0 AND v.value IS NOT NULL AND c.kind = 'counter' ORDER BY 1, c.channel_id""")

    def tracks(self):
        """Channels and regions with a course in time."""
        regions = [(trial, f"region {name}", joules) for trial, name, joules in self.regions() if name is not None]
        return sorted(self.channels() + regions, key=lambda row: (row[0], row[1].startswith("region ")))

    def timed(self, trial):
        """Samples whose time is known."""
        return self.rows(f"SELECT coalesce(sum(n), 0) FROM profile_chunk WHERE trial_id = {trial}")[0][0]

    def phases(self):
        return self.rows("""SELECT trial_id, name, (end_mono_ns - begin_mono_ns) FROM phase WHERE ordinal > 0
            AND end_mono_ns IS NOT NULL""")

    def trials(self):
        return self.rows("SELECT trial_id, joules FROM v_phase WHERE phase_ordinal = 0 ORDER BY 1")


def compare_paths(written, known, what):
    """written: ([names outermost first], joules, samples or None) of one trial's stacks, in the file's order."""
    same(len(written), len(known), f"stacks, {what}")
    for (got, got_j, got_n), (names, joules, n) in zip(written, known):
        same(len(got), len(names), f"frames of a stack, {what}")
        for one, name in zip(got, names):
            if shown(name) and ";" not in name:
                # a format that repeats names cuts them, and a table's field may not begin as a formula
                assert one.lstrip("'").startswith(name.lstrip("'")[:1024]), f"{one}: the frame is {name}"
        near(got_j, joules, f"a stack, {what}", 1e-6, 1e-6)
        if got_n is not None:
            same(got_n, n, f"a stack's samples, {what}")


def compare_samples(written, known, what):
    """The same in no order, of a format that has each sample: samples of one stack, which have the same key, are added
    up first. Whole microjoules are rounded from one sample to the next."""
    sums = {}
    for names, joules, n, key in written:
        sum_ = sums.setdefault(key, [names, 0, 0])
        sum_[1] += joules
        sum_[2] += n or 0
    begins = {}  # of names, which may be a megabyte each

    def begin(name):
        if name not in begins:
            begins[name] = shown(name) and name.lstrip("'")[:1024]
        return begins[name]

    def is_of(label, name):
        return not begin(name) or label[:1025].lstrip("'").startswith(begin(name))

    left = [(names, joules, n if written[0][2] is not None else None) for names, joules, n in sums.values()]
    # a name that no format shows as it is fits any: those with the fewest of these are looked for first
    for names, joules, n in sorted(known, key=lambda stack: sum(not begin(name) for name in stack[0])):
        def fits(stack):
            return len(stack[0]) == len(names) and abs(stack[1] - joules) <= 2e-6 + 1e-6 * joules and stack[2] in (n, None) \
                and all(map(is_of, stack[0], names))
        place = next((i for i, stack in enumerate(left) if fits(stack)), None)
        assert place is not None, f"a stack, {what}: {str(names)[-99:]} of {joules} J is not written"
        del left[place]
    assert not left, f"a stack, {what}: {str(left[0])[-99:]} is not in the database"


# --- protocol buffers ----------------------------------------------------------------------

def fields(data):
    """(number, value) of each field; bytes for what has a length."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                assert value < 1 << 64, "a number of more than 64 bits"
                return value

    while at < len(data):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
        elif wire == 1:
            yield number, struct.unpack("<d", data[at:at + 8])[0]
            at += 8
        elif wire == 2:
            size = varint()
            assert at + size <= len(data), "cut off"
            yield number, data[at:at + size]
            at += size
        else:
            sys.exit(f"wire type {wire}")


def message(data):
    """Fields by number; the last of each."""
    return dict(fields(data))


def perfetto(data, database):
    tracks, counters, opened, slices = {}, {}, {}, []
    interned, stacks, threads = {}, {}, set()
    for number, packet in fields(data):
        assert number == 1, "only packets in a trace"
        whole, packet = packet, message(packet)
        assert packet[10] != 0, "a sequence"
        if 12 in packet or 135 in packet:
            perfetto_stack(whole, interned, stacks)
            continue
        if 60 in packet:
            track = message(packet[60])
            assert track[1] not in tracks and (5 not in track or track[5] in tracks), "a track within one"
            assert 2 in track or message(track[3])[6].decode(), "a track has a name"
            if 4 in track:
                threads.add((message(track[4])[1], message(track[4])[2]))
            tracks[track[1]] = track
            continue
        time, event = packet[8], message(packet[11])
        assert event[11] in tracks and time < 1 << 63, "an event of a track"
        if event[9] == 4:
            assert math.isfinite(event[44])
            counters.setdefault(event[11], []).append((time, event[44]))
        elif event[9] == 1:
            assert event[11] not in opened, "slices of a track stand one after another"
            opened[event[11]] = (time, event[23].decode())
        else:
            begin, name = opened.pop(event[11])
            slices.append((name.split(",")[0], time - begin))
    assert not opened, "every slice ends"
    found = {"W": [], "J": [], "/s": []}
    for uuid, values in counters.items():
        unit = message(tracks[uuid][8])[6].decode()
        name = tracks[uuid][2].decode()
        assert values == sorted(values, key=lambda value: value[0]), f"{name} goes back in time"
        sum_ = values[-1][1] if unit == "J" else sum(
            v * (values[i + 1][0] - t) * 1e-9 for i, (t, v) in enumerate(values[:-1]))
        kind = "/s" if unit.endswith("/s") else unit
        if kind in found:
            found[kind].append((name, sum_))
    for kind, end, rows in (("W", " power", database.tracks()), ("J", " energy", database.tracks()),
                            ("/s", "", database.events())):
        same(len(found[kind]), len(rows), f"tracks of {kind}")
        for (name, sum_), (_, channel, value) in zip(found[kind], rows):
            if shown(channel):
                same(name, channel + end, "a track")
            near(sum_, value, name)
    same(len(slices), len(database.phases()), "slices")
    same(sorted(ns for _, ns in slices), sorted(ns for _, _, ns in database.phases()), "the slices' times")
    known = database.stacks()
    same(len(stacks), len(known), "trials with stacks")
    for (pid, written), trial in zip(sorted(stacks.items()), sorted(known)):
        assert any(message(track.get(3, b"")).get(1) == pid for track in tracks.values()), "a stack's process"
        compare_samples([stack[:4] for stack in written], known[trial], "perfetto")
        compare_times([stack[4:] for stack in written if stack[4]], trial, database, threads)


def compare_times(written, trial, database, threads):
    """Samples that have a thread: (tid, pid, nanoseconds of CLOCK_BOOTTIME)."""
    same(len(written), database.timed(trial), "samples with a time")
    begin, end = database.rows(f"""SELECT t.begin_mono_ns + c.begin_boot_ns - c.begin_mono_ns,
        t.end_mono_ns + c.begin_boot_ns - c.begin_mono_ns FROM trial t JOIN campaign c USING (campaign_id)
        WHERE trial_id = {trial}""")[0]
    times = [time for _, _, time in written]
    assert times == sorted(times), "samples go back in time"
    assert len(times) < 2 or times[-1] > times[0], "all samples are of one time"
    assert all(begin - 1000 <= time <= end for time in times), "a sample is not of the trial's time"
    assert all((pid, tid) in threads for tid, pid, _ in written), "a sample's thread"


def packed(data):
    numbers = []
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
    return numbers


def perfetto_stack(packet, interned, stacks):
    """A packet of the stacks' own sequence: strings and frames by their numbers, and stacks by process."""
    packet = message(packet)
    flags = packet[13]
    assert flags in (1, 2) and (flags == 1) == (not interned), "the sequence begins once"
    for number, entry in fields(packet.get(12, b"")):
        key = number, message(entry)[1]
        assert key not in interned, "a number has one meaning"
        interned[key] = message(entry)
        if number in (5, 18):  # once: a name may be a megabyte long, and in each sample
            interned[key][2] = interned[key][2].decode()
    if 135 not in packet:
        return
    sample = message(packet[135])
    frames = [interned[6, value] for number, value in fields(sample[5]) if number == 2]
    for frame in frames:
        assert 5 not in frame or interned[18, frame[5]][2], "a frame's file"
    names = [interned[5, frame[2]][2] for frame in frames]
    same(message(sample[9])[4].decode(), "\u00b5J", "the unit of stacks")
    followers = [message(value)[2].decode() for number, value in fields(packet[135]) if number == 12]
    weights = dict(zip(followers, packed(sample[14])))
    assert packet[8] < 1 << 63, "a time"
    task = message(sample[1])
    stacks.setdefault(task[2], []).append(
        (names, sample[11] * 1e-6, weights["samples"], sample[5], task.get(3), task[2], packet[8]))


def pprof(data, database):
    data = gzip.decompress(data)
    profile = list(fields(data))
    strings = [value.decode() for number, value in profile if number == 6]
    same(strings[0], "", "the first string")
    functions = {message(value)[1]: strings[message(value)[2]] for number, value in profile if number == 5}
    places = {}
    for number, value in profile:
        if number == 4:
            location = message(value)
            places[location[1]] = functions[message(location[4])[1]]
    types = [(strings[message(value)[1]], strings[message(value)[2]]) for number, value in profile if number == 1]
    same(types, [("samples", "count"), ("cpu", "nanoseconds"), ("energy", "microjoules")], "kinds of values")
    samples = []
    for number, value in profile:
        if number == 2:
            samples.append(([places[place] for n, place in fields(value) if n == 1],
                            [amount for n, amount in fields(value) if n == 2]))
    assert any(number == 13 for number, _ in profile), "a comment says what it is"
    sums = {}
    for stack, values in samples:
        sums[stack[-1]] = sums.get(stack[-1], 0) + values[2]
    compare_stacks(list(sums.values()), len(samples), database)
    compare_trials([(stack[-1], stack[-2::-1], values[2] * 1e-6, values[0]) for stack, values in samples], database)


def compare_stacks(sums, n, database):
    """Whole microjoules: each stack is rounded."""
    known = [joules for _, joules in database.trials() if joules is not None]
    same(len(sums), len(known), "trials")
    for got, joules in zip(sums, known):
        near(got * 1e-6, joules, "a trial's stacks", 1e-6, 1e-6 * n)


def compare_trials(written, database):
    """written: (the trial's name, names below it, joules, samples or None); trials without a profile have other
    stacks."""
    by_trial = {}
    for root, names, joules, n in written:
        by_trial.setdefault(root, []).append((names, joules, n))
    trials = [trial for trial, joules in database.trials() if joules is not None]
    known = database.stacks()
    for trial, stacks in zip(trials, by_trial.values()):
        if trial in known:
            compare_paths(stacks, known[trial], f"trial {trial}")


PROVENANCES = "measured", "modelled", "estimated", "assumed", "provenance not known"


def folded(data, database):
    sums, n, written = {}, 0, []
    for line in data.decode().split("\n")[:-1]:
        stack, _, weight = line.rpartition(" ")
        root = stack.split(";")[0]
        written.append((root, stack.split(";")[1:], int(weight) * 1e-6, None))
        assert root.endswith(tuple(f", {word}, microjoules" for word in PROVENANCES)), f"no provenance in {root}"
        sums[root] = sums.get(root, 0) + int(weight)
        n += 1
    compare_stacks(list(sums.values()), n, database)
    compare_trials(written, database)


def finite(word):
    sys.exit(f"{word} is not JSON")


def speedscope(data, database):
    file = json.loads(data, parse_constant=finite)
    same(file["$schema"], "https://www.speedscope.app/file-format-schema.json", "schema")
    frames = file["shared"]["frames"]
    assert all(isinstance(frame["name"], str) for frame in frames)
    sums, written = [], []
    for profile in file["profiles"]:
        same((profile["type"], profile["unit"]), ("sampled", "none"), "a profile")
        assert len(profile["samples"]) == len(profile["weights"])
        assert all(0 <= frame < len(frames) for stack in profile["samples"] for frame in stack)
        near(profile["endValue"], sum(profile["weights"]), "the profile's end")
        sums.append(sum(profile["weights"]))
        written += [(profile["name"], [frames[frame]["name"] for frame in stack[1:]], weight * 1e-6, None)
                    for stack, weight in zip(profile["samples"], profile["weights"])]
    compare_stacks(sums, 1, database)
    compare_trials(written, database)


def firefox(data, database):
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    profile = json.loads(data, parse_constant=finite)
    meta, counters = profile["meta"], profile["counters"]
    assert any(schema["name"] == "joulecart" for schema in meta["markerSchema"])
    rows = database.tracks()
    same(len(counters), len(rows), "counters")
    for counter, (_, name, joules) in zip(counters, rows):
        samples = counter["samples"]
        assert len(samples["time"]) == len(samples["count"]) == samples["length"]
        assert samples["time"] == sorted(samples["time"]), counter["name"]
        thread = profile["threads"][counter["mainThreadIndex"]]
        same(counter["pid"], thread["pid"], "the counter's process")
        same(counter["category"], "power", "the counter's category")
        if shown(name):
            same(counter["name"], f"Power: {name}", "a counter")
        near(sum(samples["count"]) / PWH_PER_JOULE, joules, counter["name"])
    found = 0
    for thread in profile["threads"]:
        markers = thread["markers"]
        lengths = {len(column) for key, column in markers.items() if key != "length"}
        same(lengths, {markers["length"]}, "the columns of markers")
        strings = profile.get("shared", {}).get("stringArray") or thread.get("stringArray", [])
        assert all(isinstance(strings[index], str) for index in markers["name"])
        found += sum((entry or {}).get("type") == "joulecart" for entry in markers["data"])
    same(found, len(database.phases()), "markers")
    if meta.get("product") == "joulecart":
        firefox_stacks(profile, database)
    grams = database.rows("SELECT DISTINCT g_per_kwh FROM v_account WHERE g_per_kwh IS NOT NULL")
    near(meta["gramsOfCO2ePerKWh"], grams[0][0], "grams")


def firefox_stacks(profile, database):
    """A trial has a thread for what has no time, and one for each of its threads."""
    by_process = {}
    for thread in profile["threads"]:
        if thread["name"].startswith("functions"):
            by_process.setdefault(int(thread["pid"]), []).append(thread)
    known = database.stacks()
    same(len(by_process), len(known), "trials with threads of functions")
    for (_, threads), trial in zip(sorted(by_process.items()), sorted(known)):
        stacks, n_timed = [], 0
        for thread in threads:
            stacks += firefox_thread(profile, thread)
            if " of " in thread["name"]:
                samples = thread["samples"]
                n_timed += sum(index is not None for index in samples["stack"])
                assert all(thread["registerTime"] - 1e-3 <= time <= thread["unregisterTime"] + 1e-3
                           for time in samples["time"]), "a sample is not of the trial's time"
        same(n_timed, database.timed(trial), "samples with a time")
        compare_samples(stacks, known[trial], "firefox")


def firefox_thread(profile, thread):
    strings = profile["shared"]["stringArray"]
    stack, frame, function = thread["stackTable"], thread["frameTable"], thread["funcTable"]
    for name in "stackTable", "frameTable", "funcTable", "samples":
        same({len(column) for column in thread[name].values() if isinstance(column, list)},
             {thread[name]["length"]}, f"the columns of {name}")
    assert all(0 <= category < len(profile["meta"]["categories"]) for category in frame["category"])
    assert all(file is None or strings[file] for file in function["fileName"]), "a function's file"
    paths = []
    for place, prefix in zip(stack["frame"], stack["prefix"]):
        assert prefix is None or 0 <= prefix < len(paths), "a stack's prefix stands before it"
        paths.append((paths[prefix] if prefix is not None else []) + [strings[function["name"][frame["func"][place]]]])
    samples = thread["samples"]
    assert samples["time"] == sorted(samples["time"])
    keys, met = [], {}  # stacks of the same names, as hostile ones are, are told apart by their order
    for path in paths:
        met[tuple(path)] = nr = met.get(tuple(path), 0) + 1
        keys.append((tuple(path), nr))
    return [(paths[index], weight * 1e-6, None, keys[index])
            for index, weight in zip(samples["stack"], samples["weight"]) if index is not None]


def otlp_value(value):
    (kind, content), = value.items()
    assert kind in ("stringValue", "boolValue"), kind
    return content


def otlp_attributes(things):
    found = {thing["key"]: otlp_value(thing["value"]) for thing in things}
    same(len(found), len(things), "attributes with names of their own")
    return found


def otlp_times(point):
    for key in "startTimeUnixNano", "timeUnixNano":
        if key in point:  # proto3's JSON has 64-bit numbers as texts
            assert isinstance(point[key], str) and point[key].isdigit(), point[key]
    return int(point.get("startTimeUnixNano", 0)), int(point["timeUnixNano"])


def otlp_metric(metric, energy, power, parents):
    """Takes the last sum and the integrated power of each hw.id."""
    kind, = set(metric) - {"name", "unit"}
    is_energy = metric["name"].endswith(".energy")
    same((kind, metric["unit"]), ("sum", "J") if is_energy else ("gauge", "W"), metric["name"])
    if is_energy:
        same((metric[kind]["aggregationTemporality"], metric[kind]["isMonotonic"]), (2, True), metric["name"])
    last = {}
    for point in metric[kind]["dataPoints"]:
        about = otlp_attributes(point["attributes"])
        begin, end = otlp_times(point)
        name = about["hw.id"]
        assert about["joulecart.provenance"] in PROVENANCES and isinstance(about["joulecart.in_total"], bool)
        assert end > last.get(name, begin if is_energy else 0), f"{name} goes back in time"
        if metric["name"].startswith("hw.host."):
            assert "hw.type" not in about, "a host has no type"
        elif metric["name"].startswith("hw."):
            assert about["hw.type"] in ("cpu", "memory", "gpu"), about
        if is_energy:
            assert begin and point["asDouble"] >= energy.get(name, (0,))[0] - 1e-9, f"{name} falls"
            energy[name] = point["asDouble"], metric["name"], about
            parents.setdefault(name, []).append((begin, end))
        else:
            power.setdefault(name, []).append((end, point["asDouble"]))
        last[name] = end


def otlp(data, database):
    """opentelemetry-proto, metrics/v1 and its JSON; semantic-conventions, docs/hardware."""
    resources = json.loads(data, parse_constant=finite)["resourceMetrics"]
    same(len(resources), len(database.trials()), "resources")
    known = {}
    for trial, name, joules in database.channels():
        known.setdefault(trial, []).append((name, joules))
    domains = {(trial, name): domain for trial, name, domain in database.rows(
        "SELECT trial_id, collector || '/' || name, domain FROM channel")}
    seen = set()
    for resource, (trial, _) in zip(resources, database.trials()):
        about = otlp_attributes(resource["resource"]["attributes"])
        same(about["service.name"], "joulecart", "the service")
        assert about["service.instance.id"].endswith(f"/{trial}") and about["service.instance.id"] not in seen
        seen.add(about["service.instance.id"])
        energy, power, times = {}, {}, {}
        for metric in resource["scopeMetrics"][0]["metrics"]:
            otlp_metric(metric, energy, power, times)
        rows = known.get(trial, [])
        same(len(energy), len(rows), "channels")
        for (got, metric, attributes), (name, joules) in zip((energy[name] for name in sorted(energy)), sorted(rows)):
            near(got, joules, name, absolute=1e-9)
            is_host = domains.get((trial, name)) in ("psys", "machine")
            same(metric == "hw.host.energy", is_host, f"{name} is the whole host")
            assert attributes.get("hw.parent") in (None, *energy), "a parent is a channel"
        for name, points in power.items():
            begin = times[name][0][0]
            ends = [begin] + [end for _, end in times[name]]
            seconds = {end: (end - before) * 1e-9 for before, end in zip(ends, ends[1:])}
            near(sum(watts * seconds[end] for end, watts in points), energy[name][0], f"power of {name}", 1e-5, 1e-6)


def table(rows, database):
    stacks = {}
    for row in rows:
        if row["kind"] == "stack":
            stacks.setdefault(int(row["trial"]), []).append(
                (row["name"].split(";"), float(row["value"]), float(row["n"])))
    known_stacks = database.stacks()
    same(sorted(stacks), sorted(known_stacks), "trials with stacks")
    for trial, written in stacks.items():
        compare_paths(written, known_stacks[trial], f"the table, trial {trial}")
    sums = {}
    for row in rows:
        if row["kind"].endswith("-step") and row["value"] not in ("", None):
            key = row["kind"], int(row["trial"]), row["name"]
            sums[key] = sums.get(key, 0) + float(row["value"])
    steps = {kind: [value for (k, _, _), value in sums.items() if k == f"{kind}-step"]
             for kind in ("channel", "region", "event")}
    regions = [row for row in database.regions() if row[1] is not None]
    for kind, known in ("channel", database.channels()), ("region", regions), ("event", database.events()):
        whole = [float(row["value"]) for row in rows if row["kind"] == kind]
        same(len(whole), len(known), f"rows of {kind}")
        same(len(steps[kind]), len(known), f"{kind}s that have steps")
        for got, part, (_, name, value) in zip(whole, steps[kind], known):
            near(got, value, f"{kind} {name}")
            near(part, value, f"the steps of {kind} {name}")
    same(sum(row["kind"] == "phase" for row in rows),
         database.rows("SELECT count(*) FROM phase WHERE ordinal > 0")[0][0], "phases")
    trials = [float(row["value"]) if row["value"] not in ("", None) else None for row in rows if row["kind"] == "trial"]
    for got, (_, joules) in zip(trials, database.trials()):
        same(got is None, joules is None, "a trial's joules")
        if got is not None:
            near(got, joules, "a trial")
    assert all(row["unit"] for row in rows)
    assert all(row["note"].startswith(PROVENANCES) for row in rows if row["kind"].endswith("-step")), "a step's provenance"


def csv_rows(data, database):
    csv.field_size_limit(1 << 30)
    table(list(csv.DictReader(data.decode().splitlines(), strict=True)), database)


def json_lines(data, database):
    table([json.loads(line, parse_constant=finite) for line in data.decode().splitlines()], database)


READERS = {"perfetto": perfetto, "firefox": firefox, "pprof": pprof, "folded": folded, "speedscope": speedscope,
           "csv": csv_rows, "jsonl": json_lines, "otlp": otlp}

with open(sys.argv[2], "rb") as file:
    READERS[sys.argv[1]](file.read(), Database(sys.argv[3]))
