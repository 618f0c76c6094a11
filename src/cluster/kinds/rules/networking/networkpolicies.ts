import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { cidr, isCIDR, within } from '../addresses.ts';
import { faulty, labelSelector, portNameFaults, portNumber } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled, mappedEach, specOf, withSpec } from '../filling.ts';
import type { Selector } from '../pod/shapes.ts';

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly ports?: readonly Port[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

interface PolicySpec {
  readonly podSelector?: Selector;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly policyTypes?: readonly string[];
}

/** Rules of NetworkPolicy. */
export const networkpolicies: Rules = {
  complete: object => withSpec<PolicySpec>(object, completeSpec),
  validateCreate: errorsOf,
  validateUpdate: errorsOf,
};

function completeSpec(spec: PolicySpec): PolicySpec {
  const withProtocols = (rule: Rule): Rule =>
    mappedEach(rule, 'ports', port => filled(port, { protocol: 'TCP' }));
  let next = mappedEach(mappedEach(spec, 'ingress', withProtocols), 'egress', withProtocols);
  next = filled(next, { podSelector: {} });
  if ((next.policyTypes ?? []).length > 0) return next;
  const both = (next.egress ?? []).length > 0;
  return { ...next, policyTypes: both ? ['Ingress', 'Egress'] : ['Ingress'] };
}

const types = ['Ingress', 'Egress'];

function errorsOf(object: KubeObject): FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = specOf<PolicySpec>(object);
  const errors = [
    ...labelSelector(podSelector, 'spec.podSelector'),
    ...ingress.flatMap((rule, index) => ruleErrors(rule, 'from', `spec.ingress[${index}]`)),
    ...egress.flatMap((rule, index) => ruleErrors(rule, 'to', `spec.egress[${index}]`)),
  ];
  if (policyTypes.length > 2) {
    const detail = 'may not specify more than two policyTypes';
    return [...errors, invalidValue('spec.policyTypes', policyTypes, detail)];
  }
  const unknown = policyTypes.flatMap((type, index) =>
    types.includes(type) ? [] : [unsupportedValue(`spec.policyTypes[${index}]`, type, types)],
  );
  return [...errors, ...unknown];
}

function ruleErrors(rule: Rule, side: 'from' | 'to', field: string): FieldError[] {
  return [
    ...(rule.ports ?? []).flatMap((port, index) => portErrors(port, `${field}.ports[${index}]`)),
    ...(rule[side] ?? []).flatMap((peer, index) => peerErrors(peer, `${field}.${side}[${index}]`)),
  ];
}

const protocols = ['TCP', 'UDP', 'SCTP'];

function portErrors({ protocol, port, endPort }: Port, field: string): FieldError[] {
  const errors =
    protocol === undefined || protocols.includes(protocol)
      ? []
      : [unsupportedValue(`${field}.protocol`, protocol, protocols)];
  const end = `${field}.endPort`;
  if (port === undefined) {
    if (endPort === undefined) return errors;
    return [...errors, invalidValue(end, endPort, 'may not be specified when `port` is not specified')];
  }
  if (typeof port === 'string') {
    if (endPort !== undefined) {
      errors.push(invalidValue(end, endPort, 'may not be specified when `port` is non-numeric'));
    }
    return [...errors, ...faulty(portNameFaults(port), `${field}.port`, port)];
  }
  errors.push(...portNumber(port, `${field}.port`));
  if (endPort === undefined) return errors;
  if (endPort < port) errors.push(invalidValue(end, endPort, 'must be greater than or equal to `port`'));
  return [...errors, ...portNumber(endPort, end)];
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: Peer, field: string): FieldError[] {
  const errors = [
    ...labelSelector(podSelector, `${field}.podSelector`),
    ...labelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock === undefined ? [] : blockErrors(ipBlock, `${field}.ipBlock`)),
  ];
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) return [...errors, requiredValue(field, 'must specify a peer')];
  if (!selects || ipBlock === undefined) return errors;
  return [...errors, forbiddenField(field, 'may not specify both ipBlock and another peer')];
}

function blockErrors(block: NonNullable<Peer['ipBlock']>, field: string): FieldError[] {
  const { cidr: whole = '', except = [] } = block;
  if (whole === '') return declared([requiredValue(`${field}.cidr`)]);
  const range = cidr(whole);
  if (range === undefined) return isCIDR(whole, `${field}.cidr`);
  return except.flatMap((text, index) => {
    const at = `${field}.except[${index}]`;
    const part = cidr(text);
    if (part === undefined) return isCIDR(text, at);
    return within(part, range) ? [] : [invalidValue(at, text, 'must be a strict subset of `cidr`')];
  });
}
