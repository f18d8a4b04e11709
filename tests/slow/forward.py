#!/usr/bin/env python3
"""forward.py WEIGHTS QUERIES EVALUATION [TEACHER]: the model's answers to the test queries or pictures, computed by
NumPy from the weights file alone (of a cascade from the teacher's too), and every measure of quality from these answers.
Says what 'joulecart models eval --json' has otherwise; exits with 1 where that is more than rounding. Integers are
computed as the floats that they stand for, without what rounds a layer's input. Shares no code with the program."""
import json
import struct
import sys

import numpy as np

LENGTHS, IDS, LONGEST = (12, 16, 20, 24), 6, 24
SKINS = ["oily", "dry", "sensitive", "dull", "mature"]
CONCERNS = ["acne", "dehydration", "redness", "spots", "wrinkles"]
BUDGETS, FACETS, CLASSES = ["low", "middle", "high"], 6, 72
TONES, LIGHTS, SIDE = 6, ["daylight", "warm", "cool", "dim"], 48
FACES = TONES * len(SKINS) * len(CONCERNS)
TYPES = {"F32": "<f4", "I8": "i1", "U8": "u1"}


def unpacked(codes, count):
    """Codes of less than a byte, lowest bits first, as whole numbers."""
    bits = 8 * len(codes) // count
    spread = np.unpackbits(codes, bitorder="little")[:count * bits].reshape(count, bits)
    return spread @ (1 << np.arange(bits)), bits


