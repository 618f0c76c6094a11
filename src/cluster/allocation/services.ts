import { internalError, invalid, invalidValue, type KubeObject } from '../meta/index.ts';
import { AddressBlock, Numbers } from './ranges.ts';

interface ServicePort {
  readonly nodePort?: number;
  readonly protocol?: string;
  readonly [field: string]: unknown;
}

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly ports?: readonly ServicePort[];
  readonly selector?: object;
  readonly [field: string]: unknown;
}

export interface ServiceRanges {
  /** Addresses of services, `10.96.0.0/16`. */
  readonly addresses: string;
  readonly firstPort: number;
  readonly ports: number;
}

/** What every cluster uses unless told otherwise. */
export const usualPorts = { firstPort: 30_000, ports: 2768 };

/** Gives services their addresses and node ports, each once. */
export class ServiceAllocator {
  readonly #block: AddressBlock;
  readonly #addresses: Numbers;
  readonly #ports: Numbers;
  readonly #range: string;
  readonly #random: () => number;

  /** `existing` are the services there are; `random` gives 0 ≤ x < 1. */
  constructor(ranges: ServiceRanges, existing: Iterable<KubeObject>, random: () => number) {
    this.#block = new AddressBlock(ranges.addresses);
    // The first address names the block, the last one is its broadcast.
    this.#addresses = new Numbers(1, this.#block.size - 2);
    this.#ports = new Numbers(ranges.firstPort, ranges.ports);
    this.#range = `${ranges.firstPort}-${ranges.firstPort + ranges.ports - 1}`;
    this.#random = random;
    for (const service of existing) this.#keep(specOf(service));
  }

  /**
   * Fills in what a service is given.
   * @throws StatusError 422 when what it asks for is taken or out of range, 500 when nothing is left.
   */
  allocate(object: KubeObject, old: KubeObject | undefined, dryRun: boolean): KubeObject {
    const before = old === undefined ? {} : specOf(old);
    const held = portsOf(before);
    let spec = this.#withAddress(object, specOf(object), before);
    spec = this.#withPorts(object, spec, held);
    if (!dryRun) {
      this.#drop(before);
      this.#keep(spec);
    }
    return { ...object, spec };
  }

  release(object: KubeObject, kept: KubeObject | undefined): void {
    this.#drop(specOf(object));
    if (kept !== undefined) this.#keep(specOf(kept));
  }

  #withAddress(object: KubeObject, spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
    if (spec.type === 'ExternalName') return spec;
    const families = familiesOf(spec);
    const asked = spec.clusterIP ?? spec.clusterIPs?.[0] ?? '';
    if (asked === 'None') return { ...spec, clusterIP: asked, clusterIPs: [asked], ...families };
    const address = asked === '' ? (before.clusterIP ?? '') : asked;
    const given = address === '' || address === 'None' ? this.#free() : address;
    if (given !== before.clusterIP && address !== '') this.#check(object, given);
    return { ...spec, clusterIP: given, clusterIPs: [given], ...families };
  }

  #free(): string {
    const number = this.#addresses.free(this.#random);
    if (number === undefined)
      throw internalError('Internal error occurred: failed to allocate a serviceIP: range is full');
    return this.#block.at(number);
  }

  #check(object: KubeObject, address: string): void {
    const index = this.#block.indexOf(address);
    const outside = index === undefined || !this.#addresses.contains(index);
    if (!outside && !this.#addresses.has(index)) return;
    const reason = outside
      ? 'the provided network does not match the current range'
      : 'provided IP is already allocated';
    const detail = `failed to allocate IP ${address}: ${reason}`;
    throw refused(object, invalidValue('spec.clusterIPs', [address], detail));
  }

  #withPorts(object: KubeObject, spec: ServiceSpec, held: ReadonlySet<number>): ServiceSpec {
    const { type, ports = [] } = spec;
    if (type !== 'NodePort' && type !== 'LoadBalancer') return spec;
    const taken = new Map<number, string>();
    const given = ports.map((port, index) => {
      const { nodePort = 0, protocol = 'TCP' } = port;
      if (nodePort !== 0) this.#checkPort(object, nodePort, index, held, taken);
      const number = nodePort === 0 ? this.#freePort(taken) : nodePort;
      taken.set(number, protocol);
      return { ...port, nodePort: number };
    });
    return { ...spec, ports: given };
  }

  #checkPort(
    object: KubeObject,
    port: number,
    index: number,
    held: ReadonlySet<number>,
    taken: ReadonlyMap<number, string>,
  ): void {
    const field = `spec.ports[${index}].nodePort`;
    if (!this.#ports.contains(port)) {
      const detail = `provided port is not in the valid range. The range of valid ports is ${this.#range}`;
      throw refused(object, invalidValue(field, port, detail));
    }
    const free = !this.#ports.has(port) || held.has(port) || taken.has(port);
    if (!free) throw refused(object, invalidValue(field, port, 'provided port is already allocated'));
  }

  #freePort(taken: ReadonlyMap<number, string>): number {
    for (let attempt = 0; attempt < 64; attempt++) {
      const port = this.#ports.free(this.#random);
      if (port === undefined) break;
      if (!taken.has(port)) return port;
    }
    throw internalError('Internal error occurred: failed to allocate a nodePort: range is full');
  }

  #keep(spec: ServiceSpec): void {
    const index = this.#block.indexOf(spec.clusterIP ?? '');
    if (index !== undefined) this.#addresses.take(index);
    for (const port of portsOf(spec)) this.#ports.take(port);
  }

  #drop(spec: ServiceSpec): void {
    const index = this.#block.indexOf(spec.clusterIP ?? '');
    if (index !== undefined) this.#addresses.release(index);
    for (const port of portsOf(spec)) this.#ports.release(port);
  }
}

/** A headless service without a selector may have endpoints of either family, as its author likes. */
function familiesOf({ clusterIP, selector, ipFamilies, ipFamilyPolicy }: ServiceSpec): {
  ipFamilies: readonly string[];
  ipFamilyPolicy: string;
} {
  const either = clusterIP === 'None' && selector === undefined;
  return {
    ipFamilies: ipFamilies ?? (either ? ['IPv4', 'IPv6'] : ['IPv4']),
    ipFamilyPolicy: ipFamilyPolicy ?? (either ? 'RequireDualStack' : 'SingleStack'),
  };
}

function specOf(object: KubeObject): ServiceSpec {
  return (object['spec'] ?? {}) as ServiceSpec;
}

function portsOf({ ports = [] }: ServiceSpec): Set<number> {
  return new Set(ports.flatMap(({ nodePort = 0 }) => (nodePort === 0 ? [] : [nodePort])));
}

function refused(object: KubeObject, error: ReturnType<typeof invalidValue>): Error {
  return invalid({ group: '', resource: 'Service' }, object.metadata.name ?? '', [error]);
}
