import type { FamilyModule } from './family.ts';

/** Classes of other libraries, as `library:package.Class`. */
export const libraryFamilies: readonly FamilyModule[] = [
  {
    classes: [
      'category_encoders:backward_difference.BackwardDifferenceEncoder',
      'category_encoders:basen.BaseNEncoder',
      'category_encoders:binary.BinaryEncoder',
      'category_encoders:cat_boost.CatBoostEncoder',
      'category_encoders:count.CountEncoder',
      'category_encoders:count_target.CountTargetEncoder',
      'category_encoders:glmm.GLMMEncoder',
      'category_encoders:gray.GrayEncoder',
      'category_encoders:hashing.HashingEncoder',
      'category_encoders:helmert.HelmertEncoder',
      'category_encoders:james_stein.JamesSteinEncoder',
      'category_encoders:leave_one_out.LeaveOneOutEncoder',
      'category_encoders:m_estimate.MEstimateEncoder',
      'category_encoders:one_hot.OneHotEncoder',
      'category_encoders:ordinal.OrdinalEncoder',
      'category_encoders:polynomial.PolynomialEncoder',
      'category_encoders:quantile_encoder.QuantileEncoder',
      'category_encoders:quantile_encoder.SummaryEncoder',
      'category_encoders:rankhot.RankHotEncoder',
      'category_encoders:sum_coding.SumEncoder',
      'category_encoders:target_encoder.TargetEncoder',
      'category_encoders:woe.WOEEncoder',
    ],
    load: async () => (await import('./families/category-encoders.ts')).categoryEncoderFamily,
  },
  {
    classes: [
      'lightgbm:basic.Booster',
      'lightgbm:sklearn.LGBMModel',
      'lightgbm:sklearn.LGBMRegressor',
      'lightgbm:sklearn.LGBMRanker',
      'lightgbm:sklearn.LGBMClassifier',
    ],
    load: async () => (await import('./families/lightgbm.ts')).lightgbmFamily,
  },
  {
    classes: ['sklearn_pandas:dataframe_mapper.DataFrameMapper'],
    load: async () => (await import('./families/mapper.ts')).mapperFamily,
  },
  {
    classes: [
      'xgboost:core.Booster',
      'xgboost:sklearn.XGBModel',
      'xgboost:sklearn.XGBClassifier',
      'xgboost:sklearn.XGBRegressor',
      'xgboost:sklearn.XGBRanker',
      'xgboost:sklearn.XGBRFClassifier',
      'xgboost:sklearn.XGBRFRegressor',
    ],
    load: async () => (await import('./families/xgboost.ts')).xgboostFamily,
  },
];
