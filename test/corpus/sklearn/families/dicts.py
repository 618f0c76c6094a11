"""DictVectorizer: rows are dicts, whose keys a row may lack."""

import numpy as np
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import make_pipeline


def records(count=60):
    random = np.random.RandomState(41)
    rows = []
    for _ in range(count):
        row = {
            "city": str(random.choice(["Oslo", "Bergen", u"Tromsø", "a=b"])),
            "temperature": round(float(random.normal(5, 8)), 1),
            "wind": str(random.choice(["calm", "storm"])),
            "boats": int(random.randint(0, 9)),
        }
        for key in list(row):
            if random.uniform() < 0.2:
                del row[key]
        rows.append(row if row else {"boats": 0})
    return rows


def unseen(rows):
    """Texts and keys that nobody was trained with."""
    odd = [dict(row) for row in rows[:20]]
    for index, row in enumerate(odd):
        row["city"] = ["Moss", "", "Oslo"][index % 3]
    return odd + rows


def numbers(count=40):
    random = np.random.RandomState(42)
    return [dict((key, float(random.randint(-3, 4))) for key in "zyx" if random.uniform() < 0.8) or {"x": 1.0} for _ in range(count)]


def add_cases(to, data):
    rows = records()
    y = np.array([row.get("boats", 0) > 4 for row in rows]) * 1
    to.add("dicts-mixed", "texts and numbers", DictVectorizer(), rows, rows=unseen(rows))
    to.add("dicts-dense", "a dense array", DictVectorizer(sparse=False), rows, rows=unseen(rows))
    to.add("dicts-unsorted", "in the order of first sight", DictVectorizer(sort=False), rows, rows=unseen(rows))
    to.add("dicts-separator", "another separator", DictVectorizer(separator=" is "), rows, rows=unseen(rows))
    to.add("dicts-numbers", "numbers only", DictVectorizer(), numbers(), rows=numbers())
    texts = [dict((key, value) for key, value in row.items() if isinstance(value, str)) or {"wind": "calm"} for row in rows]
    to.add("dicts-texts", "texts only", DictVectorizer(), texts, rows=texts)
    to.add("dicts-logistic", "before a classifier", make_pipeline(DictVectorizer(), LogisticRegression()), rows, y)
    to.add("dicts-bayes", "before a classifier", make_pipeline(DictVectorizer(sparse=False), BernoulliNB()), rows, y)
    hashers(to, rows, y)


def hashers(to, rows, y):
    """FeatureHasher knows no key: each is hashed."""
    few = dict(keep=40)
    to.add("hashed-mixed", "texts and numbers", FeatureHasher(n_features=16), rows, rows=unseen(rows), **few)
    to.add("hashed-wide", "few collisions", make_pipeline(FeatureHasher(n_features=1024), LogisticRegression()), rows, y, rows=unseen(rows))
    if to.since(0, 20):
        to.add("hashed-unsigned", "no signs", FeatureHasher(n_features=16, alternate_sign=False), rows, rows=unseen(rows), **few)
    else:
        to.skip("hashed-unsigned", "signs cannot be left out")
    if to.since(0, 21):
        to.skip("hashed-absolute", "sums keep their signs")
    else:
        to.add("hashed-absolute", "sums without signs", FeatureHasher(n_features=8, non_negative=True), rows, rows=unseen(rows), **few)
    to.add("hashed-single", "sums of float32", FeatureHasher(n_features=16, dtype=np.float32), rows, rows=rows[:4])
    words = [[u"sea", u"river"], [u"sea", u"sea", u""], [u"caf\u00e9"], [], [u"a", u"b", u"c", u"sea"]] * 8
    to.add("hashed-strings", "rows of texts", FeatureHasher(n_features=16, input_type="string"), words, rows=words)
    pairs = [[(key, float(at)) for at, key in enumerate(sorted(row))] for row in rows]
    to.add("hashed-pairs", "rows of pairs, asked as dicts", FeatureHasher(n_features=8, input_type="pair").fit(pairs), rows, fit=False, rows=unseen(rows), ask=lambda asked: [sorted(row.items()) for row in asked])
