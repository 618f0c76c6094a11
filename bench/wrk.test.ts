import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWrk } from './wrk.ts';

const text = `Running 1s test @ http://127.0.0.1:8080/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    66.52us   47.11us   1.63ms   95.39%
    Req/Sec   113.35k     4.83k  119.01k    81.82%
  124033 requests in 1.10s, 41.76MB read
Requests/sec: 112755.06
`;

test('the figures come from the script’s line, in requests a second and milliseconds', () => {
  const line =
    'bench {"requests":1500,"micros":3000000,"p50":61,"p99":250,"max":1630,"status":2,"socket":3}\n';
  assert.deepEqual(parseWrk(text + line), {
    requests: 1500,
    seconds: 3,
    rate: 500,
    p50: 0.061,
    p99: 0.25,
    max: 1.63,
    errors: 5,
  });
});

test('a run without the line fails and shows what wrk said', () => {
  assert.throws(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused'), /Connection refused/);
  assert.throws(() => parseWrk('bench {"requests":1}'), /no micros/);
});

test('a run of no time has a rate of 0, not NaN', () => {
  const line = 'bench {"requests":0,"micros":0,"p50":0,"p99":0,"max":0,"status":0,"socket":0}';
  assert.equal(parseWrk(line).rate, 0);
});
