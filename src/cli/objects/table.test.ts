import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { type Table, type TableOptions, TablePrinter } from './table.ts';
import { descriptionLayout, tableLayout, TabWriter } from './tabs.ts';

const plain: TableOptions = { wide: false, headers: true, namespace: false, labels: false, labelColumns: [] };

const column = (name: string, more: object = {}): { name: string; type: string } => ({
  name,
  type: 'string',
  ...more,
});
const deployments: Table = {
  kind: 'Table',
  columnDefinitions: [
    column('Name', { format: 'name' }),
    column('Ready'),
    column('Up-to-date'),
    column('Images', { priority: 1 }),
  ],
  rows: [
    { cells: ['web', '2/2', 2, 'nginx'], object: about('web', { app: 'web', tier: 'front' }) },
    { cells: ['cache-with-a-name', '0/1', 0, null], object: about('cache-with-a-name') },
  ],
};

function about(name: string, labels?: Record<string, string>): KubeObject {
  const metadata = { name, namespace: 'shop', ...(labels !== undefined && { labels }) };
  return { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
}

function printed(options: Partial<TableOptions>, ...tables: readonly Table[]): string {
  const tabs = new TabWriter(tableLayout, true);
  const printer = new TablePrinter({ ...plain, ...options }, tabs);
  for (const table of tables) printer.print(table);
  return tabs.flush();
}

test('columns are as wide as their widest cell and three spaces; the last is not filled', () => {
  assert.equal(
    printed({}, deployments),
    'NAME                READY   UP-TO-DATE\nweb                 2/2     2\ncache-with-a-name   0/1     0\n',
  );
});

test('wide shows columns of lower priority, and nothing for a cell that is null', () => {
  assert.equal(
    printed({ wide: true, headers: false }, deployments),
    'web                 2/2   2     nginx\ncache-with-a-name   0/1   0     \n',
  );
});

test('namespace, kind and labels have their places', () => {
  const options = { namespace: true, kind: 'deployment.apps', labels: true, labelColumns: ['tier'] };
  assert.equal(
    printed(options, { ...deployments, rows: deployments.rows?.slice(0, 1) ?? [] }),
    'NAMESPACE   NAME                  READY   UP-TO-DATE   TIER    LABELS\n' +
      'shop        deployment.apps/web   2/2     2            front   app=web,tier=front\n',
  );
});

test('without rows nothing is printed, and headers once for all tables of a watch', () => {
  assert.equal(printed({}, { ...deployments, rows: null }), '');
  const event: Table = {
    kind: 'Table',
    columnDefinitions: null,
    rows: [{ cells: ['web', '1/2', 2, 'nginx'] }],
  };
  assert.equal(
    printed({}, { ...deployments, rows: deployments.rows?.slice(0, 1) ?? [] }, event),
    'NAME   READY   UP-TO-DATE\nweb    2/2     2\nweb    1/2     2\n',
  );
});

test('a cell is one line that does not steer the terminal', () => {
  const rows = [{ cells: ['a\nb', '\u001B[31mred', 1.5, ''] }];
  assert.equal(printed({ headers: false }, { ...deployments, rows }), 'a...   ^[[31mred   1.5\n');
});

test('widths are remembered from flush to flush; neighbours without a column part blocks', () => {
  const tabs = new TabWriter(tableLayout, true);
  tabs.write('a-long-cell\tx\n');
  assert.equal(tabs.flush(), 'a-long-cell   x\n');
  tabs.write('b\ty\n');
  assert.equal(tabs.flush(), 'b             y\n');
  const blocks = new TabWriter(descriptionLayout);
  blocks.write('Name:\tweb\nLabels:\tapp=web\n\ttier=x\nplain\nA:\tb\n');
  assert.equal(blocks.flush(), 'Name:    web\nLabels:  app=web\n         tier=x\nplain\nA:  b\n');
});

test('a table may have more rows than a call has arguments', () => {
  const count = 150_000;
  const rows = Array.from({ length: count }, (_, index) => ({ cells: [`n${index}`, '1/1', 1, ''] }));
  const lines = printed({}, { ...deployments, rows }).split('\n');
  assert.deepEqual([lines.length, lines[count]], [count + 2, `n${count - 1}   1/1     1`]);
});
