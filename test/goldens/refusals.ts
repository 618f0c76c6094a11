/** Cases of the corpus that are refused at load, with the error; every other case must answer as the library does. */
export const refusals = [
  // Neither centring nor scaling, written before 0.24: nothing in the file has the width of the rows.
  { version: '0.20.4', case: 'scaler-nothing', code: 'sklearn-features-unknown' },
] as const;
