"""Encoders of labels as models by themselves."""

import numpy as np
from sklearn.preprocessing import LabelBinarizer, LabelEncoder, MultiLabelBinarizer


def add_cases(to, data):
    random = np.random.RandomState(120)
    texts = np.array(["setosa", "versicolor", "virginica", "Ähre"], dtype=object)[random.randint(0, 4, 50)]
    numbers = random.choice([3, 7, -2], 50)
    rows = dict(rows=texts[::-1])
    to.add("encoder-texts", "texts", LabelEncoder().fit(texts), fit=False, **rows)
    to.add("encoder-numbers", "numbers", LabelEncoder().fit(numbers), fit=False, rows=numbers[::-1])
    to.add("encoder-floats", "numbers with fractions", LabelEncoder().fit(numbers / 2.0), fit=False, rows=numbers[::-1] / 2.0)
    to.add("encoder-bool", "truths", LabelEncoder().fit(numbers == 3), fit=False, rows=(numbers == 3)[::-1])
    to.add("binarizer-texts", "texts", LabelBinarizer().fit(texts), fit=False, **rows)
    to.add("binarizer-numbers", "numbers, -1 and 1", LabelBinarizer(neg_label=-1, pos_label=1).fit(numbers), fit=False, rows=np.where(numbers == 7, 5, numbers))
    to.add("binarizer-two", "two classes", LabelBinarizer(neg_label=2, pos_label=5).fit(numbers == 7), fit=False, rows=(numbers == 7)[::-1])
    two = np.where(numbers == 7, "yes", "no").astype(object)
    to.add("binarizer-two-texts", "two texts", LabelBinarizer().fit(two), fit=False, rows=two[::-1])
    add_sets(to, random)


def add_sets(to, random):
    """Sets of labels, four places a row: a label may come twice."""
    names = np.array([u"comedy", u"drama", u"\u00c4rger", u"sci-fi", u"war"], dtype=object)
    places = random.randint(0, 5, (200, 4))
    sets = [set(row) for row in names[places]]
    numbers = [set(int(label) for label in row) for row in places * 7 - 9]
    runs = {}
    if to.since(0, 20):
        others = names[places[:40]]
        others[::3, 1] = "unheard of"
        others[1::3, 2:] = None
        others[2::7] = None
        runs = dict(others=others)
    to.add("sets-texts", "sets of texts", MultiLabelBinarizer().fit(sets), fit=False, rows=names[places], runs=runs)
    to.add("sets-sparse", "sets of texts, as sparse rows", MultiLabelBinarizer(sparse_output=True).fit(sets), fit=False, rows=names[places])
    ordered = MultiLabelBinarizer(classes=[u"war", u"drama", u"sci-fi", u"comedy", u"\u00c4rger"]).fit(sets)
    to.add("sets-ordered", "classes in an order of their own", ordered, fit=False, rows=names[places])
    unknown = dict(others=(places[:40] * 7 - 9) + (places[:40] == 2)) if to.since(0, 20) else {}
    to.add("sets-numbers", "sets of numbers", MultiLabelBinarizer().fit(numbers), fit=False, rows=places * 7 - 9, runs=unknown)
    if not to.since(0, 20):
        to.skip("sets-lists", "labels that are no class are refused before 0.20")
        to.skip("sets-lists-numbers", "labels that are no class are refused before 0.20")
        return
    to.add("sets-lists", "lists of texts, of any length", MultiLabelBinarizer().fit(sets), fit=False, rows=lists(random, list(names) + [u"unheard of"]))
    to.add("sets-lists-numbers", "lists of numbers, of any length", MultiLabelBinarizer().fit(numbers), fit=False, rows=lists(random, [-9, -2, 5, 12, 19, 3]))


def lists(random, labels):
    """200 lists of none to seven labels, some twice."""
    return [[labels[place] for place in random.randint(0, len(labels), random.randint(0, 8))] for _ in range(200)]
