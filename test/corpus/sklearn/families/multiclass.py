"""Many classes from estimators of two: one against the rest, one against one, codes; thresholds, self-training."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier


def add_cases(to, data):
    X, y = data.blobs(4, seed=240)
    names = np.array(["ant", "bee", "fly", "wasp"])[y]
    binary, answer = data.blobs(2, seed=241)
    labels = np.stack([y == 0, y < 2, X[:, 0] > 0], axis=1).astype(int)
    machine = LinearSVC(random_state=0, max_iter=20000)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    inner = [
        ("machine", machine, "decisions alone"),
        ("logistic", LogisticRegression(max_iter=500, solver="lbfgs"), "decisions and probabilities"),
        ("bayes", GaussianNB(), "probabilities alone"),
        ("tree", tree, "probabilities that tie"),
        ("pipe", make_pipeline(StandardScaler(), SVC(gamma=0.1)), "pipelines"),
    ]
    for name, model, description in inner:
        to.add("rest-" + name, description, OneVsRestClassifier(model), X, names)
        to.add("ones-" + name, description, OneVsOneClassifier(model), X, y)
        to.add("rest-labels-" + name, "several labels, " + description, OneVsRestClassifier(model), X, labels)
        to.add("rest-binary-" + name, "two classes, " + description, OneVsRestClassifier(model), binary, answer == 1)
        to.add("ones-binary-" + name, "two classes, " + description, OneVsOneClassifier(model), binary, answer * 3)
        to.add("code-" + name, "codes, " + description, OutputCodeClassifier(model, code_size=2, random_state=0), X, names)
    square = X[:16].dot(X[:16].T)
    to.add("ones-precomputed", "similarities are computed outside, and asked with", OneVsOneClassifier(SVC(kernel="precomputed")), square, y[:16])
    to.add("rest-precomputed", "likewise", OneVsRestClassifier(SVC(kernel="precomputed")), square, y[:16])
    to.add("rest-lines", "regressors", OneVsRestClassifier(LinearRegression()), X, y, leave_out=("decision_function",))
    constant = np.column_stack([labels[:, 0], np.ones(len(X), dtype=int), np.zeros(len(X), dtype=int)])
    to.add("rest-labels-constant", "labels that all rows have, or none", OneVsRestClassifier(tree), X, constant)
    to.add("rest-labels-constant-first", "the first label is one that all rows have", OneVsRestClassifier(machine), X, constant[:, [1, 0]])
    wrappers(to, data)


def wrappers(to, data):
    binary, answer = data.blobs(2, seed=242)
    words = np.array(["no", "yes"])[answer]
    logistic = LogisticRegression(max_iter=500, solver="lbfgs")
    if to.since(0, 24):
        from sklearn.semi_supervised import SelfTrainingClassifier

        some = np.where(np.arange(len(answer)) % 3 == 0, -1, answer)
        to.add("self-training", "a third without labels", SelfTrainingClassifier(logistic), binary, some)
    else:
        to.skip("self-training", "came with 0.24")
    if not to.since(1, 5):
        for name in ("fixed", "fixed-auto", "fixed-first", "fixed-decision", "tuned", "tuned-first", "frozen"):
            to.skip("threshold-" + name, "came with 1.5 and 1.6")
        return
    from sklearn.frozen import FrozenEstimator
    from sklearn.metrics import f1_score, make_scorer
    from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV

    to.add("threshold-fixed", "a high threshold", FixedThresholdClassifier(logistic, threshold=0.8), binary, words)
    to.add("threshold-fixed-auto", "the usual threshold", FixedThresholdClassifier(LinearSVC(random_state=0)), binary, words)
    to.add("threshold-fixed-first", "for the first class", FixedThresholdClassifier(logistic, threshold=0.3, pos_label="no"), binary, words)
    to.add("threshold-fixed-decision", "of the first class's decision", FixedThresholdClassifier(logistic, threshold=0.5, pos_label="no", response_method="decision_function"), binary, words)
    to.add("threshold-tuned", "tuned for accuracy", TunedThresholdClassifierCV(logistic), binary, words)
    first = make_scorer(f1_score, pos_label="no")
    to.add("threshold-tuned-first", "tuned for the first class", TunedThresholdClassifierCV(logistic, scoring=first), binary, words)
    frozen = FrozenEstimator(logistic.fit(binary, words))
    to.add("threshold-frozen", "of a frozen one", FixedThresholdClassifier(frozen, threshold=0.4), binary, words)
