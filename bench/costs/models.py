"""Makes models that are large in what they hold, for `bench/costs.ts`, under $PEERS_DIR/models/costs/<name>/.

Run with the `bare` environment:  $PEERS_DIR/bare/bin/python bench/costs/models.py [NAME...]

Each folder holds what one of bench/tabular/models.py does, save for the servers' files. What is there already stays.
"""

import json
import os
import pathlib
import sys
import warnings

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.covariance import EllipticEnvelope
from sklearn.decomposition import (
    NMF, PCA, FactorAnalysis, KernelPCA, LatentDirichletAllocation, TruncatedSVD)
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier, AdaBoostRegressor, ExtraTreesClassifier, IsolationForest, RandomForestRegressor,
    RandomTreesEmbedding, VotingClassifier)
from sklearn.feature_extraction.text import (
    CountVectorizer, HashingVectorizer, TfidfVectorizer)
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.kernel_approximation import AdditiveChi2Sampler, Nystroem, RBFSampler
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.manifold import Isomap, LocallyLinearEmbedding
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.naive_bayes import CategoricalNB, ComplementNB, GaussianNB
from sklearn.neighbors import (
    KernelDensity, KNeighborsClassifier, KNeighborsRegressor, LocalOutlierFactor, RadiusNeighborsClassifier,
    RadiusNeighborsRegressor)
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer, MinMaxScaler, Normalizer, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, PowerTransformer,
    QuantileTransformer, SplineTransformer)
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC, SVR, OneClassSVM

OUT = pathlib.Path(os.environ.get("PEERS_DIR") or pathlib.Path.home() / ".cache/peers") / "models/costs"
ROWS = 512
random = np.random.default_rng(5)


def numbers(count=2000, features=30, classes=2):
    x = random.normal(size=(count, features))
    return x, (np.digitize(x[:, 0] + x[:, 1] * x[:, 2], np.linspace(-1, 1, classes - 1)) if classes > 2
               else (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int))


