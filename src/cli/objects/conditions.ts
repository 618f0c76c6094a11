import type { KubeObject } from '../../cluster/meta/index.ts';
import { goText } from './escape.ts';
import { Complaint } from './failures.ts';
import { pathOf, resultsAt } from './fieldpaths.ts';
import { isNested } from './jsonpath/evaluate.ts';
import type { Wanted } from './waiting.ts';

/** One of the things that `davit wait --for` names. */
export interface Condition {
  readonly wants: 'create' | 'delete' | 'state';
  readonly isMet: Wanted;
}

/**
 * Reads what `--for` says (kubectl's `wait`).
 * @throws Complaint
 */
export function parseCondition(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { wants: 'delete', isMet: object => object === undefined };
  if (lower === 'create') return { wants: 'create', isMet: object => object !== undefined };
  const rest = text.slice(text.indexOf('=') + 1);
  if (text.startsWith('condition=')) return state(hasCondition(rest));
  if (text.startsWith('jsonpath=')) return state(hasValue(rest));
  throw new Complaint(`unrecognized condition: "${text}"`);
}

function state(test: (object: KubeObject) => boolean): Condition {
  return { wants: 'state', isMet: object => object !== undefined && test(object) };
}

interface ConditionFields {
  readonly type?: unknown;
  readonly status?: unknown;
  readonly observedGeneration?: unknown;
}

/** `NAME` or `NAME=VALUE`, in any case; what is older than the object's last change does not count. */
function hasCondition(text: string): (object: KubeObject) => boolean {
  const at = text.indexOf('=');
  const name = (at === -1 ? text : text.slice(0, at)).toLowerCase();
  const value = (at === -1 ? 'true' : text.slice(at + 1)).toLowerCase();
  return object => {
    const status = object['status'] as { conditions?: unknown; observedGeneration?: unknown } | undefined;
    const conditions = Array.isArray(status?.conditions) ? (status.conditions as ConditionFields[]) : [];
    const found = conditions.find(
      one => String(one.type).toLowerCase() === name && typeof one.status === 'string',
    );
    if (found === undefined) return false;
    const { generation } = object.metadata;
    const seen = found.observedGeneration ?? status?.observedGeneration;
    if (generation !== undefined && typeof seen === 'number' && seen < generation) return false;
    return String(found.status).toLowerCase() === value;
  };
}

const form =
  "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

/** `PATH` or `PATH=VALUE`; `==` is part of a path. */
function hasValue(text: string): (object: KubeObject) => boolean {
  const [path = '', value, ...more] = splitOnce(text);
  if (more.length > 0) throw new Complaint(form);
  const wanted = value?.replaceAll(/^['"]+|['"]+$/g, '').trim();
  if (wanted === '') {
    throw new Complaint(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  if (path === '') throw new Complaint('jsonpath expression cannot be empty');
  const field = pathOf(path);
  return object => isValue(resultsAt(field, object), wanted);
}

function splitOnce(text: string): readonly string[] {
  return text.split(/(?<![=])=(?!=)/);
}

function isValue(results: readonly (readonly unknown[])[], wanted: string | undefined): boolean {
  const [values = [], ...more] = results;
  if (values.length === 0) return false;
  if (more.length > 0) throw new Complaint('given jsonpath expression matches more than one list');
  if (values.length > 1) throw new Complaint('given jsonpath expression matches more than one value');
  if (wanted === undefined) return true;
  if (isNested(values[0]))
    throw new Complaint('jsonpath leads to a nested object or list which is not supported');
  return goText(values[0]).trim() === wanted;
}
