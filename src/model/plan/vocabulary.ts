/** The operators, by what they compute; `operators/` holds the definition of each. */
export const operatorNames = [
  'input',
  'finite',
  'cast32',
  'columns',
  'concatenate',
  'columnwise',
  'map',
  'affine',
  'softmax',
  'normalizeRows',
  'logNormalize',
  'twoSided',
  'gaussian',
  'kernel',
  'pairDecisions',
  'pairVotes',
  'pairToRest',
  'pairProbabilities',
  'trees',
  'argmax',
  'above',
  'stackCodes',
] as const;

export type OperatorName = (typeof operatorNames)[number];