def texts(count=1500, words=80, longest=400):
    letters = np.array(list("etaoinshrdlucmfwygpbvk"))
    known = ["".join(random.choice(letters, random.integers(2, 11))) for _ in range(8000)]
    weights = 1 / np.arange(1, 8001)
    weights /= weights.sum()
    lengths = random.integers(words // 4, longest, count)
    return [" ".join(known[at] for at in random.choice(8000, length, p=weights)) for length in lengths], random.integers(0, 3, count)


X, Y = numbers()
X10, Y10 = numbers(2000, 20, 10)
P = np.abs(numbers(1500, 400)[0])
MANY = numbers(8000, 12)
LOW = numbers(8000, 3)
MISSING = np.where(random.random(X.shape) < 0.1, np.nan, X)
KINDS = random.integers(0, 50, size=(2000, 12)).astype(float)

CASES = {
    "nmf": lambda: (NMF(20, max_iter=200, tol=1e-4, init="random", random_state=0).fit(P[:600]), P),
    "nmf-many-steps": lambda: (NMF(40, max_iter=1000, tol=1e-9, init="random", random_state=0).fit(P[:300]), P),
    "pca": lambda: (PCA(100).fit(P), P),
    "pca-whiten": lambda: (PCA(50, whiten=True).fit(P), P),
    "factors": lambda: (FactorAnalysis(20, max_iter=50).fit(P[:500]), P),
    "kernel-pca": lambda: (KernelPCA(20, kernel="rbf").fit(X), X),
    "kernel-pca-poly": lambda: (KernelPCA(20, kernel="poly").fit(X), X),
    "kernel-pca-sigmoid": lambda: (KernelPCA(20, kernel="sigmoid").fit(X), X),
    "svc": lambda: (SVC().fit(X, Y), X),
    "svc-classes": lambda: (SVC(decision_function_shape="ovr", probability=True).fit(X10[:1200], Y10[:1200]), X10),
    "svr-linear": lambda: (SVR(kernel="linear", max_iter=2000).fit(X, X[:, 0]), X),
    "one-class": lambda: (OneClassSVM(nu=0.3).fit(X), X),
    "one-vs-one": lambda: (OneVsOneClassifier(LogisticRegression()).fit(X10, Y10), X10),
    "one-vs-rest": lambda: (OneVsRestClassifier(LogisticRegression()).fit(X10, Y10), X10),
    "knn-tree": lambda: (KNeighborsClassifier(10, algorithm="kd_tree").fit(*LOW), LOW[0]),
    "knn-tree-wide": lambda: (KNeighborsClassifier(10, algorithm="kd_tree").fit(*MANY), MANY[0]),
    "knn-ball": lambda: (KNeighborsClassifier(10, algorithm="ball_tree").fit(*MANY), MANY[0]),
    "knn-manhattan": lambda: (KNeighborsClassifier(10, algorithm="brute", metric="manhattan").fit(*MANY), MANY[0]),
    "knn-cosine": lambda: (KNeighborsClassifier(10, algorithm="brute", metric="cosine").fit(*MANY), MANY[0]),
    "knn-weighted": lambda: (KNeighborsRegressor(100, weights="distance", algorithm="brute").fit(MANY[0], MANY[0][:, :3]), MANY[0]),
    "knn-minkowski": lambda: (KNeighborsClassifier(5, p=3, algorithm="brute").fit(*MANY), MANY[0]),
    "radius": lambda: (RadiusNeighborsRegressor(2.0).fit(LOW[0], LOW[0][:, 0]), LOW[0]),
    "radius-labels": lambda: (RadiusNeighborsClassifier(2.0, outlier_label=0).fit(*LOW), LOW[0]),
    "density": lambda: (KernelDensity(bandwidth=0.5).fit(MANY[0]), MANY[0]),
    "density-cosine": lambda: (KernelDensity(bandwidth=2.0, kernel="cosine").fit(LOW[0]), LOW[0]),
    "outliers": lambda: (LocalOutlierFactor(20, novelty=True).fit(MANY[0]), MANY[0]),
    "isomap": lambda: (Isomap(n_neighbors=8, n_components=4).fit(X[:800]), X),
    "lle": lambda: (LocallyLinearEmbedding(n_neighbors=30, n_components=4).fit(X[:800]), X),
    "knn-imputer": lambda: (KNNImputer(n_neighbors=10).fit(MISSING), MISSING),
    "iterative-imputer": lambda: (IterativeImputer(max_iter=5).fit(MISSING[:, :12]), MISSING[:, :12]),
    "simple-imputer": lambda: (SimpleImputer(add_indicator=True).fit(MISSING), MISSING),
    "kriging": lambda: (GaussianProcessRegressor().fit(X[:800], X[:800, 0]), X),
    "kriging-classes": lambda: (GaussianProcessClassifier().fit(X10[:300, :5], Y10[:300]), X10[:, :5]),
    "mixture": lambda: (GaussianMixture(20, random_state=0).fit(X), X),
    "mixture-diag": lambda: (GaussianMixture(20, covariance_type="diag", random_state=0).fit(X), X),
    "mixture-bayes": lambda: (BayesianGaussianMixture(n_components=10, max_iter=20, random_state=0).fit(X), X),
    "quadratic": lambda: (QuadraticDiscriminantAnalysis(reg_param=0.1).fit(X10, Y10), X10),
    "gaussian-bayes": lambda: (GaussianNB().fit(X10, Y10), X10),
    "complement-bayes": lambda: (ComplementNB().fit(np.abs(X10), Y10), np.abs(X10)),
    "categorical-bayes": lambda: (CategoricalNB().fit(KINDS, Y10), KINDS),
    "elliptic": lambda: (EllipticEnvelope().fit(X), X),
    "extra-trees": lambda: (ExtraTreesClassifier(200, random_state=0).fit(X10, Y10), X10),
    "forest-regressor": lambda: (RandomForestRegressor(100, random_state=0).fit(X, X[:, :3]), X),
    "isolation": lambda: (IsolationForest(n_estimators=200, random_state=0).fit(X), X),
    "adaboost": lambda: (AdaBoostClassifier(n_estimators=50, random_state=0).fit(X10, Y10), X10),
    "adaboost-regressor": lambda: (AdaBoostRegressor(n_estimators=50, random_state=0).fit(X, X[:, 0]), X),
    "random-trees": lambda: (RandomTreesEmbedding(100, random_state=0).fit(X), X),
    "voting": lambda: (VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft").fit(X10, Y10), X10),
    "isotonic": lambda: (CalibratedClassifierCV(GaussianNB(), method="isotonic").fit(X10, Y10), X10),
    "sigmoid": lambda: (CalibratedClassifierCV(GaussianNB(), method="sigmoid").fit(X10, Y10), X10),
    "k-means": lambda: (KMeans(100, n_init=1, random_state=0).fit(X), X),
    "neural": lambda: (MLPRegressor(hidden_layer_sizes=(200, 100), max_iter=3, activation="tanh").fit(X, X[:, 0]), X),
    "target": lambda: (TransformedTargetRegressor(SVR(max_iter=200), func=np.log1p, inverse_func=np.expm1).fit(X, np.abs(X[:, 0])), X),
    "nystroem": lambda: (Nystroem(n_components=200, random_state=0).fit(X), X),
    "rbf-sampler": lambda: (RBFSampler(n_components=300, random_state=0).fit(X), X),
    "chi2-sampler": lambda: (AdditiveChi2Sampler().fit(P), P),
    "bins": lambda: (KBinsDiscretizer(20, encode="onehot").fit(X), X),
    "bins-dense": lambda: (KBinsDiscretizer(20, encode="onehot-dense").fit(X), X),
    "quantiles": lambda: (QuantileTransformer(output_distribution="normal").fit(X), X),
    "powers": lambda: (PowerTransformer().fit(X), X),
    "polynomials": lambda: (PolynomialFeatures(3).fit(X), X),
    "splines": lambda: (SplineTransformer(n_knots=20).fit(X), X),
    "one-hot": lambda: (OneHotEncoder(handle_unknown="ignore").fit(KINDS), KINDS),
    "one-hot-linear": lambda: (make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(KINDS, Y10), KINDS),
    "ordinal": lambda: (OrdinalEncoder().fit(KINDS), KINDS),
    "normalizer": lambda: (Normalizer().fit(P), P),
    "min-max": lambda: (MinMaxScaler(clip=True).fit(P), P),
    "spreading": lambda: (LabelSpreading(kernel="knn").fit(X, np.where(random.random(2000) < 0.5, Y, -1)), X),
    "columns": lambda: (make_pipeline(make_column_transformer((QuantileTransformer(n_quantiles=100), [0, 1, 2]), (PowerTransformer(), [3, 4]), remainder="passthrough"), LogisticRegression()).fit(X, Y), X),
}

TEXTS, LABELS = texts()
LONG = TEXTS + [" ".join(TEXTS[at:at + 20]) for at in range(0, 60, 20)]
WORDS = {
    "words": TfidfVectorizer(),
    "words-grams": TfidfVectorizer(ngram_range=(1, 3), max_features=50_000),
    "characters": CountVectorizer(analyzer="char", ngram_range=(1, 4), max_features=50_000),
    "characters-within": CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), max_features=50_000),
    "pattern": CountVectorizer(token_pattern=r"[a-z]+(?:-[a-z]+)?"),
    "pattern-long": CountVectorizer(token_pattern=r"\b(?:[a-f]{2,}|[g-z]\w*|\d+(?:\.\d+)?)\b"),
    "hashed": HashingVectorizer(n_features=2**18),
    "hashed-grams": HashingVectorizer(n_features=2**18, ngram_range=(1, 2), analyzer="char_wb"),
}


