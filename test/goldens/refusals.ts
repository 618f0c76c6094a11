import { versions } from './corpus.ts';

/** Cases of the corpus that are refused at load, with the error; every other case must answer as the library does. */
export interface Refusal {
  readonly version: string;
  readonly case: string;
  readonly code: string;
}

function inVersions(versions: readonly string[], name: string, code: string): readonly Refusal[] {
  return versions.map(version => ({ version, case: name, code }));
}

export const refusals: readonly Refusal[] = [
  // Neither centring nor scaling, written before 0.24: nothing in the file has the width of the rows.
  ...inVersions(['0.20.4', '0.22.2.post1'], 'scaler-nothing', 'sklearn-features-unknown'),
  // Answers that are drawn at random.
  ...['dummy-stratified', 'dummy-uniform'].flatMap(name =>
    inVersions(versions, name, 'sklearn-parameter-unsupported'),
  ),
  // CountEncoder of category_encoders 2.2 keeps no note of the columns that it passes on.
  ...['', '-share', '-groups', '-forced', '-nan', '-number', '-apart'].map(name => ({
    version: '0.22.2.post1',
    case: `ce-count${name}`,
    code: 'sklearn-features-unknown',
  })),
  // Columns whose texts are joined before they are encoded.
  { version: '1.9.1', case: 'ce-target-joined', code: 'sklearn-parameter-unsupported' },
];
