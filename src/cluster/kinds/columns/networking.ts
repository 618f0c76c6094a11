import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { Selector } from '../rules/pod/shapes.ts';
import { age, firstOf, named, partOf, selectorOrNone, text } from './cells.ts';
import { balancerText } from './services.ts';

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly rules?: readonly { readonly host?: string }[];
  readonly tls?: readonly object[];
}

function hostsText(object: KubeObject): string {
  const { rules = [] } = partOf<IngressSpec>(object, 'spec');
  const hosts: string[] = [];
  let more = false;
  for (const { host = '' } of rules) {
    if (hosts.length === 3) more = true;
    if (!more && host !== '') hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return more ? `${hosts.join(',')} + ${rules.length - 3} more...` : hosts.join(',');
}

export const ingresses: readonly Column[] = [
  named(),
  text('Class', 'Who serves it', object => partOf<IngressSpec>(object, 'spec').ingressClassName ?? '<none>'),
  text('Hosts', 'The hosts it is for', hostsText),
  text('Address', 'Where it takes requests', balancerText),
  text('Ports', 'On which ports it takes them', object =>
    (partOf<IngressSpec>(object, 'spec').tls ?? []).length > 0 ? '80, 443' : '80',
  ),
  age,
];

interface ClassSpec {
  readonly controller?: string;
  readonly parameters?: { readonly kind?: string; readonly apiGroup?: string; readonly name?: string };
}

export const ingressclasses: readonly Column[] = [
  named(({ metadata }) => {
    const standard = metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
    return `${metadata.name ?? ''}${standard ? ' (default)' : ''}`;
  }),
  text('Controller', 'Who serves the class', object => partOf<ClassSpec>(object, 'spec').controller ?? ''),
  text('Parameters', 'An object with further settings', object => {
    const { parameters } = partOf<ClassSpec>(object, 'spec');
    if (parameters === undefined) return '<none>';
    const group = parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
    return `${parameters.kind ?? ''}${group}/${parameters.name ?? ''}`;
  }),
  age,
];

export const networkpolicies: readonly Column[] = [
  named(),
  text('Pod-Selector', 'Labels of the pods it is for', object =>
    selectorOrNone(partOf<{ podSelector?: Selector }>(object, 'spec').podSelector ?? {}),
  ),
  age,
];

interface Slice {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
}

function sliceOf(object: KubeObject): Slice {
  return object as unknown as Slice;
}

export const endpointslices: readonly Column[] = [
  named(),
  text('AddressType', 'What kind of addresses it has', object => sliceOf(object).addressType ?? ''),
  text('Ports', 'The ports', object =>
    firstOf(
      (sliceOf(object).ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : `${port}`)),
      3,
      '<unset>',
    ),
  ),
  text('Endpoints', 'The addresses', object =>
    firstOf(
      (sliceOf(object).endpoints ?? []).flatMap(one => one.addresses ?? []),
      3,
      '<unset>',
    ),
  ),
  age,
];

interface ParentSpec {
  readonly parentRef?: {
    readonly group?: string;
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

export const ipaddresses: readonly Column[] = [
  named(),
  text('ParentRef', 'What has it', object => {
    const { parentRef } = partOf<ParentSpec>(object, 'spec');
    if (parentRef === undefined) return '<none>';
    const { group = '', resource = '', namespace = '', name = '' } = parentRef;
    const kind = (group === '' ? resource : `${resource}.${group}`).toLowerCase();
    return [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
  }),
];

export const servicecidrs: readonly Column[] = [
  named(),
  text('CIDRs', 'The addresses in it', object =>
    (partOf<{ cidrs?: readonly string[] }>(object, 'spec').cidrs ?? []).join(','),
  ),
  age,
];
