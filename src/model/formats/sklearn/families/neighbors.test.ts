/** Which of equally near rows are neighbours, where training had sparse rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, NdArray, PyTuple, type PyObject } from '../../pickle/index.ts';
import { fileOf, floats, object } from '../../pickle/objects.contract.ts';
import { openObjects } from '../open.ts';

function integers(...values: number[]): NdArray {
  const bytes = new Uint8Array(Int32Array.from(values).buffer);
  return new NdArray(DType.spelled('<i4') as DType, [values.length], false, bytes);
}

const own = (version: string) => ({ _sklearn_version: version });

function neighbours(version: string): PyObject {
  return object('sklearn.neighbors._regression.KNeighborsRegressor', {
    ...own(version),
    _fit_X: object('scipy.sparse._csr.csr_matrix', {
      _shape: new PyTuple([2n, 1n]),
      data: floats([2], 1, 2),
      indices: integers(0, 0),
      indptr: integers(0, 1, 2),
    }),
    _fit_method: 'brute',
    _y: floats([2], 5, 6),
    effective_metric_: 'euclidean',
    n_neighbors: 1n,
    n_features_in_: 1n,
  });
}

function behindScaler(version: string): PyObject {
  const scaler = object('sklearn.preprocessing._data.MaxAbsScaler', {
    ...own(version),
    scale_: floats([1], 2),
    n_features_in_: 1n,
  });
  const steps = [new PyTuple(['scale', scaler]), new PyTuple(['near', neighbours(version)])];
  return object('sklearn.pipeline.Pipeline', { ...own(version), steps });
}

for (const [version, ofRequest, ofStep] of [
  ['1.1.3', 'partition', 'partition'],
  ['1.2.2', 'partition', 'rows'],
  ['1.3.2', 'rows', 'rows'],
  ['1.4.2', 'rows', 'partition'],
] as const)
  test(`in ${version} rows of a request are met by ${ofRequest}, those of a step by ${ofStep}`, async () => {
    for (const [root, expected] of [
      [neighbours(version), ofRequest],
      [behindScaler(version), ofStep],
    ] as const) {
      const { nodes } = (await openObjects(fileOf(root))).plan();
      const { attributes } = nodes.find(({ op }) => op === 'nearest') ?? assert.fail('no search');
      assert.deepEqual([attributes['metric'], attributes['search']], ['euclideanProducts', expected]);
    }
  });
