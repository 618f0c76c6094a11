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
    updates(to, X, own)
    dictionaries(to, X)


def updates(to, X, own):
    """Multiplicative updates, with each divergence."""
    if not to.since(0, 19):
        to.skip("updates", "the solver mu came with 0.19")
        return
    how = dict(solver="mu", init="nndsvda", random_state=0)
    above = dict(own, rows=own["rows"] + 0.25)
    to.add("updates", "squared differences", NMF(3, **how), X, **own)
    to.add("updates-loose", "a loose tolerance: all rows decide when it stops", NMF(3, tol=0.02, **how), X, **own)
    to.add("updates-few", "seven rounds, and no look at the error", NMF(3, tol=0, max_iter=7, **how), X, **own)
    to.add("updates-kl", "Kullback and Leibler", NMF(3, beta_loss="kullback-leibler", max_iter=60, **how), X, **own)
    to.add("updates-is", "Itakura and Saito", NMF(3, beta_loss="itakura-saito", max_iter=60, **how), X + 0.25, **above)
    for name, beta in (("half", 0.5), ("minus", -0.5), ("between", 1.5), ("three", 3.0)):
        to.add("updates-" + name, "beta %s" % beta, NMF(3, beta_loss=beta, max_iter=40, **how), X + 0.25, **above)
    to.add("updates-kl-sparse", "fitted on sparse rows", NMF(2, beta_loss=1, max_iter=30, **how), X, fit_with=sparse.csr_matrix(X), **own)
    to.add("updates-texts", "counts of words, then parts", make_pipeline(CountVectorizer(), NMF(2, beta_loss="kullback-leibler", max_iter=50, **how)), TEXTS, rows=TEXTS[::-1])
    penalty = dict(alpha_W=0.01, l1_ratio=0.4) if to.since(1, 2) else dict(alpha=0.1, l1_ratio=0.4)
    to.add("updates-penalty", "penalties", NMF(3, beta_loss=1.5, max_iter=40, **dict(how, **penalty)), X, **own)
    batches(to, X, own, above)


def batches(to, X, own, above):
    if not to.since(1, 1):
        to.skip("batches", "MiniBatchNMF came with 1.1")
        return
    from sklearn.decomposition import MiniBatchNMF

    how = dict(init="nndsvda", random_state=0, batch_size=16, max_iter=30)
    to.add("batches", "squared differences", MiniBatchNMF(3, **how), X, **own)
    to.add("batches-own", "as many rounds as answers may take", MiniBatchNMF(3, transform_max_iter=5, tol=0, **how), X, **own)
    to.add("batches-kl", "Kullback and Leibler, with penalties", MiniBatchNMF(3, beta_loss="kullback-leibler", alpha_W=0.01, l1_ratio=0.4, **how), X, **own)
    to.add("batches-is", "Itakura and Saito", MiniBatchNMF(3, beta_loss="itakura-saito", fresh_restarts=True, **how), X + 0.25, **above)
    to.add("batches-three", "beta 3, a loose tolerance", MiniBatchNMF(3, beta_loss=3.0, **dict(how, tol=0.01)), X, **own)


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
    solved(to, X, wide, atoms)


def solved(to, X, wide, atoms):
    """Codes that are found by a regression for each row."""
    for name in ("lars", "lasso_lars", "lasso_cd"):
        case = "coder-" + name.replace("_", "-")
        # In float32 the paths of newer versions part from those in float64; since 1.8 lasso_cd takes no such rows at all.
        how = dict(keep=40, runs={"float32": None})
        more = dict(transform_n_nonzero_coefs=3) if name == "lars" else dict(transform_alpha=0.6)
        to.add(case, "atoms that were given, by " + name, SparseCoder(atoms, transform_algorithm=name, **more), wide, **how)
        to.add(case + "-lengths", "atoms of any length, as many as columns", SparseCoder(X[:6] - 1, transform_algorithm=name, **more), X, **how)
        to.add(case + "-learnt", "atoms that were learnt", DictionaryLearning(5, max_iter=4, alpha=0.5, transform_algorithm=name, split_sign=True, random_state=0), wide, **how)
        if name != "lars" and to.since(0, 20):
            to.add(case + "-positive", "none below 0", MiniBatchDictionaryLearning(5, alpha=0.5, fit_algorithm="cd", transform_algorithm=name, positive_code=True, random_state=0), wide, **how)
        if name != "lars" and to.since(0, 22):
            to.add(case + "-few", "three rounds", SparseCoder(atoms, transform_algorithm=name, transform_alpha=0.1, transform_max_iter=3), wide, **how)
