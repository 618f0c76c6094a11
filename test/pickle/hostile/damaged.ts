import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { bytesOf, type Case } from './case.ts';

const model = readFileSync(join(import.meta.dirname, '../../../examples/iris/iris-model.joblib'));

const anyCode = ['pickle-', 'joblib-', 'sklearn-', 'inflate-'];

/** A small model without its end, at every byte. */
export const truncations: readonly Case[] = Array.from({ length: model.length }, (_, length) => ({
  name: `the model cut at byte ${length}`,
  bytes: () => model.subarray(0, length),
  codes: length === 0 ? ['pickle-empty'] : length === 1 ? ['pickle-unrecognised'] : ['pickle-truncated'],
}));

/** The same model in zlib, cut at every byte. */
export const packedTruncations: readonly Case[] = (() => {
  const packed = deflateSync(model);
  return Array.from({ length: packed.length }, (_, length) => ({
    name: `the model in zlib cut at byte ${length}`,
    bytes: () => packed.subarray(0, length),
    codes: length === 0 ? ['pickle-empty'] : length === 1 ? ['pickle-unrecognised'] : ['pickle-truncated'],
  }));
})();

/** A generator of bytes that is the same on every run. */
function* draws(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 24;
  }
}

/** Opcode bytes at random behind a PROTO that says all is well. */
export const garbage: readonly Case[] = Array.from({ length: 3000 }, (_, seed) => ({
  name: `garbage ${seed}`,
  bytes: () => {
    const source = draws(seed + 1);
    return bytesOf(
      '\x80\x04',
      Uint8Array.from({ length: 200 }, () => source.next().value),
    );
  },
  codes: anyCode,
}));
