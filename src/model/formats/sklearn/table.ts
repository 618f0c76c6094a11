import type { PyClass, PyValue } from '../pickle/index.ts';
import type { FamilyModule, FamilyRow } from './family.ts';
import { libraryFamilies } from './libraries.ts';
import { objectsIn } from './python.ts';

/** Every class that is translated: `package.Class` of scikit-learn, `library:package.Class` of others. */
export const families: readonly FamilyModule[] = [
  {
    classes: ['svm.SVC', 'svm.NuSVC', 'svm.SVR', 'svm.NuSVR', 'svm.OneClassSVM'],
    load: async () => (await import('./families/svm.ts')).svmFamily,
  },
  {
    classes: [
      'linear_model.LinearRegression',
      'linear_model.Ridge',
      'linear_model.RidgeCV',
      'linear_model.Lasso',
      'linear_model.LassoCV',
      'linear_model.ElasticNet',
      'linear_model.ElasticNetCV',
      'linear_model.MultiTaskLasso',
      'linear_model.MultiTaskLassoCV',
      'linear_model.MultiTaskElasticNet',
      'linear_model.MultiTaskElasticNetCV',
      'linear_model.Lars',
      'linear_model.LarsCV',
      'linear_model.LassoLars',
      'linear_model.LassoLarsCV',
      'linear_model.LassoLarsIC',
      'linear_model.OrthogonalMatchingPursuit',
      'linear_model.OrthogonalMatchingPursuitCV',
      'linear_model.BayesianRidge',
      'linear_model.ARDRegression',
      'linear_model.HuberRegressor',
      'linear_model.TheilSenRegressor',
      'linear_model.QuantileRegressor',
      'svm.LinearSVR',
      'linear_model.SGDRegressor',
      'linear_model.PassiveAggressiveRegressor',
      'linear_model.PoissonRegressor',
      'linear_model.GammaRegressor',
      'linear_model.TweedieRegressor',
      'linear_model.SGDOneClassSVM',
      'linear_model.RANSACRegressor',
      'linear_model.RandomizedLasso',
      'linear_model.RandomizedLogisticRegression',
    ],
    load: async () => (await import('./families/linear.ts')).linearFamily,
  },
  {
    classes: [
      'linear_model.LogisticRegression',
      'linear_model.LogisticRegressionCV',
      'linear_model.SGDClassifier',
      'linear_model.Perceptron',
      'linear_model.PassiveAggressiveClassifier',
      'linear_model.RidgeClassifier',
      'linear_model.RidgeClassifierCV',
      'svm.LinearSVC',
    ],
    load: async () => (await import('./families/linear-classifiers.ts')).linearClassifierFamily,
  },
  {
    classes: [
      'tree.DecisionTreeClassifier',
      'tree.DecisionTreeRegressor',
      'tree.ExtraTreeClassifier',
      'tree.ExtraTreeRegressor',
      'ensemble.RandomForestClassifier',
      'ensemble.RandomForestRegressor',
      'ensemble.ExtraTreesClassifier',
      'ensemble.ExtraTreesRegressor',
      'ensemble.RandomTreesEmbedding',
      'imblearn:ensemble.BalancedRandomForestClassifier',
    ],
    load: async () => (await import('./families/trees.ts')).treeFamily,
  },
  {
    classes: ['ensemble.GradientBoostingClassifier', 'ensemble.GradientBoostingRegressor'],
    load: async () => (await import('./families/boosting.ts')).boostingFamily,
  },
  {
    classes: ['ensemble.HistGradientBoostingClassifier', 'ensemble.HistGradientBoostingRegressor'],
    load: async () => (await import('./families/histogram.ts')).histogramFamily,
  },
  {
    classes: ['ensemble.IsolationForest'],
    load: async () => (await import('./families/isolation.ts')).isolationFamily,
  },
  {
    classes: [
      'naive_bayes.GaussianNB',
      'naive_bayes.MultinomialNB',
      'naive_bayes.ComplementNB',
      'naive_bayes.BernoulliNB',
      'naive_bayes.CategoricalNB',
    ],
    load: async () => (await import('./families/bayes.ts')).bayesFamily,
  },
  {
    classes: [
      'discriminant_analysis.LinearDiscriminantAnalysis',
      'discriminant_analysis.QuadraticDiscriminantAnalysis',
      'lda.LDA',
      'qda.QDA',
    ],
    load: async () => (await import('./families/discriminant.ts')).discriminantFamily,
  },
  {
    classes: ['neural_network.MLPClassifier', 'neural_network.MLPRegressor', 'neural_network.BernoulliRBM'],
    load: async () => (await import('./families/neural.ts')).neuralFamily,
  },
  {
    classes: ['dummy.DummyClassifier', 'dummy.DummyRegressor'],
    load: async () => (await import('./families/dummy.ts')).dummyFamily,
  },
  {
    classes: ['isotonic.IsotonicRegression'],
    load: async () => (await import('./families/isotonic.ts')).isotonicFamily,
  },
  {
    classes: [
      'gaussian_process.GaussianProcessClassifier',
      'gaussian_process.GaussianProcessRegressor',
      'gaussian_process._BinaryGaussianProcessClassifierLaplace',
    ],
    load: async () => (await import('./families/gaussian-process.ts')).gaussianProcessFamily,
  },
  {
    classes: ['kernel_ridge.KernelRidge'],
    load: async () => (await import('./families/kernel-ridge.ts')).kernelRidgeFamily,
  },
  {
    classes: [
      'preprocessing.StandardScaler',
      'preprocessing.MinMaxScaler',
      'preprocessing.MaxAbsScaler',
      'preprocessing.RobustScaler',
      'preprocessing.PowerTransformer',
      'preprocessing.Normalizer',
      'preprocessing.Binarizer',
    ],
    load: async () => (await import('./families/scaling.ts')).scalingFamily,
  },
  {
    classes: [
      'cluster.AffinityPropagation',
      'cluster.Birch',
      'cluster.BisectingKMeans',
      'cluster.KMeans',
      'cluster.MeanShift',
      'cluster.MiniBatchKMeans',
    ],
    load: async () => (await import('./families/cluster.ts')).clusterFamily,
  },
  {
    classes: ['mixture.BayesianGaussianMixture', 'mixture.GaussianMixture'],
    load: async () => (await import('./families/mixture.ts')).mixtureFamily,
  },
  {
    classes: ['mixture.DPGMM', 'mixture.GMM', 'mixture.VBGMM'],
    load: async () => (await import('./families/old-mixtures.ts')).oldMixtureFamily,
  },
  {
    classes: ['cluster.FeatureAgglomeration'],
    load: async () => (await import('./families/pooling.ts')).poolingFamily,
  },
  {
    classes: ['manifold.Isomap', 'manifold.LocallyLinearEmbedding'],
    load: async () => (await import('./families/manifold.ts')).manifoldFamily,
  },
  {
    classes: ['semi_supervised.LabelPropagation', 'semi_supervised.LabelSpreading'],
    load: async () => (await import('./families/propagation.ts')).propagationFamily,
  },
  {
    classes: ['gaussian_process.GaussianProcess'],
    load: async () => (await import('./families/kriging.ts')).krigingFamily,
  },
  {
    classes: ['covariance.EllipticEnvelope'],
    load: async () => (await import('./families/covariance.ts')).covarianceFamily,
  },
  {
    classes: [
      'neighbors.KNeighborsClassifier',
      'neighbors.KNeighborsRegressor',
      'neighbors.RadiusNeighborsClassifier',
      'neighbors.RadiusNeighborsRegressor',
    ],
    load: async () => (await import('./families/neighbors.ts')).neighborFamily,
  },
  {
    classes: ['neighbors.LocalOutlierFactor', 'neighbors.KernelDensity'],
    load: async () => (await import('./families/novelty.ts')).noveltyFamily,
  },
  {
    classes: ['neighbors.NearestCentroid', 'neighbors.NeighborhoodComponentsAnalysis'],
    load: async () => (await import('./families/centroids.ts')).centroidFamily,
  },
  {
    classes: ['feature_extraction.DictVectorizer', 'feature_extraction.FeatureHasher'],
    load: async () => (await import('./families/dicts.ts')).dictFamily,
  },
  {
    classes: [
      'feature_extraction.CountVectorizer',
      'feature_extraction.HashingVectorizer',
      'feature_extraction.TfidfTransformer',
      'feature_extraction.TfidfVectorizer',
    ],
    load: async () => (await import('./families/text.ts')).textFamily,
  },
  {
    classes: [
      'pipeline.Pipeline',
      'imblearn:pipeline.Pipeline',
      'sklearn_pandas:pipeline.TransformerPipeline',
    ],
    load: async () => (await import('./families/pipeline.ts')).pipelineFamily,
  },
  {
    classes: ['pipeline.FeatureUnion'],
    load: async () => (await import('./families/union.ts')).unionFamily,
  },
  {
    classes: ['ensemble.VotingClassifier', 'ensemble.VotingRegressor'],
    load: async () => (await import('./families/voting.ts')).votingFamily,
  },
  {
    classes: ['ensemble.StackingClassifier', 'ensemble.StackingRegressor'],
    load: async () => (await import('./families/stacking.ts')).stackingFamily,
  },
  {
    classes: [
      'ensemble.BaggingClassifier',
      'ensemble.BaggingRegressor',
      'imblearn:ensemble.BalancedBaggingClassifier',
      'imblearn:ensemble.EasyEnsembleClassifier',
    ],
    load: async () => (await import('./families/bagging.ts')).baggingFamily,
  },
  {
    classes: [
      'ensemble.AdaBoostClassifier',
      'ensemble.AdaBoostRegressor',
      'imblearn:ensemble.RUSBoostClassifier',
    ],
    load: async () => (await import('./families/adaboost.ts')).adaBoostFamily,
  },
  {
    classes: [
      'calibration.CalibratedClassifierCV',
      'calibration._SigmoidCalibration',
      'calibration._TemperatureScaling',
    ],
    load: async () => (await import('./families/calibration.ts')).calibrationFamily,
  },
  {
    classes: ['frozen.FrozenEstimator', 'semi_supervised.SelfTrainingClassifier'],
    load: async () => (await import('./families/delegate.ts')).delegateFamily,
  },
  {
    classes: ['compose.TransformedTargetRegressor'],
    load: async () => (await import('./families/target.ts')).targetFamily,
  },
  {
    classes: ['model_selection.FixedThresholdClassifier', 'model_selection.TunedThresholdClassifierCV'],
    load: async () => (await import('./families/threshold.ts')).thresholdFamily,
  },
  {
    classes: [
      'multiclass.OneVsRestClassifier',
      'multiclass.OneVsOneClassifier',
      'multiclass.OutputCodeClassifier',
      'multiclass._ConstantPredictor',
    ],
    load: async () => (await import('./families/multiclass.ts')).multiclassFamily,
  },
  {
    classes: [
      'multioutput.MultiOutputRegressor',
      'multioutput.MultiOutputClassifier',
      'multioutput.ClassifierChain',
      'multioutput.RegressorChain',
    ],
    load: async () => (await import('./families/multioutput.ts')).multioutputFamily,
  },
  {
    classes: ['compose.ColumnTransformer'],
    load: async () => (await import('./families/compose.ts')).composeFamily,
  },
  {
    classes: [
      'model_selection.GridSearchCV',
      'model_selection.RandomizedSearchCV',
      'model_selection.HalvingGridSearchCV',
      'model_selection.HalvingRandomSearchCV',
      'grid_search.GridSearchCV',
      'grid_search.RandomizedSearchCV',
    ],
    load: async () => (await import('./families/search.ts')).searchFamily,
  },
  {
    classes: ['preprocessing.OneHotEncoder', 'preprocessing.OrdinalEncoder', 'preprocessing.TargetEncoder'],
    load: async () => (await import('./families/encoding.ts')).encodingFamily,
  },
  {
    classes: [
      'impute.SimpleImputer',
      'preprocessing.Imputer',
      'impute.MissingIndicator',
      'impute.KNNImputer',
      'impute.IterativeImputer',
    ],
    load: async () => (await import('./families/imputing.ts')).imputingFamily,
  },
  {
    classes: [
      'preprocessing.KBinsDiscretizer',
      'preprocessing.QuantileTransformer',
      'preprocessing.PolynomialFeatures',
      'preprocessing.SplineTransformer',
      'preprocessing.FunctionTransformer',
    ],
    load: async () => (await import('./families/expansion.ts')).expansionFamily,
  },
  {
    classes: [
      'feature_selection.GenericUnivariateSelect',
      'feature_selection.RFE',
      'feature_selection.RFECV',
      'feature_selection.SelectFdr',
      'feature_selection.SelectFpr',
      'feature_selection.SelectFromModel',
      'feature_selection.SelectFwe',
      'feature_selection.SelectKBest',
      'feature_selection.SelectPercentile',
      'feature_selection.SequentialFeatureSelector',
      'feature_selection.VarianceThreshold',
    ],
    load: async () => (await import('./families/selection.ts')).selectionFamily,
  },
  {
    classes: [
      'preprocessing.LabelEncoder',
      'preprocessing.LabelBinarizer',
      'preprocessing.MultiLabelBinarizer',
    ],
    load: async () => (await import('./families/labelling.ts')).labellingFamily,
  },
  {
    classes: [
      'decomposition.FactorAnalysis',
      'decomposition.FastICA',
      'decomposition.IncrementalPCA',
      'decomposition.KernelPCA',
      'decomposition.MiniBatchSparsePCA',
      'decomposition.PCA',
      'decomposition.RandomizedPCA',
      'decomposition.SparsePCA',
      'decomposition.TruncatedSVD',
      'preprocessing.KernelCenterer',
      'random_projection.GaussianRandomProjection',
      'random_projection.SparseRandomProjection',
    ],
    load: async () => (await import('./families/decomposition.ts')).decompositionFamily,
  },
  {
    classes: [
      'cross_decomposition.CCA',
      'cross_decomposition.PLSCanonical',
      'cross_decomposition.PLSRegression',
      'cross_decomposition.PLSSVD',
      'kernel_approximation.AdditiveChi2Sampler',
      'kernel_approximation.Nystroem',
      'kernel_approximation.PolynomialCountSketch',
      'kernel_approximation.RBFSampler',
      'kernel_approximation.SkewedChi2Sampler',
    ],
    load: async () => (await import('./families/approximation.ts')).approximationFamily,
  },
  {
    classes: [
      'decomposition.LatentDirichletAllocation',
      'decomposition.NMF',
      'decomposition.MiniBatchNMF',
      'decomposition.DictionaryLearning',
      'decomposition.MiniBatchDictionaryLearning',
      'decomposition.SparseCoder',
    ],
    load: async () => (await import('./families/factorization.ts')).factorizationFamily,
  },
  ...libraryFamilies,
];

