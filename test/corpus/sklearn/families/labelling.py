"""Encoders of labels as models by themselves."""

import numpy as np
from sklearn.preprocessing import LabelBinarizer, LabelEncoder


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
