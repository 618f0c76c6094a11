"""Ellipses around what is usual."""

from sklearn.covariance import EllipticEnvelope


def add_cases(to, data):
    X, _ = data.blobs(1, seed=97)
    to.add("envelope-plain", "a tenth outside", EllipticEnvelope(random_state=0), X)
    to.add("envelope-third", "a third outside", EllipticEnvelope(contamination=0.33, random_state=0), X)
    to.add("envelope-centred", "around zero", EllipticEnvelope(assume_centered=True, support_fraction=0.9, random_state=0), X)
    to.add("envelope-without", "the inverse is not kept", EllipticEnvelope(store_precision=False, random_state=0), X)