/**
 * `svm.SVC` for `sklearn.svm.SVC`, `sklearn.svm.classes.SVC` and `sklearn.svm._classes.SVC`: releases moved the modules
 * inside a package, never a class to another package. `xgboost:sklearn.XGBClassifier` for a class of another library,
 * likewise by its package.
 */
export function publicName(cls: PyClass): string | undefined {
  const [library, section] = cls.module.split('.');
  if (library === undefined || section === undefined) return undefined;
  return library === 'sklearn' ? `${section}.${cls.name}` : `${library}:${section}.${cls.name}`;
}

const moduleOf = new Map(families.flatMap(module => module.classes.map(name => [name, module] as const)));

/** The rows of the classes that a file has. */
export interface Catalog {
  rowOf(cls: PyClass): FamilyRow | undefined;
}

/** Loads the families of all classes that the values of a file have. */
export async function catalogOf(values: readonly PyValue[]): Promise<Catalog> {
  const wanted = new Set<FamilyModule>();
  for (const cls of classesIn(values)) {
    const name = publicName(cls);
    const module = name === undefined ? undefined : moduleOf.get(name);
    if (module !== undefined) wanted.add(module);
  }
  const loaded = await Promise.all(Array.from(wanted, module => module.load()));
  const rows = new Map(loaded.flatMap(family => Object.entries(family)));
  return {
    rowOf(cls) {
      const name = publicName(cls);
      return name === undefined ? undefined : rows.get(name);
    },
  };
}

function classesIn(values: readonly PyValue[]): ReadonlySet<PyClass> {
  return new Set(Array.from(objectsIn(values), ({ cls }) => cls));
}
