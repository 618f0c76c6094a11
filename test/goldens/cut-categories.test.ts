/** Numbers that are no categories, in trees of scikit-learn that split by them: releases before 1.2 cut them first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../src/model/formats/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { compiled } from './ask.ts';

const numbers = [0, 1, NaN, -0.5, -0.999, -1, 1.5];

/**
 * `zlib.compress(pickle.dumps(model, 4))` of `HistGradientBoostingRegressor(max_iter=1, learning_rate=1.0,
 * categorical_features=[0], min_samples_leaf=5, random_state=0)`, fitted on the categories 0, 1, 2 and NaN, twenty of each,
 * whose targets are 3, -7, 11 and 50; and `model.predict` of the numbers.
 */
const releases = {
  '0.24.2': {
    model: Buffer.from(
      'eNqtVltvG0UU3vUlTl0ndduUtg9RgYeSotYEK5GAVsTED6m61KpaSp6qYdY78Sxdz5qZ2aapQASJhhiGa4YH+twnVKnPICTyJxCv/QkRf6Cc2d' +
        '340oQ6SB1pczJnz5n55jvfnPV67ueLRSse6h1xOyCYswphgrTdgFQQ9YVELY49nzCJ3DAU0metyh6PVtOXIXQp9S+m7uukxYkQIddb+twX+jM9' +
        'o3JBKIRWE7ATLC0+iTBEJHPOIAVxLIleWthJQY238V3kS8K1Y6tJM4HIFcRCD9KcM+qQcXmkI6luqHLbZ0jgdicgIo7TTl4dDaqIk1YUYO7fw9' +
        'IPmV6yrMHlXZ/BWk/VRDtkoQyZ30RNIWG9qSaAaYXcb+IArRAsIwP2lnYsrIqrmLeRkJhL3VWTAD9Yg2nY6cR85HAkQ60Kognp4KB5dfwODnwv' +
        'RoBWOG4mUBZ++8WMB6rM4nPC0VCTYtYi2imqrAwDvfTuvb//efDH48uqcIdwNxTwylIljpkXxhBk7JhkPYwIeDCEvcSQ5ATmHVjYrJ7sbl6V0G' +
        '4+IZ5WJ1jU7qxVAC2ptKNA+phzvKbVmICzY1NAlY9DwHpyrUOMJxO9pbubX+nresbJKvuSbjQaV57CiP84ltRuffxR8XNluNYbEKcOoz5KA+OI' +
        'L9Agy5pOG2ikGTIhedSUsA99WRWYlwDagpPe13Xb1cm2tmPf1/RVlXHfHITy6T5QunXb1mBVHiUivHBgwSfxpfeNaG+kmk0lrU5QkLiPmUDgRj' +
        'FuzKTeFK465oVoWBgItDKFIkHQgBjAYL0J1IAQURt3oFhazR4YHGSxWHNFtOizq0l+78KNsUTfVy1bHRKRm1wPfaU2kQXJDLOv6Zwq32bhKut5' +
        'Y73TCp01tNPqLunZhPSVgfrTs/tRfsoaGjsL6T81UwlMT9PX6fm9y6c1jQZqSt/eZ3l60dTzZNuHCgC5wGkEYjc0+t5dZO70ETORFApGw8ATyJ' +
        'zmBlbHE1bgsgHjabb+bxxzo46ZyxqFGzBllBYOwV0V5oqrsdlKda5S1ZELtXexIIHPCOpw4vlJE6Bn6HJ9POZl/Xxt96KkASE3JbilVfXAiuhl' +
        'QmP9AO7/td68J4t80kH3HrkQHzn74Xx1iHvIiNmF698MI9C3OpxeY0M17APNoc+zVsd2WW2FSIbQjFcgJZeYPPdb1Exb2Gemn8TtWxX8tGmria' +
        'GiadpQRdeXgsh4L2kOQDfpsmNtaNqlzBkH+zXYEthvwF8Gqyh2ToH9FvynwX4Hdhrs9/D+FbA/wPwc2B8h7gLYn8BWwDbAvgF2C97PbujImQNS' +
        'yqbIi4HdF/K1YV1btnmXgecmjPmHT2qpuxfw5L3alPXcsfOn3c8wy9z867XtS89GGaGNwfPoVxgfP6zZ/e2TMb0982xODp58b/ZlLZPkZHqu4v' +
        'ZIbNmh04BQz/7/nNr86JxMPye+TydNeyNerCDTlVCihP2km42FwLr1j56/ibWeHxGQG/E+RjbF8eoLhWW9CFiRi7EqIPO7Az4DDVWSHJtfRWa+' +
        'X4szk+VuPTnS0YGv0ogM+jskUE7hk1L5F5r3TCU=',
      'base64',
    ),
    expected: [3.0, -7.0, 50.0, 3.0, 3.0, 50.0, -7.0],
  },
  '1.2.2': {
    model: Buffer.from(
      'eNqtVl+PFEUQn7nd5Y7j9ljgFDQhBGP0SHCFCxijKAsXPWDkQlA0UUnbM9O33d5szzjdw90SDZgIckk/aGgf5JkX8RT/vWhM5Av4aDTxhY9A/A' +
        'JY3TP7j1s5TOhkr66ru7qqfv2r6rlY/uKXTY4d6gWxGBGc8jrhgrT8iNQRZUKiZopDRrhEfhwLyXizvkaj1c5jsHWu0B8t1KdJMyVCxKm+qvd8' +
        'rD/S06ocxUJoVRUfZDglISJpCsuqaj2DCUqxJHru8J0iqLEWXkZMklR7rpo0E9i5gHgcEqG9XWqjUYUkkVTPq1qLcSRwK4mIsPu0V1FbohmUkm' +
        'YW4ZSdx5LFXM85Tv/xPuNw1l1VbcU8ljFnAQqEhPM2Mw6ecWCMCtVUAPE145QFOEILBMsMMtRntedgNb6E0xYSEqdSr6hJyChqwzROEgtRGWcy' +
        '1mpUBGAOClpR287hiIU2KLRQOILkf/7SjGuqxm3qkC0KKOZNor1xVZJxpOdePv/nP9d+vXlMjZ4jqR8LWHLURIp5GNsQpFWMAcpcsohA5JO8Gy' +
        '8CmAyej3IkUwLzBJwYT3kkZmkCdc4iJNTqEZ61knYdIif1VhZJhtMUt7XaIAAHbO5XVewWkKFsJ8RoRrLn9cqVT/VpPe2VlHtIz8/Pn7gLw/7x' +
        'HKn92bHV8QvKXIW+DPvUJtSL0oSxmQnUj7imu0xoJIi5kGkWSPBDn1CjPMwDugpZX9Kzrq9zt67nXtL0STXi7+8P5cMhoazMuq4GqSoo5+jWTj' +
        '3YeT1X1o7haOH1nLyvWO52qV0J8i3bBu2K03YjlLSXUcYTFsA6mm0POYm+qrYOXTjx+19HqntM/FBBjC+ujc4qJ46HUH5Mtl8zUxuZmsRJksbL' +
        'iEIlMsyBmTWLHhCjq7uiNgLBIywEwN7hPXATtYEgGdF0Xo0dL3S9hEtRvKTn7nZKtUxZk+q5C515FZaBaUGUCXaOmIowG/o1mT/gKoGENX0rP5' +
        '2+3T2ZvtM9lL67Qs+CHVhuDWM0WGIIfEyhTBDUV1YgMOS3yVQ5agEW0ErUvgdudWDFbfWOo6OMn8ztuwhs4HnzOOm4aqPI/Lz36BONaslRk4Pc' +
        '1fQ5VVvk8RLvam3noPvojCEtPdChbCmn7EJf9dDpYYTd4QyMO4eLfxqGx5g+Tveae5U0JTg05UTra50V9ZH11Qd9cYgz+pKpje0tBowBqAHhDB' +
        'qHAZWFy8i0z81mYpwJGkehQCa3BKttOUbQxAD/wlr/dxwH1ku6XDLdwgRTQ8U1IuiBwrROVdlfn6nPaKDHFPKxIFAWxPKK5b11iF/PvaypXJkd' +
        's9Bd3GvBA74UVnFqLumsVjMPzJmuJbxrb0B/PdWd93pF/oCtDWfUwlB68+DMwH2AhUUcMgzijEvolEWbNPCDH2i+PeyhO3SQbsZIxvAWLkjTOa' +
        'yopFCGZtrEzECWv55qlBVvpqoOXKSmi2rcZ1IQaX1JW51fUek5ANwNqrwxkF+DnAC5CvoayG/oBW8HyG9B/xjImyB3gvwO1neD/B7me0D+APue' +
        'AfkjyDrIRZDPgvwJ1vdd1pl3AECpmYs/Grk9qp8aZL7jmrUR+J2BcfD67Uah7m64faQx5dx33PnN7VmYY8788fStQ/fuMuTbAL/VGzDev95we+' +
        '7zsfPW9L02ZfhVurNPGiO5zUhXNX5r3dhKA9kAT5/6/zaNg+vbjPRsbB1sNw0QvtMMdUzfQjkThlG3ZImgVmbfu78T52JlnQ3lddZtZFMpXnqo' +
        'YTkPI6zMx1iNIvONBw/FvJqQKTYfpWY+rO2ZCTSfPKUtfe/WOhb0bzCgn9HPM7/+L4li5Xc=',
      'base64',
    ),
    expected: [3.0, -7.0, 50.0, 50.0, 50.0, 50.0, -7.0],
  },
};

for (const [release, { model, expected }] of Object.entries(releases))
  test(`what lies between -1 and 0 goes where scikit-learn ${release} sends it`, async () => {
    const executable = await compiled(await openModel(model, { fileName: 'categories' }));
    const data = Float64Array.from(numbers);
    const asked: NamedTensor = { name: 'input-0', datatype: 'FP64', shape: [data.length, 1], data };
    const [answer] = executable.run([asked], ['predict']) as readonly NamedTensor[];
    const found = [...(answer as NamedTensor & { data: Float64Array }).data];
    for (const [at, wanted] of expected.entries())
      assert.ok(Math.abs((found[at] as number) - wanted) <= 5e-8, `${numbers[at]}: ${found[at]}, ${wanted}`);
  });