def text_cases():
    for name, vectorizer in WORDS.items():
        yield name, lambda v=vectorizer: (make_pipeline(v, SGDClassifier(loss="log_loss")).fit(TEXTS, LABELS), LONG)
    yield "words-topics", lambda: (make_pipeline(CountVectorizer(), LatentDirichletAllocation(10, max_iter=3)).fit(TEXTS, None), LONG)
    yield "words-svd", lambda: (make_pipeline(TfidfVectorizer(), TruncatedSVD(50)).fit(TEXTS), LONG)
    yield "words-svc", lambda: (make_pipeline(TfidfVectorizer(), SVC()).fit(TEXTS[:500], LABELS[:500]), LONG)
    yield "words-logs", lambda: (make_pipeline(TfidfVectorizer(sublinear_tf=True), ComplementNB()).fit(TEXTS, LABELS), LONG)


def save(name, make):
    folder = OUT / name
    if (folder / "about.json").exists():
        return
    model, rows = make()
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
    about = {"file": "model.joblib"}
    if isinstance(rows, list):
        (folder / "texts.json").write_text(json.dumps(rows[-ROWS:]))
    else:
        about["features"] = rows.shape[1]
        (folder / "rows.f64").write_bytes(np.ascontiguousarray(rows[:ROWS], dtype="<f8").tobytes())
    (folder / "about.json").write_text(json.dumps(about))
    print(name, flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    wanted = sys.argv[1:]
    for name, make in [*CASES.items(), *text_cases()]:
        if not wanted or name in wanted:
            save(name, make)
