"""All naive Bayes classifiers, on numbers, counts, categories and texts."""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline

from families.text import documents


def add_cases(to, data):
    gaussian(to, data)
    counts(to, data)
    bernoulli(to, data)
    categories(to, data)
    texts(to, data)


def gaussian(to, data):
    X, y = data.blobs(3, seed=70)
    to.add("bayes-three", "three classes", GaussianNB(), X, y)
    to.add("bayes-binary", "two classes", GaussianNB(), *data.blobs(2, seed=71))
    to.add("bayes-iris", "iris, text labels", GaussianNB(), data.iris_half()[0], data.iris_names(data.iris_half()[1]))
    to.add("bayes-bool", "labels False and True", GaussianNB(), X, y == 1)
    to.add("bayes-priors", "priors given", GaussianNB(priors=[0.625, 0.25, 0.125]), X, y)
    to.add("bayes-prior-zero", "a class with the prior 0", GaussianNB(priors=[0.5, 0.5, 0.0]), X, y)
    if to.since(0, 20):
        to.add("bayes-smoothing", "much smoothing", GaussianNB(var_smoothing=0.1), X, y)
    else:
        to.skip("bayes-smoothing", "var_smoothing came with 0.20")
    to.add("bayes-one-feature", "one column", GaussianNB(), *data.blobs(3, features=1, seed=72))
    to.add("bayes-wine", "13 columns of very different size", GaussianNB(), *data.wine())


def complement():
    from sklearn.naive_bayes import ComplementNB

    return ComplementNB


def counts(to, data):
    X, y = data.blobs(3, features=4, seed=73)
    X = np.round(np.abs(X))
    names = np.array(["low", "mid", "tall"])[y]
    to.add("multinomial", "three classes", MultinomialNB(), X, y)
    to.add("multinomial-binary", "labels False and True, no prior", MultinomialNB(fit_prior=False, alpha=0.5), X, y == 1)
    to.add("multinomial-string", "three text labels, priors given", MultinomialNB(class_prior=[0.5, 0.25, 0.25]), X, names)
    if not to.since(0, 20):
        for name in ("complement", "complement-norm", "complement-one-class"):
            to.skip(name, "ComplementNB came with 0.20")
        return
    to.add("complement", "three classes", complement()(), X, y)
    # The weights of every class sum to 1: far out all classes tie, and the order of the sum decides.
    to.add("complement-norm", "three text labels, weights normalised", complement()(norm=True), X, names, runs={"extreme": None})
    if to.since(1, 0):
        to.add("complement-one-class", "one class only", complement()(), X, np.zeros(len(y), dtype=int))
    else:
        to.skip("complement-one-class", "its likelihoods have a column for a class that is not there")


def bernoulli(to, data):
    X, y = data.blobs(3, features=4, seed=74)
    to.add("bernoulli", "three classes", BernoulliNB(), X, y)
    to.add("bernoulli-threshold", "true from 0.5 on, text labels", BernoulliNB(binarize=0.5), X, np.array(["low", "mid", "tall"])[y])
    if to.since(1, 2):
        to.skip("bernoulli-below", "a threshold below 0 is refused since 1.2")
    else:
        to.add("bernoulli-below", "true from -0.5 on, two classes", BernoulliNB(binarize=-0.5, alpha=0.1), X, y == 1)
    to.add("bernoulli-as-they-are", "truths are given", BernoulliNB(binarize=None), (X > 0) * 1.0, y)


def categories(to, data):
    names = ("categorical", "categorical-string", "categorical-least")
    if not to.since(0, 22):
        for name in names:
            to.skip(name, "CategoricalNB came with 0.22")
        return
    from sklearn.naive_bayes import CategoricalNB

    random = np.random.RandomState(75)
    X = np.column_stack([random.randint(0, most, size=60) for most in (2, 5, 3)])
    y = (X[:, 0] + X[:, 1] + random.randint(0, 2, size=60)) % 3
    X[:3] = [[1, 4, 2], [0, 0, 0], [1, 2, 1]]
    rows = np.column_stack([random.randint(0, most, size=120) for most in (2, 5, 3)]).astype(np.float64)
    to.add("categorical", "three classes", CategoricalNB(), X, y, rows=rows)
    to.add("categorical-string", "two text labels; fractions are dropped", CategoricalNB(alpha=0.1, fit_prior=False), X, np.array(["no", "yes", "yes"])[y], rows=rows + 0.75)
    if to.since(0, 24):
        to.add("categorical-least", "more categories than were seen", CategoricalNB(min_categories=6), X, y, rows=rows + np.array([4.0, 1.0, 3.0]))
    else:
        to.skip("categorical-least", "min_categories came with 0.24")


def texts(to, data):
    words = documents()
    y = np.arange(len(words)) % 3
    models = [("multinomial", MultinomialNB()), ("bernoulli", BernoulliNB()), ("bernoulli-below", BernoulliNB(binarize=0.5))]
    if to.since(0, 20):
        models.append(("complement", complement()()))
    else:
        to.skip("text-complement", "ComplementNB came with 0.20")
    for name, model in models:
        to.add("text-" + name, "sparse rows", make_pipeline(CountVectorizer(max_features=40), model), words, y)
