"""What XGBoost says of the models of its corpus: looks.py. Gains, splits, and the first tree, for `inspect` to be compared with."""
import gzip
import json
import os

import xgboost as xgb

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, xgb.__version__)


def walk(node):
    if "leaf" in node:
        return [None]
    yes, no = sorted(node["children"], key=lambda child: child["nodeid"] != node["yes"])
    return [dict(feature=node["split"], threshold=node["split_condition"])] + walk(yes) + walk(no)


def numeric(node):
    return "leaf" in node or (isinstance(node.get("split_condition"), float) and all(numeric(child) for child in node["children"]))


def main():
    with open(os.path.join(folder, "manifest.json")) as file:
        entries = json.load(file)["cases"]
    with gzip.open(os.path.join(folder, "models.bin.gz")) as file:
        models = file.read()
    found = {}
    for entry in entries:
        forms = [one for one in entry["files"] if one["form"] == "json" and not one.get("origin")]
        if not forms:
            continue
        raw = models[forms[0]["offset"] : forms[0]["offset"] + forms[0]["length"]]
        booster = xgb.Booster(model_file=bytearray(raw))
        try:
            tree = json.loads(booster.get_dump(dump_format="json")[0])
            gains, splits = booster.get_score(importance_type="total_gain"), booster.get_score(importance_type="weight")
        except (ValueError, IndexError, xgb.core.XGBoostError):
            continue  # no trees, or vector leaves
        if numeric(tree) and "leaf" not in tree:
            found[entry["case"]] = dict(gains=gains, splits=splits, tree=walk(tree))
    with open(os.path.join(folder, "looks.json"), "w") as out:
        out.write(json.dumps(found, sort_keys=True, separators=(",", ":")) + "\n")
    print(xgb.__version__, len(found), "models")


main()
