import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { createKinds, kindParts } from '../../src/cluster/kinds/index.ts';

const server = join(import.meta.dirname, '../../src/cluster/apiserver');
/** What every request goes through: the server without the handlers of single actions, what it is made of, and its documents. */
const pipeline = ['server.ts', 'call.ts', 'turns.ts', 'inprocess.ts', 'requests', 'reads', 'writes'];
/** Who asks may be a service account. */
const identity = new Set(['requests/authenticate.ts', 'requests/impersonate.ts']);

/** The grammar of paths knows one kind, `/api/v1/namespaces/NAME/finalize`, and metadata has a field of its name. */
const grammar = new Set(['namespaces', 'namespace', 'finalize']);

function sources(): string[] {
  const files = pipeline.flatMap(part => {
    const path = join(server, part);
    return part.endsWith('.ts') ? [path] : readdirSync(path).map(name => join(path, name));
  });
  return files.filter(path => !path.endsWith('.test.ts') && !identity.has(relative(server, path)));
}

/** The texts in quotes of a source, without its comments. */
function texts(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(([, single, template]) => single ?? template ?? '');
}

/** Words by which a kind is known: its names, and those of its parts that not every kind has. */
function names(): ReadonlySet<string> {
  const { all } = createKinds(kindParts);
  const own = all.flatMap(({ kind, plural, singular, resource }) => [kind, plural, singular, resource]);
  const parts = all.flatMap(({ subresources }) =>
    subresources.filter(({ name }) => name !== 'status' && name !== 'scale').map(({ name }) => name),
  );
  return new Set([...own, ...parts].filter(name => name !== '' && !grammar.has(name)));
}

test('no kind and none of its parts is named on the way of a request', () => {
  const known = names();
  assert.ok(known.has('ConfigMap') && known.has('leases') && known.has('resize'));
  const found = sources().flatMap(path =>
    texts(readFileSync(path, 'utf8'))
      .filter(text => known.has(text))
      .map(text => `${relative(server, path)}: ${text}`),
  );
  assert.deepEqual(found, []);
});
