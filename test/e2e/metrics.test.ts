import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ask, iris, irisRequest, root, serve, type Program } from './program.ts';

interface Row {
  readonly type: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly meaning: string;
}

/** The page's rows by name; a label's values as they are written there. */
function readPage(): ReadonlyMap<string, Row> {
  const page = readFileSync(join(root, 'docs', 'reference', 'metrics.md'), 'utf8');
  const rows = page.matchAll(/^\| `(\w+)` \| (\w+) \| (.+?) \| (.+) \|$/gm);
  return new Map(
    [...rows].map(([, name = '', type = '', labels = '', meaning = '']) => {
      const said = labels.matchAll(/`(\w+)`: ([^;]+)/g);
      return [
        name,
        { type, meaning, labels: new Map([...said].map(([, label = '', values = '']) => [label, values])) },
      ];
    }),
  );
}

/** Families of the text format, and the labels of their series. */
function readMetrics(text: string): ReadonlyMap<string, Row> {
  const families = new Map<string, Row & { labels: Map<string, string> }>();
  for (const [, name = '', meaning = '', type = ''] of text.matchAll(
    /^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$/gm,
  ))
    families.set(name, { type, meaning, labels: new Map() });
  for (const [, series = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const family = families.get(series) ?? families.get(series.replace(/_(bucket|sum|count)$/, ''));
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      const values = family?.labels.get(label);
      if (label !== 'le') family?.labels.set(label, values === undefined ? value : `${values}, ${value}`);
    }
  }
  return families;
}

function valueOf(text: string, series: string): number {
  const line = text.split('\n').find(one => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

/** Sends bytes and reads to the end of the connection. */
async function answered(port: number, text: string): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(text);
  for await (const chunk of socket) void chunk;
}

suite('metrics', () => {
  let program: Program;
  let text: string;
  before(async () => {
    program = await serve([iris, '--max-connections', '3', '--max-body', '1000']);
    const port = Number(new URL(program.url).port);
    for (const version of ['v1', 'v2']) {
      const path = version === 'v1' ? '/v1/models/iris-model:predict' : '/v2/models/iris-model/infer';
      await ask(program.url + path, version === 'v1' ? '{"instances":[[6.8,2.8,4.8,1.4]]}' : irisRequest);
    }
    await answered(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n');
    await answered(port, 'no request\r\n\r\n');
    const held = Array.from({ length: 3 }, () => connect({ port, host: '127.0.0.1' }));
    await answered(port, '');
    for (const socket of held) socket.destroy();
    do text = String((await ask(`${program.url}/metrics`)).body);
    while (!text.startsWith('#'));
  });
  after(() => program.stop());

  test('the page and the server tell the same families, with the same words', () => {
    const [page, found] = [readPage(), readMetrics(text)];
    const told = (rows: ReadonlyMap<string, Row>): Record<string, unknown> =>
      Object.fromEntries(
        [...rows].map(([name, { type, meaning, labels }]) => [name, [type, meaning, [...labels.keys()]]]),
      );
    assert.deepEqual(told(found), Object.fromEntries([...page.keys()].map(name => [name, told(page)[name]])));
  });

  test('every label has the values that the page lists, and no others', () => {
    const page = readPage();
    for (const [name, { labels }] of readMetrics(text)) {
      for (const [label, values] of labels) {
        const listed = page.get(name)?.labels.get(label) ?? '';
        if (!listed.startsWith('`')) continue;
        const found = new Set(values.split(', '));
        assert.deepEqual(
          [...found].toSorted(),
          listed.replaceAll('`', '').split(', ').toSorted(),
          `${name} ${label}`,
        );
      }
    }
  });

  test('refused requests and refused connections are different things', () => {
    assert.equal(valueOf(text, 'davit_http_requests_refused_total'), 2);
    assert.ok(valueOf(text, 'davit_http_connections_refused_total') >= 1);
  });
});
