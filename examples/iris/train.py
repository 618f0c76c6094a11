"""Train the iris classifier that `iris-model.joblib` holds.

    python3.11 -m venv .venv
    .venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1 joblib==1.6.0
    .venv/bin/python train.py

Davit itself needs none of this: it reads the file that is already here.
"""

from pathlib import Path

from joblib import dump
from sklearn import svm
from sklearn.datasets import load_iris

X, y = load_iris(return_X_y=True)
model = svm.SVC(gamma="scale")
model.fit(X, y)
dump(model, Path(__file__).with_name("iris-model.joblib"))
