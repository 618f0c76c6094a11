"""What LightGBM says of the models of its corpus: looks.py. Gains, splits, and the first tree, for `inspect` to be compared with."""
import gzip
import json
import os

import lightgbm as lgb

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, lgb.__version__)


def walk(node, names):
    if "split_feature" not in node:
        return [None]
    here = dict(feature=names[node["split_feature"]], threshold=node["threshold"])
    return [here] + walk(node["left_child"], names) + walk(node["right_child"], names)


def numeric(node):
    return "split_feature" not in node or (node["decision_type"] == "<=" and numeric(node["left_child"]) and numeric(node["right_child"]))


def main():
    with open(os.path.join(folder, "manifest.json")) as file:
        entries = json.load(file)["cases"]
    with gzip.open(os.path.join(folder, "models.bin.gz")) as file:
        models = file.read()
    found = {}
    for entry in entries:
        forms = [one for one in entry["files"] if one["form"] == "text" and not one.get("origin")]
        if not forms:
            continue
        text = models[forms[0]["offset"] : forms[0]["offset"] + forms[0]["length"]].decode("utf-8")
        booster = lgb.Booster(model_str=text)
        dump = booster.dump_model(num_iteration=1)
        if not dump["tree_info"]:
            continue
        tree, names = dump["tree_info"][0]["tree_structure"], booster.feature_name()
        if "split_feature" not in tree or not numeric(tree):
            continue
        gains, splits = booster.feature_importance("gain"), booster.feature_importance("split")
        used = [at for at in range(len(names)) if splits[at] > 0]
        found[entry["case"]] = dict(
            gains=dict((names[at], float(gains[at])) for at in used),
            splits=dict((names[at], int(splits[at])) for at in used),
            tree=walk(tree, names),
        )
    with open(os.path.join(folder, "looks.json"), "w") as out:
        out.write(json.dumps(found, sort_keys=True, separators=(",", ":")) + "\n")
    print(lgb.__version__, len(found), "models")


main()
