"""Models of imbalanced-learn: pipelines with samplers, which leave the rows of a request alone, and ensembles of balanced parts."""

from __future__ import absolute_import

import numpy as np
from imblearn.combine import SMOTEENN
from imblearn.ensemble import BalancedBaggingClassifier, BalancedRandomForestClassifier, EasyEnsembleClassifier, RUSBoostClassifier
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline, make_pipeline
from imblearn.under_sampling import NearMiss, RandomUnderSampler
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

SINCE = (0, 20)


def imbalanced(data):
    """Three overlapping clouds, of which one is rare."""
    X, y = data.blobs(3, features=4, rows=150, seed=260)
    kept = (y != 2) | (np.arange(150) % 5 == 2)
    return X[kept], y[kept]


def add_cases(to, data):
    X, y = imbalanced(data)
    binary = (y == 2).astype(int)
    names = np.array([u"ant", u"bee", u"fly"])[y]
    logistic = LogisticRegression(solver="lbfgs", max_iter=500)
    to.add("imbalanced-over", "copies of the rare", make_pipeline(RandomOverSampler(random_state=0), StandardScaler(), logistic), X, names)
    to.add("imbalanced-smote", "between two of the rare", Pipeline([("scale", StandardScaler()), ("smote", SMOTE(random_state=0)), ("pca", PCA(3)), ("model", KNeighborsClassifier(5))]), X, y)
    to.add("imbalanced-under", "some of the others", make_pipeline(StandardScaler(), RandomUnderSampler(random_state=0), DecisionTreeClassifier(max_depth=4, random_state=0)), X, binary)
    to.add("imbalanced-near", "those of the others that are near", make_pipeline(NearMiss(), logistic), X, binary)
    to.add("imbalanced-combine", "over, and then under", make_pipeline(SMOTEENN(random_state=0), "passthrough" if to.since(0, 22) else None, logistic), X, y)
    search = GridSearchCV(make_pipeline(SMOTE(random_state=0), LogisticRegression(solver="lbfgs", max_iter=500)), {"logisticregression__C": [0.1, 1.0]}, cv=3)
    to.add("imbalanced-search", "the best of a search", search, X, names)
    ensembles(to, X, y, names, binary)


def ensembles(to, X, y, names, binary):
    forest = dict(n_estimators=8, max_depth=4, random_state=0)
    if to.since(1, 2):
        forest.update(sampling_strategy="all", replacement=True, bootstrap=False)
    to.add("balanced-forest", "a balanced forest", BalancedRandomForestClassifier(**forest), X, names)
    to.add("balanced-forest-binary", "two classes", BalancedRandomForestClassifier(**forest), X, binary)
    to.add("balanced-bag", "a balanced bag of trees", BalancedBaggingClassifier(n_estimators=6, random_state=0), X, names)
    to.add("balanced-bag-features", "each with some of the features", BalancedBaggingClassifier(n_estimators=6, max_features=0.5, random_state=0), X, binary)
    to.add("easy-ensemble", "a bag of boosted trees", EasyEnsembleClassifier(n_estimators=3, random_state=0), X, y)
    to.add("easy-ensemble-binary", "two classes", EasyEnsembleClassifier(n_estimators=3, random_state=0), X, binary)
    to.add("rus-boost", "boosted trees, each of as many of each class", RUSBoostClassifier(n_estimators=6, random_state=0), X, names)
