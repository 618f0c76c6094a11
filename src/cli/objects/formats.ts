import type { KubeObject } from '../../cluster/meta/index.ts';
import { parseApiVersion } from '../../cluster/meta/index.ts';
import { stringifyYaml } from '../../cluster/schema/index.ts';
import { customColumns } from './columns.ts';
import { Complaint } from './failures.ts';
import { goJson } from './gojson.ts';
import { render } from './jsonpath/evaluate.ts';
import { PathError } from './jsonpath/nodes.ts';
import { parseTemplate } from './jsonpath/parse.ts';
import { kindText } from './kinds.ts';

/** Writes an object, or a List of them, as text. */
export type Format = (object: KubeObject) => string;

const known = 'custom-columns, json, jsonpath, name, wide, yaml';

/**
 * What `-o` asks for; undefined for tables (`wide` or nothing).
 * @throws Complaint
 */
export function formatOf(
  output: string | undefined,
  managedFields: boolean,
  headers = true,
): Format | undefined {
  if (output === undefined || output === 'wide') return undefined;
  const form = bareFormat(output, headers);
  return managedFields ? form : object => form(withoutManaged(object));
}

function bareFormat(output: string, headers: boolean): Format {
  switch (output) {
    case 'json':
      return object => `${goJson(object, '    ')}\n`;
    case 'yaml':
      return yamlFormat();
    case 'name':
      return namesOf;
    default:
      if (/^jsonpath(=|$)/.test(output)) return jsonpath(output.slice('jsonpath='.length));
      if (/^custom-columns(=|$)/.test(output)) {
        return customColumns(output.slice('custom-columns='.length), headers);
      }
      throw new Complaint(
        `unable to match a printer suitable for the output format "${output}", allowed formats are: ${known}`,
      );
  }
}

/** Documents after the first are parted from those before. */
function yamlFormat(): Format {
  let first = true;
  return object => {
    const text = stringifyYaml(object);
    const parted = first ? text : `---\n${text}`;
    first = false;
    return parted;
  };
}

function namesOf(object: KubeObject): string {
  const { items } = object as { items?: unknown };
  if (object.kind.endsWith('List') && Array.isArray(items))
    return (items as KubeObject[]).map(namesOf).join('');
  return `${nameOf(object)}\n`;
}

/** `deployment.apps/web` */
export function nameOf({ apiVersion, kind, metadata }: KubeObject): string {
  return `${kindText({ kind, group: parseApiVersion(apiVersion).group })}/${metadata.name ?? ''}`;
}

function jsonpath(text: string): Format {
  if (text === '') throw new Complaint('template format specified but no template given');
  const wrong = (thrown: unknown, before: string): unknown =>
    thrown instanceof PathError ? new Complaint(`${before}${thrown.message}`) : thrown;
  let template: ReturnType<typeof parseTemplate>;
  try {
    template = parseTemplate(text);
  } catch (thrown) {
    throw wrong(thrown, `error parsing jsonpath ${text}, `);
  }
  return object => {
    try {
      return render(template, object);
    } catch (thrown) {
      throw wrong(thrown, `error executing jsonpath "${text}": Error executing template: `);
    }
  };
}

function withoutManaged(object: KubeObject): KubeObject {
  const { items } = object as { items?: unknown };
  if (object.kind === 'List' && Array.isArray(items)) {
    return { ...object, items: (items as KubeObject[]).map(withoutManaged) };
  }
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Objects as one List (kubectl's `v1.List`). */
export function listOf(items: readonly KubeObject[]): KubeObject {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
}
