import type { KubeObject } from '../meta/index.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf } from './untyped.ts';
import { type Fault, firstFault } from './webhooks.ts';

const namePattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const isName = new RegExp(`^${namePattern}$`);

/** The first rule that an InferenceGraph breaks (KServe 0.20, `inference_graph_validation.go`). */
export function graphFault(object: KubeObject): Fault {
  const name = object.metadata.name ?? '';
  const nodes = Object.entries(fieldsOf(fieldsOf(object['spec'])?.['nodes']) ?? {});
  const steps = nodes.map(([node, router]): Node => [
    node,
    fieldsOf(router) ?? {},
    itemsOf(fieldsOf(router)?.['steps']),
  ]);
  return firstFault([
    () => nameFault(name),
    () =>
      nodes.some(([node]) => node === 'root')
        ? undefined
        : "root node not found, InferenceGraph needs a node with name 'root' as the root node of the graph",
    ...steps.map(node => () => repeatedFault(name, node)),
    ...steps.map(node => () => targetFault(name, node)),
    ...steps.map(node => () => weightFault(name, node)),
  ]);
}

type Node = readonly [name: string, router: Fields, steps: readonly Fields[]];

function nameFault(name: string): Fault {
  if (isName.test(name)) return undefined;
  return `The InferenceGraph "${name}" is invalid: a InferenceGraph name must consist of lower case alphanumeric characters or '-', and must start with alphabetical character. (e.g. "my-name" or "abc-123", regex used for validation is '${namePattern}')`;
}

function repeatedFault(graph: string, [node, , steps]: Node): Fault {
  const names = steps.map(step => textOf(step['name']) ?? '').filter(name => name !== '');
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated === undefined) return undefined;
  return `Node "${node}" of InferenceGraph "${graph}" contains more than one step with name "${repeated}"`;
}

function targetFault(graph: string, [node, , steps]: Node): Fault {
  const counts = steps.map(
    step => ['nodeName', 'serviceName', 'serviceUrl'].filter(key => (textOf(step[key]) ?? '') !== '').length,
  );
  const at = counts.findIndex(count => count !== 1);
  if (at === -1) return undefined;
  const step = `Step ${at} ("${textOf(steps[at]?.['name']) ?? ''}") in node "${node}" of InferenceGraph "${graph}"`;
  return counts[at] === 0
    ? `${step} does not specify an inference target`
    : `${step} specifies more than one of nodeName, serviceName, serviceUrl`;
}

function weightFault(graph: string, [node, router, steps]: Node): Fault {
  if (router['routerType'] !== 'Splitter') return undefined;
  const place = `InferenceGraph[${graph}] Node[${node}]`;
  const bare = steps.find(step => numberOf(step['weight']) === undefined);
  if (bare !== undefined) return `${place} Route[${textOf(bare['serviceName']) ?? ''}] missing the 'Weight'`;
  const sum = steps.reduce((all, step) => all + (numberOf(step['weight']) ?? 0), 0);
  if (sum === 100) return undefined;
  return `${place} splitter node: the sum of traffic weights for all routing targets should be 100`;
}
