const noPredict = 'it labels the rows it was fitted on and has no way to label others';
const embedsOnly = 'it places the rows it was fitted on and has no way to place others';
const graphs = 'its transform gives a graph between rows, which no answer of a model server is';
const start = 'it is where gradient boosting starts from, no model by itself';
const covariance = 'it estimates a covariance and neither predicts nor transforms';

/**
 * Classes of scikit-learn that predict or transform nothing that could be served, or whose answers Davit does not compute,
 * and why. The tests compare this table with the classes of every version: each is translated, or stands here.
 */
export const refusedClasses: Readonly<Record<string, string>> = {
  'ensemble.LogOddsEstimator': start,
  'ensemble.MeanEstimator': start,
  'ensemble.PriorProbabilityEstimator': start,
  'ensemble.QuantileEstimator': start,
  'ensemble.ScaledLogOddsEstimator': start,
  'ensemble.ZeroEstimator': start,
  'neighbors.GaussianRandomProjectionHash':
    'it gives the bytes of hashes, by which the approximate search of 0.18 finds its neighbours; no later version has it',
  'cluster.AgglomerativeClustering': noPredict,
  'cluster.DBSCAN': noPredict,
  'cluster.HDBSCAN': noPredict,
  'cluster.OPTICS': noPredict,
  'cluster.SpectralBiclustering': noPredict,
  'cluster.SpectralClustering': noPredict,
  'cluster.SpectralCoclustering': noPredict,
  'covariance.EmpiricalCovariance': covariance,
  'covariance.GraphLasso': covariance,
  'covariance.GraphLassoCV': covariance,
  'covariance.GraphicalLasso': covariance,
  'covariance.GraphicalLassoCV': covariance,
  'covariance.LedoitWolf': covariance,
  'covariance.MinCovDet': covariance,
  'covariance.OAS': covariance,
  'covariance.ShrunkCovariance': covariance,
  'feature_extraction.PatchExtractor': 'it cuts images into patches: one row gives many',
  'manifold.ClassicalMDS': embedsOnly,
  'manifold.MDS': embedsOnly,
  'manifold.SpectralEmbedding': embedsOnly,
  'manifold.TSNE': embedsOnly,
  'multioutput.MultiOutputEstimator':
    'it is what others derive from (0.18 lists it), and fits nothing itself',
  'neighbors.KNeighborsTransformer': graphs,
  'neighbors.LSHForest':
    'it finds approximate neighbours and has neither predict nor transform; 0.18 is the last to have it',
  'neighbors.NearestNeighbors': 'it finds neighbours and has neither predict nor transform',
  'neighbors.RadiusNeighborsTransformer': graphs,
  'decomposition.ProjectedGradientNMF': 'its projected gradients are not computed',
};

/** Likewise for classes of other libraries: `library:package.Class`. */
export const refusedOfOthers: Readonly<Record<string, string>> = {
  'category_encoders:multi_hot.MultiHotEncoder': 'its lists of categories in one text are not taken apart',
  'category_encoders:wrapper.NestedCVWrapper':
    'it wraps an encoder for training; save the encoder inside (feature_encoder) fitted on all rows',
  'category_encoders:wrapper.PolynomialWrapper':
    'it holds an encoder for each class, which are not put together',
};
