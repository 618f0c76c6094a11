"""FeatureUnion, with transformers that the other families have."""

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler


def add_cases(to, data):
    X, y = data.blobs(3, seed=170)
    both = [("whole", StandardScaler()), ("spread", StandardScaler(with_mean=False))]
    to.add("union", "two scalers", FeatureUnion(both), X)
    to.add("union-weights", "two scalers, one weighted", FeatureUnion(both, transformer_weights=dict(whole=0.5)), X)
    to.add("union-weights-all", "two scalers, both weighted", FeatureUnion(both, transformer_weights=dict(whole=3, spread=-0.25)), X)
    to.add("union-last", "before logistic regression", make_pipeline(StandardScaler(), FeatureUnion(both), LogisticRegression(max_iter=500)), X, y)
    nested = FeatureUnion([("union", FeatureUnion(both)), ("pipe", make_pipeline(StandardScaler(), StandardScaler()))])
    to.add("union-nested", "a union and a pipeline", nested, X)
    to.add("union-none", "a transformer that is None" if not to.since(0, 20) else "a dropped transformer", FeatureUnion(both[:1] + [("gone", "drop" if to.since(0, 20) else None)]), X)
    if to.since(1, 1):
        to.add("union-passthrough", "beside the features themselves", FeatureUnion(both[:1] + [("same", "passthrough")]), X)
        to.add("union-passthrough-weight", "beside the features, weighted", FeatureUnion([("same", "passthrough")] + both[1:], transformer_weights=dict(same=2.0)), X)
    else:
        to.skip("union-passthrough", "passthrough came with 1.1")
        to.skip("union-passthrough-weight", "passthrough came with 1.1")
