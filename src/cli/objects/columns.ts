import type { KubeObject } from '../../cluster/meta/index.ts';
import { goText, harmless } from './escape.ts';
import { Complaint } from './failures.ts';
import { pathOf, resultsAt } from './fieldpaths.ts';
import type { Node } from './jsonpath/nodes.ts';
import { tableLayout, TabWriter } from './tabs.ts';

interface Column {
  readonly header: string;
  readonly path: readonly Node[];
}

/**
 * Prints columns of one's own: `POD:.metadata.name,IMAGES:.spec.containers[*].image`. Headers come once.
 * @throws Complaint where the columns cannot be understood
 */
export function customColumns(text: string, headers: boolean): (object: KubeObject) => string {
  if (text === '') throw new Complaint('custom-columns format specified but no custom columns given');
  const columns = text.split(',').map(columnOf);
  let headed = !headers;
  return object => {
    const tabs = new TabWriter(tableLayout);
    if (!headed) tabs.write(`${columns.map(({ header }) => header).join('\t')}\n`);
    headed = true;
    const { items } = object as { items?: unknown };
    const all = object.kind.endsWith('List') && Array.isArray(items) ? items : [object];
    for (const one of all) tabs.write(`${columns.map(({ path }) => cellOf(path, one)).join('\t')}\n`);
    return tabs.flush();
  };
}

function columnOf(part: string): Column {
  const [header = '', path] = part.split(/:(.*)/s);
  if (path === undefined) {
    throw new Complaint(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
  }
  return { header, path: pathOf(path) };
}

function cellOf(path: readonly Node[], object: unknown): string {
  const values = resultsAt(path, object).flat();
  if (values.length === 0) return '<none>';
  return values.map(value => (value === null ? '<nil>' : harmless(goText(value)))).join(',');
}
