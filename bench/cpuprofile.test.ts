import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CpuProfile, selfTimes } from './cpuprofile.ts';

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });

test('self time adds up over the nodes of one function, the dearest first', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(program)', '', -1) },
      { id: 2, callFrame: frame('parse', 'file:///a/b/src/wire/json.ts', 41) },
      { id: 3, callFrame: frame('parse', 'file:///a/b/src/wire/json.ts', 41) },
      { id: 4, callFrame: frame('', 'node:net', 9) },
    ],
    startTime: 1000,
    samples: [1, 2, 3, 4, 2],
    timeDeltas: [10, 100, 200, 5, 1],
  };
  assert.deepEqual(selfTimes(profile), [
    { place: 'parse src/wire/json.ts:42', micros: 301 },
    { place: '(program)', micros: 10 },
    { place: '(anonymous) node:net:10', micros: 5 },
  ]);
  assert.deepEqual(selfTimes(profile, 1011, 1311), [{ place: 'parse src/wire/json.ts:42', micros: 300 }]);
});
