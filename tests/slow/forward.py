#!/usr/bin/env python3
"""forward.py WEIGHTS QUERIES EVALUATION: the network's answers to the test queries, computed by NumPy from the
weights file alone, and every measure of quality from these answers. Says what 'joulecart models eval --json' has
otherwise; exits with 1 where that is more than rounding. Shares no code with the program."""
import json
import struct
import sys

import numpy as np

LENGTHS, IDS, LONGEST = (12, 16, 20, 24), 6, 24
SKINS = ["oily", "dry", "sensitive", "dull", "mature"]
CONCERNS = ["acne", "dehydration", "redness", "spots", "wrinkles"]
BUDGETS, FACETS, CLASSES = ["low", "middle", "high"], 6, 72


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data[slice(*at["data_offsets"])], "<f4").reshape(at["shape"])
            for name, at in header.items()}


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


def profile_of(shopper, words):
    fields = [(SKINS, "skin"), (CONCERNS, "concern"), (BUDGETS, "budget"),
              (words["facets"], "last_facet"), (words["categories"], "last_category"),
              (list(range(5)), "age_band"), (words["categories"], "older_category")]
    return np.concatenate([np.eye(len(values), dtype=np.float32)[values.index(shopper[name])]
                           for values, name in fields])


def convolve(x, weights, name):
    weight, bias = weights[name + ".weight"], weights[name + ".bias"]
    half = weight.shape[2] // 2
    padded = np.pad(x, ((half, half), (0, 0)))
    return sum(padded[k:k + len(x)] @ weight[:, :, k].T for k in range(weight.shape[2])) + bias


def dense(x, weights, name):
    return weights[name + ".weight"] @ x + weights[name + ".bias"]


def logits_of(query, weights, words):
    table = weights["embedding.weight"]
    found = positions_of(query["text"], len(table))
    x = np.zeros((next(n for n in LENGTHS if n >= len(found)), table.shape[1]), np.float32)
    for at, rows in enumerate(found):
        x[at] = table[rows].sum(0) / np.sqrt(len(rows))
    stage = 1
    while f"stage{stage}.conv.weight" in weights:
        if f"stage{stage}.reduce.weight" in weights:
            x = convolve(x, weights, f"stage{stage}.reduce")
        x = np.maximum(convolve(x, weights, f"stage{stage}.conv"), 0)
        stage += 1
    head, pool, profile = f"head{stage - 1}", x.max(0), profile_of(query["shopper"], words)
    gate = 1 / (1 + np.exp(-dense(np.concatenate([pool, profile]), weights, head + ".gate")))
    x = np.concatenate([pool, 2 * gate * profile])
    if head + ".reduce.weight" in weights:
        x = dense(x, weights, head + ".reduce")
    return dense(np.maximum(dense(x, weights, head + ".hidden"), 0), weights, head + ".out")


def language(text):
    latin, other = any(c.isascii() and c.isalpha() for c in text), not text.isascii()
    return "both" if latin and other else "chinese" if other else "english"


def measures(logits, queries):
    right = np.array([query["class"] for query in queries])
    logits = logits[:, :CLASSES].astype(float)
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
    for kind, names in (("start", ["cold" if q["cold"] else "warm" for q in queries]),
                        ("language", [language(q["text"]) for q in queries]),
                        ("skin", [q["shopper"]["skin"] for q in queries])):
        for name in set(names):
            theirs[f"{kind} {name}"] = is_right[np.array(names) == name].mean()
    return theirs


def main():
    weights = load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        queries = [json.loads(line) for line in file]
    with open(sys.argv[3], encoding="utf-8") as file:
        evaluation = json.load(file)
    # In the order of their numbers, which the classes of the queries tell.
    named = {q["class"]: q for q in queries}
    words = {"categories": [named[c * FACETS]["category"] for c in range(CLASSES // FACETS)],
             "facets": [named[f]["facet"] for f in range(FACETS)]}
    queries = [query for query in queries if query["split"] == "test"]
    theirs = measures(np.array([logits_of(query, weights, words) for query in queries]), queries)
    ours = {name: evaluation[name] for name in theirs if name in evaluation}
    ours.update({f"{part['kind']} {part['name']}": part["top1"] for part in evaluation["slices"]})
    # One answer may go the other way where two logits are equal but for rounding.
    most = {name: 2 / len(queries) if " " not in name else 0.003 for name in theirs}
    differ = [name for name in theirs if not abs(ours[name] - theirs[name]) <= most[name]]
    for name in differ:
        print(f"{name}: {ours[name]:.6f}, NumPy has {theirs[name]:.6f}")
    print(f"{len(theirs)} measures of {len(queries)} queries, {len(differ)} differ; top-1 {theirs['top1']:.4f}, "
          f"macro F1 {theirs['macro_f1']:.4f}, calibration error {theirs['calibration_error']:.4f}")
    return 1 if differ or set(ours) != set(theirs) else 0


sys.exit(main())
