import { type FieldError, type KubeObject, requiredValue, subdomainFaults } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { endpointAddress, isIP } from '../addresses.ts';
import { dnsLabel, faulty, oneOf, portNumber, qualifiedName } from '../checks.ts';
import { filledZero, mappedEach } from '../filling.ts';
import { protocols } from '../pod/containers.ts';
import { same } from '../sameness.ts';

interface Address {
  readonly ip?: string;
  readonly hostname?: string;
  readonly nodeName?: string;
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly Port[];
}

interface Endpoints {
  readonly subsets?: readonly Subset[];
}

/** Rules of Endpoints; addresses of this machine are allowed, since pods here run on it. */
export const endpoints: Rules = {
  complete: object =>
    mappedEach(object as KubeObject & Endpoints, 'subsets', subset =>
      mappedEach(subset, 'ports', port => filledZero(port, { protocol: 'TCP' })),
    ),
  validateCreate: object => subsetsErrors(subsetsOf(object)),
  validateUpdate: (object, old) =>
    same(subsetsOf(object), subsetsOf(old)) ? [] : subsetsErrors(subsetsOf(object)),
};

function subsetsOf(object: KubeObject): readonly Subset[] {
  return (object as Endpoints).subsets ?? [];
}

function subsetsErrors(subsets: readonly Subset[]): FieldError[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const field = `subsets[${index}]`;
    const none = addresses.length === 0 && notReadyAddresses.length === 0;
    return [
      ...(none ? [requiredValue(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
      ...addresses.flatMap((one, place) => addressErrors(one, `${field}.addresses[${place}]`)),
      ...notReadyAddresses.flatMap((one, place) =>
        addressErrors(one, `${field}.notReadyAddresses[${place}]`),
      ),
      ...ports.flatMap((port, place) => portErrors(port, ports.length > 1, `${field}.ports[${place}]`)),
    ];
  });
}

function addressErrors({ ip = '', hostname = '', nodeName }: Address, field: string): FieldError[] {
  return [
    ...isIP(ip, `${field}.ip`),
    ...(hostname === '' ? [] : dnsLabel(hostname, `${field}.hostname`)),
    ...(nodeName === undefined ? [] : faulty(subdomainFaults(nodeName), `${field}.nodeName`, nodeName)),
    ...endpointAddress(ip, `${field}.ip`),
  ];
}

function portErrors(port: Port, named: boolean, field: string): FieldError[] {
  const { name = '', appProtocol } = port;
  return [
    ...(name !== '' ? dnsLabel(name, `${field}.name`) : named ? [requiredValue(`${field}.name`)] : []),
    ...portNumber(port.port ?? 0, `${field}.port`),
    ...oneOf(port.protocol, protocols, `${field}.protocol`),
    ...(appProtocol === undefined ? [] : qualifiedName(appProtocol, `${field}.appProtocol`)),
  ];
}
