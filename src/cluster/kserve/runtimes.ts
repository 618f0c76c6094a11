import type { KubeObject } from '../meta/index.ts';
import { acceleratorFault } from './accelerators.ts';
import { blockedVariable, parallelVariable } from './environment.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf, textsOf } from './untyped.ts';
import { type Fault, firstFault } from './webhooks.ts';

function specOf(object: KubeObject): Fields {
  return fieldsOf(object['spec']) ?? {};
}

/**
 * The first rule that a runtime breaks beside the other runtimes of its namespace, or of the cluster (KServe 0.20,
 * `servingruntime_webhook.go`). A disabled one may be as it is.
 */
export function runtimeFault(
  object: KubeObject,
  others: readonly KubeObject[],
  accelerators: readonly string[],
): Fault {
  const spec = specOf(object);
  if (spec['disabled'] === true) return undefined;
  const name = object.metadata.name ?? '';
  const { namespace } = object.metadata;
  const plural = namespace === undefined ? 'clusterservingruntimes' : 'servingruntimes';
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const before = others.find(other => other.metadata.name === name);
  const about = (head: string, fault: Fault): Fault => fault && `${head}${fault}`;
  return firstFault([
    // KServe looks at the runtime's own priorities only where there is another runtime to compare with.
    () => (others.length === 0 ? undefined : ownPriorityFault(spec, `${plural.slice(0, -1)} ${name}`)),
    ...others.map(other => () => {
      const format = other === before ? undefined : samePriority(spec, specOf(other));
      const pair = `${plural} ${other.metadata.name ?? ''} and ${name}`;
      return format && `same priority assigned for the model format ${format} in the ${pair}${where}`;
    }),
    () =>
      about(
        `the ${object.kind} ${name} is invalid: `,
        workerFault(spec, before && specOf(before), accelerators),
      ),
    () => about(`the ${object.kind} "${name}" is invalid: `, blockedVariable(containersOf(spec))),
  ]);
}

function containersOf(spec: Fields): Fields[] {
  return [...itemsOf(spec['containers']), ...itemsOf(fieldsOf(spec['workerSpec'])?.['containers'])];
}

/** Formats for which the runtime may be chosen by itself. */
function selectable(spec: Fields): Fields[] {
  return itemsOf(spec['supportedModelFormats']).filter(format => format['autoSelect'] === true);
}

function ownPriorityFault(spec: Fields, runtime: string): Fault {
  const priorities = new Map<string, number | undefined>();
  for (const format of selectable(spec)) {
    const name = textOf(format['name']) ?? '';
    const priority = numberOf(format['priority']);
    if (!priorities.has(name)) priorities.set(name, priority);
    const first = priorities.get(name);
    if (first !== undefined && priority !== undefined && first !== priority) {
      return `different priorities assigned for the model format ${name} under the ${runtime}`;
    }
  }
  return undefined;
}

/** The format for which two runtimes would be chosen alike. */
function samePriority(spec: Fields, other: Fields): string | undefined {
  if (other['disabled'] === true) return undefined;
  if ((spec['multiModel'] === true) !== (other['multiModel'] === true)) return undefined;
  const protocols = Array.isArray(spec['protocolVersions']) ? (spec['protocolVersions'] as unknown[]) : [];
  const others = Array.isArray(other['protocolVersions']) ? (other['protocolVersions'] as unknown[]) : [];
  if (!others.some(protocol => protocols.includes(protocol))) return undefined;
  for (const existing of selectable(other)) {
    const same = selectable(spec).find(format => isAlike(format, existing));
    if (same !== undefined) return textOf(same['name']) ?? '';
  }
  return undefined;
}

function isAlike(a: Fields, b: Fields): boolean {
  const name = (format: Fields): string => (textOf(format['name']) ?? '').toLowerCase();
  const priority = numberOf(a['priority']);
  return (
    name(a) === name(b) &&
    textOf(a['version']) === textOf(b['version']) &&
    priority !== undefined &&
    priority === numberOf(b['priority'])
  );
}

function workerFault(spec: Fields, before: Fields | undefined, accelerators: readonly string[]): Fault {
  const worker = fieldsOf(spec['workerSpec']);
  if (worker === undefined) {
    const had = fieldsOf(before?.['workerSpec']) !== undefined;
    return had ? 'removing workerSpec where it already exists is not allowed' : undefined;
  }
  const containers = itemsOf(worker['containers']);
  if (containers.length > 1) return 'setting multiple containers in workerSpec is not allowed';
  const annotations = textsOf(spec['annotations']);
  const main = itemsOf(spec['containers']).filter(one => one['name'] === 'kserve-container');
  const workers = containers.filter(one => one['name'] === 'worker-container');
  return firstFault([
    ...main.map(one => () => parallelVariable(one) ?? unknownAccelerator(one, annotations, accelerators)),
    ...workers.map(one => () => unknownAccelerator(one, annotations, accelerators)),
    () => sizeFault('Pipeline', worker),
    () => sizeFault('Tensor', worker),
  ]);
}

function unknownAccelerator(
  container: Fields,
  annotations: Readonly<Record<string, string>>,
  accelerators: readonly string[],
): Fault {
  const { unknown, message } = acceleratorFault(container, annotations, accelerators);
  return unknown ? `unknown GPU resource type in a container(${String(container['name'])})` : message;
}

function sizeFault(sort: 'Pipeline' | 'Tensor', worker: Fields): Fault {
  const size = numberOf(worker[`${sort.toLowerCase()}ParallelSize`]);
  if (size === undefined || size >= 1) return undefined;
  return `the WorkerSpec.${sort}ParallelSize cannot be less than 1(${size})`;
}
