"""Small random training sets, and rows to ask with: numbers, dense or sparse, frames of numbers and words or texts, or documents."""

import numpy
import pandas
from scipy import sparse as matrices

WORDS = "iris petal Sepal width LENGTH the of river Fluß café 2024 don't seed_1 ok".split()
CITIES = ["Seoul", "Łódź", "Bonn", "a b"]
TRAINED = 90
ASKED = 40
AGAIN = 8  # rows of training that are asked


class Rows:
    """`train` and `ask`: rows of one kind; `names` of the columns of a frame."""

    def __init__(self, kind, train, ask):
        self.kind = kind
        self.train = train
        self.ask = ask


def numbers(random):
    """Columns of different size, all values distinct: among equal distances the library takes any."""
    width = int(random.integers(1, 7))
    scale = random.choice([1.0, 1.0, 30.0, 0.01], size=width)
    positive = random.random() < 0.3

    def draw(count, spread):
        table = random.normal(0, spread, (count, width)) * scale
        return numpy.abs(table) if positive else table

    train = draw(TRAINED, 1.5)
    return Rows("numbers", train, numpy.vstack([draw(ASKED - AGAIN, 2.0), train[:AGAIN]]))


def sparse(random):
    """Mostly zeros, as sparse rows; no row is zeros alone, which are as far from one row as from another."""
    width = int(random.integers(3, 12))

    def draw(count):
        table = random.integers(1, 9, (count, width)) * (random.random((count, width)) < 0.3)
        table = table + random.random((count, width)) * (table > 0)
        empty = ~table.any(axis=1)
        table[empty, 0] = random.uniform(1, 9, int(empty.sum()))
        return matrices.csr_matrix(table)

    train = draw(TRAINED)
    return Rows("sparse", train, matrices.vstack([draw(ASKED - AGAIN), train[:AGAIN]], format="csr"))


def prose(random):
    """Numbers and a column of texts by name."""

    def draw(count):
        texts = [" ".join(random.choice(WORDS, int(random.integers(2, 9)))) for _ in range(count)]
        income, age = random.lognormal(3, 1, count), random.normal(40, 12, count)
        return pandas.DataFrame({"age": age, "note": objects(texts), "income": income})

    train = draw(TRAINED)
    return Rows("prose", train, pandas.concat([draw(ASKED - AGAIN), train[:AGAIN]], ignore_index=True))


def frame(random):
    """Numbers and words by name; of some frames a few values are missing."""
    gaps = random.random() < 0.5

    def draw(count):
        income, age = random.lognormal(3, 1, count), random.normal(40, 12, count)
        city = random.choice(numpy.array(CITIES, dtype=object), count)
        if gaps:
            income[random.random(count) < 0.1] = numpy.nan
            city[random.random(count) < 0.1] = None
        plan = random.choice(numpy.array(["free", "pro"], dtype=object), count)
        return pandas.DataFrame({"age": age, "income": income, "city": objects(city), "plan": objects(plan)})

    train = draw(TRAINED)
    ask = pandas.concat([draw(ASKED - AGAIN), train[:AGAIN]], ignore_index=True)
    return Rows("gaps" if gaps else "frame", train, ask)


def objects(values):
    """A column of Python objects, as files of every version have it: None stays None."""
    return pandas.Series(values, dtype=object)


def documents(random):
    def draw(count):
        return [" ".join(random.choice(WORDS, int(random.integers(2, 12)))) for _ in range(count)]

    return Rows("documents", draw(TRAINED), [*draw(ASKED - 1), "nothing known here"])


def signal(rows, random):
    """One number a row that the rows decide, for targets to follow."""
    if rows.kind in ("numbers", "sparse"):
        return rows.train @ random.normal(0, 1, rows.train.shape[1])
    if rows.kind == "prose":
        texts = numpy.array([len(text) / 10 + 2 * ("iris" in text) for text in rows.train["note"]])
        return texts + (rows.train["age"] / 20).to_numpy()
    if rows.kind in ("frame", "gaps"):
        income = numpy.log(rows.train["income"].fillna(20))
        return (rows.train["age"] / 10 + income + 2 * (rows.train["plan"] == "pro")).to_numpy()
    return numpy.array([len(text) + 5 * ("iris" in text) for text in rows.train])


def classes(rows, random):
    """Two or three classes, as integers, text or truths."""
    value = numpy.asarray(signal(rows, random)) + random.normal(0, 0.3, TRAINED)
    count = int(random.integers(2, 4))
    cuts = numpy.quantile(value, numpy.arange(1, count) / count)
    codes = numpy.searchsorted(cuts, value)
    names = [numpy.array([0, 1, 2]), numpy.array([-5, 7, 40]), numpy.array(["no", "yes", "perhaps"])]
    if count == 2:
        names.append(numpy.array([False, True]))
    return names[int(random.integers(len(names)))][codes]


def targets(rows, random):
    value = numpy.asarray(signal(rows, random), dtype=float) + random.normal(0, 0.2, TRAINED)
    return numpy.round(numpy.abs(value) + 0.5, 2)


def several(target, random):
    """A second column of targets beside the first, which follows it in part."""
    other = numpy.where(random.random(len(target)) < 0.7, target, numpy.roll(target, 1))
    return numpy.column_stack([target, other])