def load(path):
    """Every weight as floats, and the record."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    record = header.pop("__metadata__", None) or {}
    found = {name: np.frombuffer(data[slice(*at["data_offsets"])], TYPES[at["dtype"]]).reshape(at["shape"])
             for name, at in header.items()}
    for name in [name for name in found if name.endswith(".codes")]:
        layer = name[:-len(".codes")]
        shape = found[layer + ".shape"].astype(int)
        codes, bits = unpacked(found[name], shape.prod())
        book = found.get(layer + ".codebook")
        found[layer + ".weight"] = (book[codes] if book is not None
                                    else codes - (2 ** (bits - 1) - 1)).reshape(shape)
    for name in [name for name in found if name.endswith(".scale")]:
        layer = name[:-len(".scale")]
        weight = found[layer + ".weight"].astype(np.float32)
        each = (-1,) + (1,) * (weight.ndim - 1)
        zero = found.get(layer + ".zero", np.zeros(len(weight), np.float32))
        found[layer + ".weight"] = (weight - zero.reshape(each)) * found[name].reshape(each)
    return found, record


def hashed(kind, gram, rows):
    value = 2166136261
    for byte in kind.encode() + gram:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return (value ^ value >> 15) % rows


def is_word(char):
    return char.isascii() and char.isalnum()


def positions_of(text, rows):
    """One list of rows for each position: Chinese characters with what follows them, or words."""
    found, at = [], 0
    while at < len(text) and len(found) < LONGEST:
        grams = []
        if not text[at].isascii():
            grams.append(("c", text[at]))
            for n in (2, 3):
                if at + n > len(text) or text[at + n - 1].isascii():
                    break
                grams.append((str(n), text[at:at + n]))
            at += 1
        elif is_word(text[at]):
            end = at
            while end < len(text) and is_word(text[end]):
                end += 1
            word = "<" + text[at:end].lower()[:30] + ">"
            grams = [("w", word)] + [("t", word[i:i + 3]) for i in range(len(word) - 2)]
            at = end
        else:
            at += 1
            continue
        found.append([hashed(kind, gram.encode(), rows) for kind, gram in grams[:IDS]])
    return found


def profile_of(query, words):
    if "pixels" in query:
        return np.eye(48, dtype=np.float32)[LIGHTS.index(query["sensed_light"])]
    shopper = query["shopper"]
    fields = [(SKINS, "skin"), (CONCERNS, "concern"), (BUDGETS, "budget"),
              (words["facets"], "last_facet"), (words["categories"], "last_category"),
              (list(range(5)), "age_band"), (words["categories"], "older_category")]
    return np.concatenate([np.eye(len(values), dtype=np.float32)[values.index(shopper[name])]
                           for values, name in fields])


def convolve(x, weights, name, stride=1):
    """Over time x[position][channel], or over pixels x[row][column][channel]."""
    weight, bias = weights[name + ".weight"], weights[name + ".bias"]
    kernel, over = weight.shape[2], weight.ndim - 2
    before, after = (kernel - 1) // 2, kernel // 2
    padded = np.pad(x, ((before, after),) * over + ((0, 0),))
    depthwise = weight.shape[1] == 1 and x.shape[-1] > 1
    sums = 0
    for tap in np.ndindex((kernel,) * over):
        seen = padded[tuple(slice(k, k + n, stride) for k, n in zip(tap, x.shape))]
        of_tap = weight[(slice(None), slice(None)) + tap]
        sums = sums + (seen * of_tap[:, 0] if depthwise else seen @ of_tap.T)
    return sums + bias


def dense(x, weights, name):
    return weights[name + ".weight"] @ x + weights[name + ".bias"]


def embedded(query, table):
    found = positions_of(query["text"], len(table))
    x = np.zeros((next(n for n in LENGTHS if n >= len(found)), table.shape[1]), np.float32)
    for at, rows in enumerate(found):
        x[at] = table[rows].sum(0) / np.sqrt(len(rows))
    return x


def pixels(query):
    data = np.frombuffer(bytes.fromhex(query["pixels"]), np.uint8)
    return (data.reshape(SIDE, SIDE, 3) * np.float32(2 / 255) - 1).astype(np.float32)


def head_logits(x, profile, weights, head):
    pool = x.reshape(-1, x.shape[-1]).max(0)
    gate = 1 / (1 + np.exp(-dense(np.concatenate([pool, profile]), weights, head + ".gate")))
    x = np.concatenate([pool, 2 * gate * profile])
    if head + ".reduce.weight" in weights:
        x = dense(x, weights, head + ".reduce")
    return dense(np.maximum(dense(x, weights, head + ".hidden"), 0), weights, head + ".out")


def confidence_of(logits, classes, rule):
    p = np.exp(logits[:classes].astype(float) - logits[:classes].max())
    p /= p.sum()
    if rule == "entropy":
        return 1 + (p * np.log(np.maximum(p, 1e-300))).sum() / np.log(classes)
    return p.max()


def stage_of(x, weights, stage):
    chain = [part for part in ("reduce", "depthwise", "conv") if f"stage{stage}.{part}.weight" in weights]
    # Of a picture the first convolution that looks around takes every second pixel.
    widest = chain[1] if chain[:2] == ["reduce", "depthwise"] else chain[0]
    for part in chain:
        stride = 2 if x.ndim == 3 and part == widest else 1
        x = convolve(x, weights, f"stage{stage}.{part}", stride)
    return np.maximum(x, 0)


def network_logits(query, model, words):
    weights, record = model
    is_face = "pixels" in query
    x = pixels(query) if is_face else embedded(query, weights["embedding.weight"])
    profile = profile_of(query, words)
    rule, classes = record.get("exit_rule", ""), FACES if is_face else CLASSES
    last = max(n for n in range(1, 9) if f"stage{n}.conv.weight" in weights)
    for stage in range(1, last + 1):
        x = stage_of(x, weights, stage)
        if stage < last and (not rule or f"head{stage}.gate.weight" not in weights):
            continue
        logits = head_logits(x, profile, weights, f"head{stage}")
        if stage == last or confidence_of(logits, classes, rule) > float(record["exit_threshold"]):
            return logits


def logits_of(query, model, words, teacher=None):
    weights, record = model
    if "linear.weight" in weights:
        table = weights["embedding.weight"]
        return (embedded(query, table).sum(0) + dense(profile_of(query, words), weights, "linear"))
    logits = network_logits(query, model, words)
    below = float(record.get("referred_below", 0))
    if teacher and confidence_of(logits, CLASSES, "softmax") < below:
        return network_logits(query, teacher, words)
    return logits


def language(text):
    latin, other = any(c.isascii() and c.isalpha() for c in text), not text.isascii()
    return "both" if latin and other else "chinese" if other else "english"


def measures(logits, queries):
    right = np.array([query["class"] for query in queries])
    is_faces = "pixels" in queries[0]
    logits = logits[:, :FACES if is_faces else CLASSES].astype(float)
    answer = logits.argmax(1)
    p = np.exp(logits - logits.max(1, keepdims=True))
    confidence = (p / p.sum(1, keepdims=True)).max(1)
    is_right = answer == right
    parts = []
    for label in np.union1d(answer, right):
        hits = (is_right & (right == label)).sum()
        parts.append((hits / max((answer == label).sum(), 1), hits / max((right == label).sum(), 1),
                      2 * hits / ((answer == label).sum() + (right == label).sum())))
    macro = np.mean(parts, axis=0)
    edges = np.minimum((confidence * 15).astype(int), 14)
    error = sum(abs(is_right[edges == b].mean() - confidence[edges == b].mean()) * (edges == b).mean()
                for b in np.unique(edges))
    theirs = {"top1": is_right.mean(), "macro_precision": macro[0], "macro_recall": macro[1],
              "macro_f1": macro[2], "calibration_error": error,
              "top5": np.mean([(row > row[label]).sum() < 5 for row, label in zip(logits, right)])}
    if is_faces:
        for name, step, n in (("tone", 25, TONES), ("type", 5, 5), ("concern", 1, 5)):
            theirs[name + "_top1"] = (answer // step % n == right // step % n).mean()
        kinds = [(kind, [q[kind] for q in queries]) for kind in ("tone", "light", "pose", "makeup")]
    else:
        kinds = (("start", ["cold" if q["cold"] else "warm" for q in queries]),
                 ("language", [language(q["text"]) for q in queries]),
                 ("skin", [q["shopper"]["skin"] for q in queries]))
    for kind, names in kinds:
        for name in set(names):
            theirs[f"{kind} {name}"] = is_right[np.array(names) == name].mean()
    return theirs


def main():
    model = load(sys.argv[1])
    teacher = load(sys.argv[4]) if len(sys.argv) > 4 else None
    with open(sys.argv[2], encoding="utf-8") as file:
        queries = [json.loads(line) for line in file]
    with open(sys.argv[3], encoding="utf-8") as file:
        evaluation = json.load(file)
    # In the order of their numbers, which the classes of the queries tell.
    named, words = {q["class"]: q for q in queries}, {}
    if "pixels" not in queries[0]:
        words = {"categories": [named[c * FACETS]["category"] for c in range(CLASSES // FACETS)],
                 "facets": [named[f]["facet"] for f in range(FACETS)]}
    queries = [query for query in queries if query["split"] == "test"]
    theirs = measures(np.array([logits_of(query, model, words, teacher) for query in queries]), queries)
    ours = {name: evaluation[name] for name in theirs if name in evaluation}
    ours.update({f"{part['kind']} {part['name']}": part["top1"] for part in evaluation["slices"]})
    # One answer may go the other way where two logits are equal but for rounding; of integers more do, whose inputs
    # are rounded too.
    is_rounded = any(name.endswith(".input_max") for name in model[0])
    most = {name: 0.01 if is_rounded else 2 / len(queries) for name in theirs if " " not in name}
    most.update({name: 0.02 if is_rounded else 0.003 for name in theirs if " " in name})
    differ = [name for name in theirs if not abs(ours[name] - theirs[name]) <= most[name]]
    for name in differ:
        print(f"{name}: {ours[name]:.6f}, NumPy has {theirs[name]:.6f}")
    print(f"{len(theirs)} measures of {len(queries)} queries, {len(differ)} differ; top-1 {theirs['top1']:.4f}, "
          f"macro F1 {theirs['macro_f1']:.4f}, calibration error {theirs['calibration_error']:.4f}")
    return 1 if differ or set(ours) != set(theirs) else 0


sys.exit(main())
