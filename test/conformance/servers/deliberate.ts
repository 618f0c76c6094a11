type Server = 'kserve' | 'mlserver';

/** A situation in which Davit answers otherwise than recorded servers, on purpose. */
export interface Deliberate {
  /** As asked.py names it; an ending is enough. */
  readonly situation: string;
  readonly servers: readonly Server[];
  readonly models?: RegExp;
  /** Their statuses, one of which the recorded answer has. */
  readonly theirs: readonly number[];
  readonly status: number;
  readonly code?: string;
  readonly why: string;
}

const both = ['kserve', 'mlserver'] as const;
const mistake = 'a mistake of the caller is a 4xx that names the field';

/** What the caller did wrong, for which the servers have a 500 or a validator’s 422. */
const mistakes = (
  [
    ['v1: neither key', 'wire-field-missing'],
    ['v1: no rows', 'features-shape'],
    ['v1: uneven rows', 'wire-rows-uneven'],
    ['v1: a level too deep', 'features-shape'],
    ['v2: one dimension', 'features-shape'],
    ['texts for numbers', 'features-datatype'],
    ['too many columns', 'features-count'],
    ['too few columns', 'features-count'],
    ['v2: data and shape disagree', 'wire-shape-mismatch'],
    ['v2: unknown datatype', 'wire-datatype-unknown'],
    ['v2: no inputs', 'wire-field-missing'],
    ['v2: no JSON', 'wire-json-syntax'],
    ['v2: a column is missing', 'features-columns'],
    ['v1: a missing value', 'features-not-finite'],
    ['v2: no rows', 'features-shape'],
  ] as const
).map(([situation, code]): Deliberate => ({
  situation,
  servers: situation.startsWith('v1') ? ['kserve'] : both,
  ...(situation === 'v1: a missing value' ? { models: /^sk-/ } : {}),
  theirs: [422, 500],
  status: 400,
  code,
  why: mistake,
}));

export const deliberate: readonly Deliberate[] = [
  {
    situation: 'too few columns',
    servers: ['kserve'],
    models: /^xgb-/,
    theirs: [200],
    status: 400,
    code: 'features-count',
    why: 'a column that is left out by mistake would count as missing in every row',
  },
  {
    situation: 'v2: too few columns',
    servers: ['mlserver'],
    models: /^xgb-linear$/,
    theirs: [200],
    status: 400,
    code: 'features-count',
    why: 'as above; of trees MLServer refuses it',
  },
  {
    situation: 'v2: no rows',
    servers: both,
    models: /^(?:xgb|lgb)-/,
    theirs: [200],
    status: 400,
    code: 'features-shape',
    why: 'a request without rows is told of as one, as scikit-learn does, and not answered with nothing',
  },
  ...['probabilities', 'an output that is not there'].map((situation): Deliberate => ({
    situation: `v2: ${situation}`,
    servers: ['mlserver'],
    models: /^lgb-/,
    theirs: [200],
    status: 400,
    code: 'output-unknown',
    why: 'MLServer’s runtime for LightGBM does not look at which outputs are asked for',
  })),
  {
    situation: 'v2: probabilities',
    servers: both,
    models: /^(?:xgb-(?:binary|dart|names|softmax|softprob)|sk-words)$/,
    theirs: [400, 500],
    status: 200,
    why: 'KServe knows one output, and MLServer no probabilities of boosters',
  },
  {
    situation: 'v2: an output that is not there',
    servers: ['kserve'],
    models: /^(?:xgb-names|sk-words)$/,
    theirs: [500],
    status: 400,
    code: 'output-unknown',
    why: 'KServe fails on these models before it looks at the outputs',
  },
  {
    situation: 'v2: probabilities',
    servers: ['mlserver'],
    models: /^sk-outputs$/,
    theirs: [500],
    status: 400,
    code: 'output-unknown',
    why: 'each output has its own, predict_proba_0 and so on',
  },
  ...['one row', 'rows', 'rows as inputs', 'whole numbers', 'a missing value'].map(
    (situation): Deliberate => ({
      situation: `v1: ${situation}`,
      servers: ['kserve'],
      models: /^xgb-names$/,
      theirs: [500],
      status: 200,
      why: 'a matrix has no names, and its columns are in the order of training',
    }),
  ),
  ...['one row', 'rows, nested', 'rows, FP32', 'rows, INT64', 'an id', 'a matrix called one'].flatMap(
    (situation): readonly Deliberate[] => [
      {
        situation: `v2: ${situation}`,
        servers: ['kserve', 'mlserver'],
        models: /^xgb-names$/,
        theirs: [500],
        status: 200,
        why: 'a matrix has no names, and its columns are in the order of training',
      },
      {
        situation: `v2: ${situation}`,
        servers: ['kserve'],
        models: /^sk-words$/,
        theirs: [500],
        status: 200,
        why: 'labels that are texts fail in KServe over V2, and are BYTES here',
      },
    ],
  ),
  ...mistakes,
];
