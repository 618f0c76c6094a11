import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../base/log/index.ts';
import { OwnHosts, routesOf, type Snapshot } from '../routes/index.ts';
import { Reached } from './reached.ts';

function world(): { readonly reached: Reached; readonly told: () => string[] } {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'info', format: 'json', colour: false, now: Date.now, write });
  return {
    reached: new Reached(log),
    told: () => lines.map(line => (JSON.parse(line) as { host: string }).host),
  };
}

const backend = { service: { name: 'shop' } };
const table = routesOf(
  {
    inferenceServices: [
      { metadata: { namespace: 'yours', name: 'iris' }, status: { url: 'http://iris.yours.example.com' } },
    ],
    ingresses: [
      {
        metadata: { namespace: 'mine', name: 'shop' },
        spec: { rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', backend }] } }] },
      },
    ],
    virtualServices: [],
    knativeIngresses: [],
    httpRoutes: [],
    referenceGrants: [],
    services: [],
    slices: [],
  } as unknown as Snapshot,
  new OwnHosts(['ml.example.com']),
);

test('a name that nothing keeps for the gateway is told once', () => {
  const { reached, told } = world();
  for (const host of ['ml.corp.example', 'ML.corp.example.:8080', 'other.example']) reached.by(host, table);
  assert.deepEqual(told(), ['ml.corp.example', 'other.example']);
});

test('names of the gateway, of InferenceServices and of routes are not told', () => {
  const { reached, told } = world();
  for (const host of ['ml.example.com', 'localhost:8080', '192.0.2.1', '[::1]:80', ''])
    reached.by(host, table);
  for (const host of ['iris.yours.example.com', 'shop.example.com']) reached.by(host, table);
  assert.deepEqual(told(), []);
});

test('whoever can log in does not fill the log', () => {
  const { reached, told } = world();
  for (let at = 0; at < 1000; at++) reached.by(`host-${at}.example`, table);
  assert.equal(told().length, 20);
});
