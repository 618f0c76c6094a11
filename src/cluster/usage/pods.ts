import {
  addQuantities,
  compareQuantities,
  type KubeObject,
  parseQuantity,
  type Quantity,
} from '../meta/index.ts';

/** Amounts by resource. */
export type Amounts = ReadonlyMap<string, Quantity>;

export interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export interface PodContainer {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

interface ContainerStatus {
  readonly name: string;
  readonly resources?: Resources;
  readonly allocatedResources?: Readonly<Record<string, string>>;
}

interface PodParts {
  readonly spec?: {
    readonly containers?: readonly PodContainer[];
    readonly initContainers?: readonly PodContainer[];
    readonly resources?: Resources;
    readonly overhead?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface PodAmountsOptions {
  /** Whether what a pod has still, or has already, counts beside what it asks for (a pod that is being resized). */
  readonly observed?: boolean;
  /** Whether what running a pod takes by itself is added. */
  readonly overhead?: boolean;
}

export const zero = parseQuantity('0') as Quantity;

/** Adds to the amount of a name. */
export function add(amounts: Map<string, Quantity>, name: string, amount: Quantity): void {
  amounts.set(name, addQuantities(amounts.get(name) ?? zero, amount));
}

function addAll(amounts: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) add(amounts, name, amount);
}

/** What of amounts is more than others, and nothing of what is less. */
export function subtracted(amounts: Amounts, others: Amounts): Map<string, Quantity> {
  return new Map(
    [...amounts].map(([name, amount]) => {
      const other = others.get(name) ?? zero;
      if (compareQuantities(amount, other) <= 0) return [name, zero];
      return [
        name,
        addQuantities(amount, { digits: -other.digits, scale: other.scale, format: other.format }),
      ];
    }),
  );
}

function raiseAll(amounts: Map<string, Quantity>, others: Amounts): void {
  for (const [name, amount] of others) {
    const known = amounts.get(name);
    if (known === undefined || compareQuantities(amount, known) > 0) amounts.set(name, amount);
  }
}

function read(list: Readonly<Record<string, string>> = {}): Map<string, Quantity> {
  return new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text) ?? zero]));
}

/** Whether pods as a whole may ask for a resource. */
function isForPods(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

/** Whether a pod asks for something as a whole, beside its containers. */
export function asksAsWhole(pod: KubeObject): boolean {
  const { requests = {}, limits = {} } = (pod as PodParts).spec?.resources ?? {};
  return Object.keys({ ...requests, ...limits }).some(isForPods);
}

/** What a pod asks for (component-helpers' `PodRequests`). Pure. */
export function podRequests(
  pod: KubeObject,
  { observed = false, overhead = true }: PodAmountsOptions = {},
): Map<string, Quantity> {
  const parts = pod as PodParts;
  const { spec = {} } = parts;
  const sums = observed ? observedSums(parts, 'requests') : summed(parts, one => one.resources?.requests);
  for (const [name, amount] of read(spec.resources?.requests)) if (isForPods(name)) sums.set(name, amount);
  if (overhead) addAll(sums, read(spec.overhead));
  return sums;
}

/** What a pod may take at most (component-helpers' `PodLimits`). Pure. */
export function podLimits(
  pod: KubeObject,
  { observed = false, overhead = true }: PodAmountsOptions = {},
): Map<string, Quantity> {
  const parts = pod as PodParts;
  const { spec = {} } = parts;
  const sums = observed ? observedSums(parts, 'limits') : summed(parts, one => one.resources?.limits);
  for (const [name, amount] of read(spec.resources?.limits)) if (isForPods(name)) sums.set(name, amount);
  if (!overhead) return sums;
  for (const [name, amount] of read(spec.overhead))
    if ((sums.get(name) ?? zero).digits !== 0n) add(sums, name, amount);
  return sums;
}

/**
 * The sum over the containers, or the most that is needed while one runs before them: containers of the start that go on running (sidecars)
 * are there with those that come after them.
 */
function summed(
  { spec = {} }: PodParts,
  listOf: (container: PodContainer) => Readonly<Record<string, string>> | undefined,
): Map<string, Quantity> {
  const sums = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) addAll(sums, read(listOf(container)));
  const beside = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const own = read(listOf(container));
    const goesOn = container.restartPolicy === 'Always';
    if (goesOn) addAll(sums, own);
    const now = goesOn ? beside : new Map(beside);
    addAll(now, own);
    raiseAll(most, now);
  }
  raiseAll(sums, most);
  return sums;
}

/** The most of what is asked for, what the node has set aside and what is in force; not what the node has said it cannot give. */
function observedSums(pod: PodParts, which: keyof Resources): Map<string, Quantity> {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const pending = conditions.find(({ type }) => type === 'PodResizePending');
  const infeasible = pending?.reason === 'Infeasible';
  const statuses = new Map([...initContainerStatuses, ...containerStatuses].map(one => [one.name, one]));
  const asked = (container: PodContainer): Readonly<Record<string, string>> | undefined =>
    infeasible ? undefined : container.resources?.[which];
  const setAside = ({ name }: PodContainer): Readonly<Record<string, string>> | undefined =>
    which === 'requests' ? statuses.get(name)?.allocatedResources : undefined;
  const sums = summed(
    pod,
    container => statuses.get(container.name)?.resources?.[which] ?? setAside(container) ?? asked(container),
  );
  raiseAll(
    sums,
    summed(pod, container => setAside(container) ?? asked(container)),
  );
  if (!infeasible)
    raiseAll(
      sums,
      summed(pod, container => container.resources?.[which]),
    );
  return sums;
}
