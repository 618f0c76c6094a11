"""Topics, parts that are not negative, dictionaries."""

import numpy as np
from scipy import sparse
from sklearn.decomposition import (
    NMF, DictionaryLearning, LatentDirichletAllocation, MiniBatchDictionaryLearning, SparseCoder)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline

TEXTS = [u"the cat sat on the mat", u"dogs and cats play", u"the stock market fell", u"markets and stocks rose again", u"a cat chased a dog", u"investors sold stock", u"my dog sleeps on the mat", u"prices rose in the market", u"nothing of that"]


def add_cases(to, data):
    random = np.random.RandomState(140)
    X = random.poisson(2.0, size=(40, 6)).astype(np.float64)
    asked = random.poisson(2.5, size=(60, 6)).astype(np.float64)
    asked[1] = 0
    own = dict(rows=asked, keep=40)
    topics = dict(max_iter=5, learning_method="batch", random_state=0)
    count = "n_components" if to.since(0, 19) else "n_topics"
    to.add("topics", "three topics", LatentDirichletAllocation(**dict(topics, **{count: 3})), X, **own)
    to.add("topics-prior", "with a prior", LatentDirichletAllocation(doc_topic_prior=0.4, max_doc_update_iter=7, **dict(topics, **{count: 4})), X, **own)
    to.add("topics-sparse", "fitted on sparse rows", LatentDirichletAllocation(**dict(topics, **{count: 2})), X, fit_with=sparse.csr_matrix(X), **own)
    to.add("topics-texts", "counts of words, then topics", make_pipeline(CountVectorizer(), LatentDirichletAllocation(**dict(topics, **{count: 2}))), TEXTS, rows=TEXTS[::-1])
    parts(to, X, own)
    dictionaries(to, X)


def parts(to, X, own):
    to.add("parts", "three parts", NMF(3, random_state=0, init="nndsvd"), X, **own)
    to.add("parts-loose", "a loose tolerance: all rows decide when it stops", NMF(3, random_state=0, init="nndsvd", tol=0.05), X, **own)
    to.add("parts-few", "four rounds", NMF(3, random_state=0, init="nndsvd", max_iter=4), X, **own)
    if to.since(1, 2):
        to.add("parts-penalty", "penalties", NMF(3, random_state=0, init="nndsvd", alpha_W=0.01, l1_ratio=0.3), X, **own)
    else:
        to.add("parts-penalty", "penalties", NMF(3, random_state=0, init="nndsvd", alpha=0.1, l1_ratio=0.3), X, **own)
    if to.since(1, 0):
        to.add("parts-penalty-scaled", "penalties that grow with the features", NMF(3, random_state=0, init="nndsvd", alpha_W=0.02, alpha_H=0.0, l1_ratio=0.5), X, **own)


def dictionaries(to, X):
    more = dict(transform_algorithm="threshold", random_state=0, alpha=0.5)
    to.add("dictionary", "soft thresholds", DictionaryLearning(4, max_iter=5, **more), X)
    to.add("dictionary-alpha", "another threshold", DictionaryLearning(4, max_iter=5, transform_alpha=2.0, **more), X)
    to.add("dictionary-split", "positive and negative parts", DictionaryLearning(4, max_iter=5, split_sign=True, **more), X)
    to.add("dictionary-batches", "batch by batch", MiniBatchDictionaryLearning(4, **more), X)
    if to.since(0, 20):
        to.add("dictionary-positive", "soft thresholds, none below 0", DictionaryLearning(4, max_iter=5, positive_code=True, fit_algorithm="cd", **more), X)
    wide = np.random.RandomState(142).normal(size=(50, 24))
    to.add("dictionary-pursuit", "orthogonal matching pursuit, a tenth of the columns: what it does by itself", DictionaryLearning(8, max_iter=5, random_state=0), wide, keep=40)
    to.add("dictionary-pursuit-more", "seven atoms of nine", DictionaryLearning(9, max_iter=5, transform_n_nonzero_coefs=7, random_state=0), wide, keep=40)
    to.add("dictionary-pursuit-all", "as many atoms as there are, and rows of few", DictionaryLearning(3, max_iter=5, transform_n_nonzero_coefs=3, split_sign=True, random_state=0), X, keep=40)
    to.add("dictionary-pursuit-batches", "batch by batch", MiniBatchDictionaryLearning(8, random_state=0), wide, keep=40)
    atoms = wide[:6] / np.sqrt((wide[:6] ** 2).sum(axis=1, keepdims=True))
    to.add("coder", "atoms that were given", SparseCoder(atoms, transform_n_nonzero_coefs=4), wide, keep=40)
    to.add("coder-threshold", "atoms that were given, soft thresholds", SparseCoder(atoms, transform_algorithm="threshold", transform_alpha=0.4), wide, keep=40)
    if to.since(0, 20):
        to.add("coder-lengths", "atoms of any length", SparseCoder(wide[:6] * np.arange(1, 7)[:, np.newaxis], transform_n_nonzero_coefs=4), wide, keep=40)
