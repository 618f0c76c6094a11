import {
  duplicateValue,
  type FieldError,
  invalidValue,
  type KubeObject,
  labelErrors,
  labelFaults,
  labelValueFaults,
  requiredValue,
  subdomainFaults,
  tooMany,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { addressFamily, endpointAddress, isIP } from '../addresses.ts';
import { among, dnsLabel, faulty, qualifiedName, unchangedField } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled, mappedEach } from '../filling.ts';
import { protocols } from '../pod/containers.ts';
import { same } from '../sameness.ts';

interface Named {
  readonly name?: string;
}

interface Endpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: object;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly hints?: { readonly forZones?: readonly Named[]; readonly forNodes?: readonly Named[] };
}

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly appProtocol?: string;
}

interface Slice {
  readonly addressType?: string;
  readonly ports?: readonly Port[];
  readonly endpoints?: readonly Endpoint[];
}

function sliceOf(object: KubeObject): Slice {
  return object as Slice;
}

/** Rules of EndpointSlice; addresses of this machine are allowed, since pods here run on it. */
export const endpointslices: Rules = {
  complete: object =>
    filled<KubeObject>(
      withConditions(
        mappedEach(object as KubeObject & Slice, 'ports', port =>
          filled(port, { name: '', protocol: 'TCP' }),
        ),
      ),
      { endpoints: null, ports: null },
    ),
  validateCreate: object => errorsOf(object, undefined),
  validateUpdate: (object, old) => [
    ...errorsOf(object, old),
    ...unchangedField(sliceOf(object).addressType, sliceOf(old).addressType, 'addressType'),
  ],
};

function withConditions(object: KubeObject & Slice): KubeObject & Slice {
  return mappedEach(object, 'endpoints', endpoint => filled(endpoint, { conditions: {} }));
}

const types = ['FQDN', 'IPv4', 'IPv6'];

function errorsOf(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { addressType = '', ports, endpoints } = sliceOf(object);
  const settled = old !== undefined && same(sliceOf(old).endpoints, endpoints);
  return [
    ...declared(
      addressType === '' ? [requiredValue('addressType')] : among(addressType, types, 'addressType'),
    ),
    ...portsErrors(ports ?? []),
    ...(settled ? [] : endpointsErrors(endpoints ?? [], addressType)),
  ];
}

function portsErrors(ports: readonly Port[]): FieldError[] {
  if (ports.length > 20000) return [tooMany('ports', ports.length, 20000)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol = '', appProtocol }, index) => {
    const field = `ports[${index}]`;
    const errors = name === '' ? [] : dnsLabel(name, `${field}.name`);
    if (names.has(name)) errors.push(duplicateValue(`${field}.name`, name));
    names.add(name);
    errors.push(...among(protocol, protocols, `${field}.protocol`));
    return appProtocol === undefined
      ? errors
      : [...errors, ...qualifiedName(appProtocol, `${field}.appProtocol`)];
  });
}

function endpointsErrors(endpoints: readonly Endpoint[], type: string): FieldError[] {
  if (endpoints.length > 1000) return [tooMany('endpoints', endpoints.length, 1000)];
  return endpoints.flatMap((endpoint, index) => endpointErrors(endpoint, type, `endpoints[${index}]`));
}

function endpointErrors(endpoint: Endpoint, type: string, field: string): FieldError[] {
  const { addresses = [], nodeName, hostname, deprecatedTopology: topology, hints = {} } = endpoint;
  const at = `${field}.addresses`;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(...declared([requiredValue(at)]));
  else if (addresses.length > 100) errors.push(...declared([tooMany(at, addresses.length, 100)]));
  errors.push(...addresses.flatMap((address, place) => addressErrors(address, type, at, place)));
  if (nodeName !== undefined)
    errors.push(...faulty(subdomainFaults(nodeName), `${field}.nodeName`, nodeName));
  errors.push(...labelErrors(topology, `${field}.deprecatedTopology`));
  if (hostname !== undefined) errors.push(...faulty(labelFaults(hostname), `${field}.hostname`, hostname));
  return [
    ...errors,
    ...hintErrors(hints.forZones ?? [], labelValueFaults, `${field}.hints.forZones`),
    ...hintErrors(hints.forNodes ?? [], subdomainFaults, `${field}.hints.forNodes`),
  ];
}

function addressErrors(address: string, type: string, field: string, place: number): FieldError[] {
  const at = `${field}[${place}]`;
  if (type === 'FQDN') return faulty(subdomainFaults(address), at, address);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors = isIP(address, at);
  if (errors.length > 0) return errors;
  const family = type === 'IPv4' ? 4 : 6;
  const other =
    addressFamily(address) === family ? [] : [invalidValue(field, address, `must be an ${type} address`)];
  return [...other, ...endpointAddress(address, at)];
}

function hintErrors(
  hints: readonly Named[],
  faults: (name: string) => readonly string[],
  field: string,
): FieldError[] {
  if (hints.length > 8) return [tooMany(field, hints.length, 8)];
  return hints.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}].name`;
    const again = hints.findIndex(one => (one.name ?? '') === name) !== index;
    return [...(again ? [duplicateValue(at, name)] : []), ...faulty(faults(name), at, name)];
  });
}
