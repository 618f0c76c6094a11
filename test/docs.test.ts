import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredErrors } from '../scripts/docs/errors.ts';
import { refusalsIn, translations } from '../scripts/docs/parameters.ts';
import { drifted } from '../scripts/docs.ts';

test('generated pages are what the code says (npm run docs writes them)', async () => {
  assert.deepEqual(await drifted(), []);
});

test('an error code is declared once, in kebab case, with a status that fits whose fault it is', async () => {
  const errors = await declaredErrors();
  assert.ok(errors.length > 20, `found ${errors.length} errors`);
  const codes = errors.map(({ code }) => code);
  assert.deepEqual(
    codes.filter((code, at) => codes.indexOf(code) !== at),
    [],
  );
  assert.deepEqual(
    codes.filter(code => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)),
    [],
  );
  const misfits = errors.filter(
    ({ status, fault }) => status < 400 || status > 599 || (fault === 'server' && status < 500),
  );
  assert.deepEqual(
    misfits.map(({ code }) => code),
    [],
  );
});

test('every parameter that is refused has a row, whichever way the code says it', () => {
  const sources = translations();
  const calls = sources.flatMap(([file, source]) =>
    Array.from(source.matchAll(/\.\s*unsupported\s*\(/g), () => file),
  );
  assert.ok(calls.length > 80, `found ${calls.length} calls`);
  const rows = sources.flatMap(([file, source]) => refusalsIn(file, source).map(() => file));
  assert.deepEqual(rows, calls);
});
