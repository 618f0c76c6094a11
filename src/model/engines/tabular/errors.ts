import { declareErrors } from '../../../base/errors/index.ts';

export const tabularErrors = declareErrors({
  'features-shape': {
    status: 400,
    fault: 'user',
    meaning: 'An input tensor is not rows by features, holds no row, or its data do not fill its shape.',
    fix: 'Send one tensor of shape [rows, features], or one tensor of shape [rows] or [rows, 1] for each column.',
  },
  'features-datatype': {
    status: 400,
    fault: 'user',
    meaning: 'Text was sent to a model that takes numbers.',
    fix: 'Send a numeric datatype such as FP32, FP64 or INT64.',
  },
  'features-count': {
    status: 400,
    fault: 'user',
    meaning: 'The rows have more or fewer features than the model was trained with.',
    fix: 'Send the features of training, in their order; model metadata has their number.',
  },
  'features-columns': {
    status: 400,
    fault: 'user',
    meaning: 'One tensor was sent for each column, but their names are not those of training.',
    fix: 'Name one tensor after each feature of training; the message lists what is missing and what is not known.',
  },
  'features-not-finite': {
    status: 400,
    fault: 'user',
    meaning: 'A value is NaN, infinite or too large, and the model accepts no such value.',
    fix: 'Fill or drop missing values before sending; the message names row and column.',
  },
  'features-range': {
    status: 400,
    fault: 'user',
    meaning: 'A value is smaller than the transformation of the model is defined for.',
    fix: 'Send values such as the model was trained with; the message names row, column and the least value.',
  },
  'category-unknown': {
    status: 400,
    fault: 'user',
    meaning:
      'A value is none of the categories that an encoder was trained with, and it was told to refuse others, or that XGBoost was trained with.',
    fix: "Send one of the categories of training, or train the encoder with handle_unknown set to 'ignore' or 'use_encoded_value' ('value' in category_encoders).",
  },
  'text-missing': {
    status: 400,
    fault: 'user',
    meaning: 'A text is null, and the vectorizer of the model takes texts only.',
    fix: 'Send an empty text where there is none; the message names the row.',
  },
  'neighbours-none': {
    status: 400,
    fault: 'user',
    meaning: 'No row of training is within the radius of a row, and the model has no answer for such rows.',
    fix: 'Send rows like those of training, or train with a larger radius or an outlier_label.',
  },
  'output-unknown': {
    status: 400,
    fault: 'user',
    meaning: 'An output was asked for that the model does not have.',
    fix: 'Ask for one of the outputs that model metadata lists.',
  },
});
