"""GaussianNB."""

from sklearn.naive_bayes import GaussianNB


def add_cases(to, data):
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
