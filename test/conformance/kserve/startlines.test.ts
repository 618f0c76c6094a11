import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands, parseCommandLine } from '../../../src/cli/index.ts';
import { installedObjects } from '../../../src/cluster/kserve/index.ts';

interface Container {
  readonly image: string;
  readonly args?: readonly string[];
}

/** Servers of KServe that davit serve is in the place of. */
const played = /\/(sklearnserver|xgbserver|lgbserver|predictiveserver):/;

test('davit serve takes the start line of every runtime that it is in the place of', () => {
  const serve = commands.find(({ name }) => name === 'serve');
  assert.ok(serve);
  let count = 0;
  for (const { kind, metadata, spec } of installedObjects()) {
    if (kind !== 'ClusterServingRuntime') continue;
    for (const { image, args = [] } of (spec as { containers: readonly Container[] }).containers) {
      if (!played.test(image)) continue;
      assert.doesNotThrow(() => parseCommandLine(serve, args), metadata.name);
      count++;
    }
  }
  assert.equal(count, 4);
});
