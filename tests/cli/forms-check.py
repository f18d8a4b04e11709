#!/usr/bin/env python3
"""forms-check.py FORMAT FILE DATABASE VARIANT: whether FILE, which `joulecart export` wrote, has the form of FORMAT, and
says what view v_figure says of the variant, within 1e-9. With --schema SCHEMA.json the schema is that one, and what
it refers to lies beside it. Prints a line for each figure that was compared."""

import json
import math
import os
import sqlite3
import sys

import jsonschema
import yaml


def load(format, path):
    text = open(path, "rb").read().decode()
    if format != "hf-card":
        return json.loads(text, parse_constant=lambda word: sys.exit(f"{word} is no JSON"))
    head, card, rest = text.split("---\n")
    if head or rest:
        sys.exit("something stands around the front matter")
    return yaml.safe_load(card)


def validate(format, given, own):
    if not own:
        schemas = json.load(open(os.path.join(os.path.dirname(__file__), "forms-schemas.json")))
        jsonschema.Draft7Validator.check_schema(schemas[format])
        jsonschema.Draft7Validator(schemas[format]).validate(given)
        return
    schema = json.load(open(own))
    folder = os.path.dirname(own)
    store = {}
    for name in os.listdir(folder):
        if name.endswith(".schema.json") and not name.startswith("bom-"):
            beside = json.load(open(os.path.join(folder, name)))
            beside["$id"] = "http://cyclonedx.org/schema/" + name
            store[beside["$id"]] = beside
    resolver = jsonschema.RefResolver(schema["$id"], schema, store)
    jsonschema.Draft7Validator(schema, resolver=resolver).validate(given)


class Figures:
    def __init__(self, path, variant):
        self.db = sqlite3.connect(path)
        self.variant = variant

    def __call__(self, job, per, figure):
        return self.db.execute(
            "SELECT value FROM v_figure WHERE variant = ? AND job = ? AND per = ? AND figure = ?",
            (self.variant, job, per, figure)).fetchone()[0]

    def metric(self, job, name):
        return self.db.execute("""SELECT avg(value) FROM metric JOIN trial USING (trial_id)
            WHERE variant = ? AND job = ? AND name = ?""", (self.variant, job, name)).fetchone()[0]


def near(what, got, want):
    if not math.isclose(got, want, rel_tol=1e-9, abs_tol=0):
        sys.exit(f"{what}: {got!r} is written, and {want!r} is in the database")
    print(what)


JOBS = {"training": "train", "fine-tuning": "train", "inference": "infer"}


def cyclonedx(given, figure):
    card = given["components"][0]["modelCard"]["considerations"]["environmentalConsiderations"]
    for use in card["energyConsumptions"]:
        job = JOBS[use["activity"]]
        properties = {p["name"]: p["value"] for p in use["properties"]}
        near(job + " kWh", use["activityEnergyCost"]["value"], figure(job, "run", "e_kwh"))
        near(job + " provided", use["energyProviders"][0]["energyProvided"]["value"], figure(job, "run", "e_kwh"))
        near(job + " t", use["co2CostEquivalent"]["value"] * 1e6, figure(job, "run", "o_g"))
        if job == "infer":
            near("J a query", float(properties["joulecart:joules-per-query"]), figure(job, "query", "joules"))


def spdx_ai(given, figure):
    package = [e for e in given["@graph"] if e["type"] == "ai_AIPackage"][0]
    energy = package["ai_energyConsumption"]
    for key, job in [("ai_trainingEnergyConsumption", "train"), ("ai_inferenceEnergyConsumption", "infer")]:
        near(key, float(energy[key][0]["ai_energyQuantity"]), figure(job, "run", "e_kwh"))
    named = {e.get("spdxId", e.get("@id")) for e in given["@graph"]}
    for element in given["@graph"]:
        for key in ("suppliedBy", "creationInfo"):
            if element.get(key, package["spdxId"]) not in named:
                sys.exit(f"{element[key]} is no element")


def boamps(given, figure):
    job = JOBS[given["task"]["taskStage"]]
    if job == "train":
        near("kWh", given["measures"][0]["powerConsumption"], figure(job, "run", "e_kwh"))
        return
    near("kWh a request", given["measures"][0]["powerConsumption"] / given["task"]["nbRequest"],
         figure(job, "query", "e_kwh"))


def hf_card(given, figure):
    near("g", given["co2_eq_emissions"]["emissions"], figure("train", "run", "o_g"))


def mlperf(given, figure):
    near("J a query", given["energy_per_query_joules"]["mean"], figure("infer", "query", "joules"))
    near("J", given["total_energy_joules"], figure("infer", "run", "joules"))


def annex_xi(given, figure):
    for key, job in [("training_energy", "train"), ("inference_energy_of_a_benchmark", "infer")]:
        near(key, given[key]["amount_mwh"] * 1e3, figure(job, "run", "e_kwh"))
        written = given[key]["amount"].split(" ")[0].split("*10^")
        if not math.isclose(float(written[0]) * 10 ** float(written[1]), given[key]["amount_mwh"], rel_tol=0.006):
            sys.exit(f"{given[key]['amount']} is not {given[key]['amount_mwh']}")


def sci_ai(given, figure):
    scores = given["consumer"]["scores"]
    near("a query", scores[0]["gCO2e"]["value"], figure("infer", "query", "sci_g"))
    near("a workflow", scores[1]["gCO2e"]["value"], 5 * figure("infer", "query", "sci_g"))
    metric = "nonzeros" if given["provider"]["parameter_basis"] == "effective" else "parameters"
    near("a billion parameters", given["provider"]["scores"][0]["gCO2e"]["value"],
         figure("train", "run", "sci_g") / figure.metric("train", metric) * 1e9)


format, path, database, variant = sys.argv[1:5]
given = load(format, path)
validate(format, given, sys.argv[6] if sys.argv[5:6] == ["--schema"] else None)
globals()[format.replace("-", "_")](given, Figures(database, variant))
