"""Vectorizers of texts, alone and before a classifier. The texts are made up, save for a few that are here for their letters."""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

WORDS = (
    "the a of and well-known river boat ship sea harbour don't isn't crane davit lifts 3.14 42 x2 snake_case cold warm "
    "wind storm calm night day captain crew tide moon star map chart north south east west rope knot anchor deck"
).split()
ODD = [
    u"École élève naïve ŒUVRE Straße ÉTÉ",
    u"e\u0301cole de\u0301compose\u0301e, A\u030angstro\u0308m",
    u"日本語 テキスト の 例 です 123 ４５６",
    u"İstanbul ISTANBUL ΟΔΟΣ ὈΔΥΣΣΕΎΣ Ещё ёлка",
    u"mail@example.org #boat @crew http://example.org/a?b=c",
    u"\U0001d400\U0001d401 \U0001f6a2 ship\U0001f6a2ship",
    u"tab\tnew\nline\u00a0space\u2003wide   many  spaces",
    u"",
    u"x",
    u"  a  I  of  ",
    u"THE RIVER AND THE SEA",
    u"ﬁne ½ ² Ⅷ ① a²b",
]


def documents(count=48):
    random = np.random.RandomState(31)
    made = [u" ".join(random.choice(WORDS, random.randint(1, 14))) for _ in range(count)]
    made[3] = made[3].upper() + u"!"
    made[5] = u"unseen words only"
    return ODD + made


def classes(texts):
    return np.array([(u"sea" in text) + (u"river" in text.lower()) for text in texts])


def counts(to, texts):
    for name, description, params in (
        ("plain", "as it comes", dict()),
        ("binary", "whether, not how often", dict(binary=True)),
        ("pairs", "one and two words", dict(ngram_range=(1, 2), min_df=2)),
        ("triples-stopped", "two and three words, English stop words", dict(ngram_range=(2, 3), stop_words="english")),
        ("stopped", "English stop words", dict(stop_words="english")),
        ("stop-list", "stop words given", dict(stop_words=["sea", "boat", u"école"])),
        ("case", "case kept", dict(lowercase=False)),
        ("ascii", "accents off, ASCII", dict(strip_accents="ascii")),
        ("unicode", "accents off", dict(strip_accents="unicode")),
        ("characters", "two and three characters", dict(analyzer="char", ngram_range=(2, 3), min_df=3)),
        ("characters-case", "one character, case kept", dict(analyzer="char", lowercase=False)),
        ("in-words", "characters inside words", dict(analyzer="char_wb", ngram_range=(2, 5), min_df=4)),
        ("vocabulary", "vocabulary given", dict(vocabulary=["sea", "river", "storm", "none"])),
        ("few", "the ten most frequent", dict(max_features=10)),
    ):
        to.add("count-" + name, description, CountVectorizer(**params), texts, rows=texts)
    for name, pattern in (
        ("one-letter", r"(?u)\b\w+\b"),
        ("letters", r"[a-zA-Z]+"),
        ("not-spaces", r"\S+"),
        ("hyphens", r"\b\w[\w'-]*\w\b"),
        ("group", r"\b(\w)\w+"),
        ("named-group", r"#(?P<tag>\w+)"),
        ("either", r"\d+\.\d+|\w+|[^\w\s]"),
        ("lazy", r"\w+?(?:e|r)"),
        ("counted", r"\w{2,3}"),
        ("ascii-flag", r"(?a)\w\w+"),
        ("ignore-case", r"(?i)[a-f]+"),
        ("edges", r"\A\w+|\w+\Z"),
        ("inside", r"\B\w"),
        ("escapes", u"\\u00e9\\w*|[\\x41-\\x5a]+"),
    ):
        to.add("pattern-" + name, pattern, CountVectorizer(token_pattern=pattern, lowercase=False), texts, rows=texts)


def weights(to, texts):
    for name, params in (
        ("plain", dict()),
        ("sublinear", dict(sublinear_tf=True)),
        ("l1", dict(norm="l1")),
        ("no-norm", dict(norm=None)),
        ("no-idf", dict(use_idf=False)),
        ("rough", dict(smooth_idf=False)),
        ("stopped-pairs", dict(stop_words="english", ngram_range=(1, 2), min_df=2)),
        ("float32", dict(dtype=np.float32)),
    ):
        to.add("tfidf-" + name, repr(sorted(params.items())), TfidfVectorizer(**params), texts, rows=texts)
    table = CountVectorizer(max_features=12).fit_transform(texts).toarray().astype(float)
    to.add("tfidf-of-counts", "a matrix of counts", TfidfTransformer(), table, rows=table, runs={"extreme": None, "int64": None})
    to.add("tfidf-of-counts-sublinear", "a matrix of counts", TfidfTransformer(sublinear_tf=True, norm="l1"), table, rows=table, runs={"extreme": None, "int64": None})


def hashes(to, texts):
    cases = [
        ("plain", dict()),
        ("no-norm", dict(norm=None)),
        ("l1-pairs", dict(norm="l1", ngram_range=(1, 2))),
        ("binary", dict(binary=True, norm=None)),
        ("in-words", dict(analyzer="char_wb", ngram_range=(3, 3))),
    ]
    if to.since(0, 19):
        cases.append(("unsigned", dict(alternate_sign=False, norm=None)))
    else:
        to.skip("hash-unsigned", "alternate_sign came with 0.19")
    if to.since(0, 21):
        to.skip("hash-absolute", "non_negative went with 0.21")
    else:
        cases.append(("absolute", dict(non_negative=True, norm=None)))
    for name, params in cases:
        to.add("hash-" + name, repr(sorted(params.items())), HashingVectorizer(n_features=24, **params), texts, rows=texts)


def pipelines(to, texts):
    y = classes(texts)
    for name, steps in (
        ("tfidf-logistic", (TfidfVectorizer(), LogisticRegression(solver="liblinear") if not to.since(1, 7) else LogisticRegression())),
        ("tfidf-bayes", (TfidfVectorizer(stop_words="english"), MultinomialNB())),
        ("counts-tfidf-sgd", (CountVectorizer(), TfidfTransformer(), SGDClassifier(random_state=0))),
        ("tfidf-svc", (TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))),
        ("hash-logistic", (HashingVectorizer(n_features=2 ** 10), LogisticRegression())),
    ):
        to.add("texts-" + name, "texts to three classes", make_pipeline(*steps), texts, y)
    names = np.array(["land", "water", "both"])[y]
    to.add("texts-names", "text labels", make_pipeline(CountVectorizer(), MultinomialNB()), texts, names)


def add_cases(to, data):
    texts = documents()
    counts(to, texts)
    weights(to, texts)
    hashes(to, texts)
    pipelines(to, texts)
