import type { AdmissionRequest } from '../admission/index.ts';
import type { Equivalents, Kind } from '../kinds/index.ts';
import { type KubeObject, selectorOf } from '../meta/index.ts';
import type { Rule, Selection } from './configuration.ts';
import { matchedKind } from './versions.ts';

/** Labels of a namespace; undefined when it is not known. */
export type NamespaceLabels = (name: string) => Readonly<Record<string, string>> | undefined;

/** The version of a kind as which a webhook is to be asked about a request, before its conditions; undefined where it is not. Pure. */
export function askedAs(
  selection: Selection,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
  equivalents: Equivalents,
): Kind | undefined {
  const { rules = [], matchPolicy } = selection;
  if (!selects(selection, request, labelsOf)) return undefined;
  return matchedKind(request, matchPolicy, equivalents, one => rules.some(rule => ruleMatches(rule, one)));
}

/** Whether the selectors choose a request. Pure. */
export function selects(selection: Selection, request: AdmissionRequest, labelsOf: NamespaceLabels): boolean {
  return namespaceMatches(selection, request, labelsOf) && objectMatches(selection, request);
}

/** Whether a rule is about a request. Pure. */
export function ruleMatches(rule: Rule, { operation, kind, subresource }: AdmissionRequest): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope = '*' } = rule;
  return (
    has(operations, operation) &&
    has(apiGroups, kind.group) &&
    has(apiVersions, kind.version) &&
    resources.some(one => resourceMatches(one, kind.plural, subresource)) &&
    (scope === '*' || (scope === 'Namespaced') === kind.namespaced)
  );
}

function has(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

// `pods`, `pods/*`, `pods/status`, `*`, or of every resource all that is below it, or one of it.
function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource = '', below = ''] = pattern.split('/', 2);
  return (resource === '*' || resource === plural) && (below === '*' || below === subresource);
}

/** A namespace is chosen by its own labels, other objects without one are always. */
function namespaceMatches(
  { namespaceSelector }: Selection,
  { kind, namespace, object, old }: AdmissionRequest,
  labelsOf: NamespaceLabels,
): boolean {
  const selector = selectorOf(namespaceSelector ?? {});
  if (kind.resource === 'namespaces') return selector.matches((object ?? old)?.metadata.labels);
  if (namespace === '') return true;
  return selector.matches(labelsOf(namespace));
}

function objectMatches({ objectSelector }: Selection, { object, old }: AdmissionRequest): boolean {
  const selector = selectorOf(objectSelector ?? {});
  const either = [object, old].filter((one): one is KubeObject => one !== undefined);
  return either.length === 0
    ? selector.matches({})
    : either.some(one => selector.matches(one.metadata.labels));
}
