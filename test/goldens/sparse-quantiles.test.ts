/** Quantiles of sparse rows, which have places only where they are not 0. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../src/model/formats/index.ts';
import { PyTuple } from '../../src/model/formats/pickle/index.ts';
import { fileOf, floats, object } from '../../src/model/formats/pickle/objects.contract.ts';
import { openObjects } from '../../src/model/formats/sklearn/open.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { compiled } from './ask.ts';

/**
 * scikit-learn 1.9.1, `zlib.compress(pickle.dumps(model, 4))` of `make_pipeline(HashingVectorizer(n_features=6,
 * alternate_sign=False), QuantileTransformer(n_quantiles=4, output_distribution="normal", random_state=0))`, fitted on eight
 * texts of words such as "good iris" and "bad river night".
 */
const model = Buffer.from(
  'eNqFUz1vE0EQtcF2vpyQKIKGAgoQjhBGQQgFETihNIDBAgRUiVZ7d2vfKne7x+5ejJFQoEiw0Yomkxb4HxRAQUcBBQUSBU2oQKKh' +
    'hjnbsROkiCnsud1582bezD7ObW7mMh2zk3o5ZFSJcsxjFnLBwA7f3HY3YOYJPIKSzWvDYg1L6E4FVAdc1FeYZ6TiD5kCe2Q7SY1R' +
    'kyhG2AOjqGe4FGWDPtipK13UvQFqkJyLOMGYIU8KwwR6w0x40sdwsPnE1E7NgS36DI8ws1ISGQvaKO5h6HjqxIR6HiI1VG0xVixW' +
    '0mNaY2DVjhi5zESHsWqHqaBhs1NzriGVD3YklA2mPKoZtOx4J5bE1BimBCYvOcnMorvYWGycXHTBjmojY5ICU6ZRQXr9aqgU7Jio' +
    'KxoRRUWdQSVbya5jmS4XVDWhbXNCqgjsvvAM2AkapvmpYUTzusDbvG+aMUqfF0kUN1GKWiipOXcWRbITZMBKuA/PCt9eb8mVVTtJ' +
    'erKTFaY0ao342fL58iwkLnJP30+oMDxkOAqha0iftn24P+++TKhzmfjUUMTc6mHu7MD0BzUmyHZO7Dhnp2VicHLE5+kQ3MR0aiik' +
    'ndIQ7EHsTeIy8CgOuccNQd2lxm5HdOJqiqcMbkyesEXk8mWEbaIiUMnYnCdRhJadGAhMuCCpyMUdJZC0hjHFakzhvqTf9lBHvzLx' +
    'kLccJaHhVCmKghaJwv0RWGeCW7MBwTE7JPzu5QZyrsFC1oWncBtKOLrcWhrQGwqOYF9tDtqt7u1+m52HarV67Q9a56eSMeC2F45m' +
    'ena3Y5+d7v+W0z395QCG2dEd5QcXAyelDi73iSuFdQiuthbeZv6x+eenC9cvDZJl9rAvP9+8P/7yx573/7O98B/V0u/S8ifnw4XV' +
    '2otX353d5++cLu7rrmaDUjCTriKzB/o7SLqPvWoLEYskPo2qHcL1dSU+wHYXUP4L4XmsbQ==',
  'base64',
);
const texts = ['good night', 'iris iris river', 'nothing'];
/** `model.transform(texts).toarray()` */
const expected = [
  [0.0, 1.4772061342488636, 0.0, 0.0, 0.0, 0.9283374757837952],
  [0.14561495355084553, 0.0, 0.0, 0.0, 5.19933758270342, 0.0],
  [0.0, 0.0, 5.19933758270342, 0.0, 0.0, 0.0],
];

test('zeros of sparse rows stay zeros', async () => {
  const executable = await compiled(await openModel(model, { fileName: 'quantiles' }));
  const asked: NamedTensor = { name: 'input-0', datatype: 'BYTES', shape: [3], data: texts };
  const [answer] = executable.run([asked], ['transform']) as readonly NamedTensor[];
  const found = [...(answer as NamedTensor & { data: Float64Array }).data];
  for (const [at, wanted] of expected.flat().entries())
    assert.ok(Math.abs((found[at] as number) - wanted) <= 1e-6 * 5.2, `value ${at}: ${found[at]}, ${wanted}`);
});

/** Dicts that are hashed to one column, whose quantiles are looked for. */
async function hashedQuantiles(version: string): Promise<(value: number) => number> {
  const own = { _sklearn_version: version };
  const hasher = object('sklearn.feature_extraction._hashing_fast.FeatureHasher', {
    ...own,
    n_features: 1n,
    input_type: 'dict',
    alternate_sign: false,
    non_negative: false,
    dtype: 'float64',
  });
  const quantiles = object('sklearn.preprocessing._data.QuantileTransformer', {
    ...own,
    output_distribution: 'uniform',
    quantiles_: floats([3, 1], 0, 1, 2),
    references_: floats([3], 0, 0.5, 1),
  });
  const steps = [new PyTuple(['hash', hasher]), new PyTuple(['quantiles', quantiles])];
  const opened = await openObjects(fileOf(object('sklearn.pipeline.Pipeline', { ...own, steps })));
  const executable = await compiled(opened.plan());
  return value => {
    const asked: NamedTensor = { name: 'a', datatype: 'FP64', shape: [1], data: Float64Array.of(value) };
    const [answer] = executable.run([asked], ['transform']) as readonly NamedTensor[];
    return (answer as NamedTensor & { data: Float64Array }).data[0] as number;
  };
}

for (const version of ['0.19.2', '1.6.1'])
  test(`sparse rows that are not finite are refused as the library does: ${version}`, async () => {
    const place = await hashedQuantiles(version);
    assert.ok(Math.abs(place(1.5) - 0.75) < 1e-6, `${place(1.5)}`);
    assert.equal(place(0), 0);
    assert.throws(() => place(Infinity), { code: 'features-not-finite' });
  });
