import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { RuleContext, Rules } from '../../kind.ts';
import { specOf, statusOf } from '../filling.ts';
import { same } from '../sameness.ts';
import { withStatus } from '../strategy.ts';
import { blocksIn, certificateIn } from './pem.ts';
import { readRequest } from './requests.ts';
import { signerErrors } from './signers.ts';

interface RequestSpec {
  /** PEM, in base64. */
  readonly request?: string;
  readonly signerName?: string;
  readonly expirationSeconds?: number;
  readonly usages?: readonly string[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}

interface RequestStatus {
  readonly conditions?: readonly Condition[];
  /** PEM, in base64. */
  readonly certificate?: string;
}

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const decisions = ['Approved', 'Denied'];
const lasting = [...decisions, 'Failed'];
/** Seconds. */
const shortest = 600;

/** Rules of CertificateSigningRequest: what is asked stays; approval writes conditions, the signer the certificate. */
export const certificatesigningrequests: Rules = {
  ...withStatus({}),
  prepareUpdate: (object, old, context) => ({
    ...object,
    spec: old['spec'],
    status: nextStatus(statusOf(object), statusOf(old), context),
  }),
  validateCreate: errorsOf,
  validateUpdate: (object, old, { subresource }) => [
    ...errorsOf(object),
    ...changeErrors(statusOf(object), statusOf(old), subresource),
  ],
};

function nextStatus(
  status: RequestStatus,
  old: RequestStatus,
  { subresource, now }: RuleContext,
): RequestStatus {
  if (subresource === '') return old;
  const { conditions = [] } = status;
  const kept = subresource === 'status' ? withDecisions(conditions, old.conditions ?? []) : conditions;
  const timed = kept.map(one => withTimes(one, old.conditions ?? [], now));
  const rest = subresource === 'status' ? status : old;
  return timed.length === 0 && rest.conditions === undefined ? rest : { ...rest, conditions: timed };
}

/** A signer's write leaves decisions as they are, as long as it has as many of them. */
function withDecisions(conditions: readonly Condition[], old: readonly Condition[]): Condition[] {
  const known = new Map(
    decisions
      .map(type => [type, old.filter(one => one.type === type)] as const)
      .filter(([type, list]) => list.length === conditions.filter(one => one.type === type).length),
  );
  const left = new Map([...known].map(([type, list]) => [type, [...list]]));
  return conditions.map(one => left.get(one.type)?.shift() ?? one);
}

function withTimes(condition: Condition, old: readonly Condition[], now: number): Condition {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const before = old.find(one => one.type === condition.type && one.status === condition.status);
  return {
    ...condition,
    lastUpdateTime: condition.lastUpdateTime ?? time,
    lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? time,
  };
}

function errorsOf(object: KubeObject): FieldError[] {
  const { request, signerName, expirationSeconds: seconds, usages: asked = [] } = specOf<RequestSpec>(object);
  const { conditions = [], certificate } = statusOf<RequestStatus>(object);
  const tooShort = 'may not specify a duration less than 600 seconds (10 minutes)';
  return [
    ...requestErrors(request),
    ...(asked.length === 0 ? [requiredValue('spec.usages')] : []),
    ...asked.flatMap((one, index) =>
      usages.includes(one) ? [] : [unsupportedValue(`spec.usages[${index}]`, one, usages)],
    ),
    ...repeated(asked, index => `spec.usages[${index}]`),
    ...(signerName === 'kubernetes.io/legacy-unknown'
      ? [
          invalidValue(
            'spec.signerName',
            signerName,
            'the legacy signerName is not allowed via this API version',
          ),
        ]
      : signerErrors(signerName, 'spec.signerName')),
    ...(seconds !== undefined && seconds < shortest
      ? [invalidValue('spec.expirationSeconds', seconds, tooShort)]
      : []),
    ...conditionErrors(conditions),
    ...certificateErrors(certificate),
  ];
}

function requestErrors(request = ''): FieldError[] {
  const [block] = blocksIn(Buffer.from(request, 'base64').toString());
  const wrong = (detail: string): FieldError[] => [invalidValue('spec.request', request, detail)];
  if (block?.type !== 'CERTIFICATE REQUEST') return wrong('PEM block type must be CERTIFICATE REQUEST');
  const read = readRequest(block.bytes);
  if (read === undefined) return wrong('must be a request for a certificate (PKCS #10) in DER');
  return read.signed ? [] : wrong('must be signed by the key that it names');
}

function repeated(values: readonly string[], field: (index: number) => string): FieldError[] {
  return values.flatMap((one, index) =>
    values.indexOf(one) === index ? [] : [duplicateValue(field(index), one)],
  );
}

function conditionErrors(conditions: readonly Condition[]): FieldError[] {
  const field = 'status.conditions';
  const types = conditions.map(({ type }) => type);
  const both = decisions.every(type => types.includes(type));
  return [
    ...conditions.flatMap(({ type, status }, index) => stateErrors(type, status, `${field}[${index}]`)),
    ...repeated(types, index => `${field}[${index}].type`),
    ...(both
      ? [invalidValue(field, types.at(-1), 'Approved and Denied conditions are mutually exclusive')]
      : []),
  ];
}

function stateErrors(type: string, status: string, field: string): FieldError[] {
  const allowed = lasting.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
  const unnamed = type === '' ? [requiredValue(`${field}.type`)] : [];
  if (status === '') return [...unnamed, requiredValue(`${field}.status`)];
  return allowed.includes(status)
    ? unnamed
    : [...unnamed, unsupportedValue(`${field}.status`, status, allowed)];
}

function certificateErrors(certificate: string | undefined): FieldError[] {
  if (certificate === undefined || certificate === '') return [];
  const blocks = blocksIn(Buffer.from(certificate, 'base64').toString());
  const fault = certificateFault(blocks);
  return fault === undefined ? [] : [invalidValue('status.certificate', '<certificate data>', fault)];
}

function certificateFault(blocks: ReturnType<typeof blocksIn>): string | undefined {
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  const other = blocks.find(({ type }) => type !== 'CERTIFICATE');
  if (other !== undefined) {
    return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(other.type)}`;
  }
  if (blocks.some(({ headed }) => headed)) return 'no PEM block headers are permitted';
  return blocks.some(one => certificateIn(one) === undefined) ? 'must hold X.509 certificates' : undefined;
}

function changeErrors(status: RequestStatus, old: RequestStatus, subresource: string): FieldError[] {
  const field = 'status.conditions';
  const named = (of: RequestStatus, type: string): readonly Condition[] =>
    (of.conditions ?? []).filter(one => one.type === type);
  const removed = lasting.filter(type => named(status, type).length < named(old, type).length);
  const errors = removed.map(type =>
    forbiddenField(field, `updates may not remove a condition of type "${type}"`),
  );
  for (const type of subresource === 'approval' ? [] : decisions) {
    const [next, before] = [named(status, type), named(old, type)];
    if (next.length > before.length) {
      errors.push(forbiddenField(field, `updates may not add a condition of type "${type}"`));
    } else if (next.length === before.length && !same(next, before)) {
      errors.push(forbiddenField(field, `updates may not modify a condition of type "${type}"`));
    }
  }
  return [...errors, ...certificateChangeErrors(status, old, subresource)];
}

function certificateChangeErrors(
  { certificate = '' }: RequestStatus,
  { certificate: old = '' }: RequestStatus,
  subresource: string,
): FieldError[] {
  const field = 'status.certificate';
  if (certificate === old) return [];
  if (subresource !== 'status') return [forbiddenField(field, 'updates may not set certificate content')];
  return old === '' ? [] : [forbiddenField(field, 'updates may not modify existing certificate content')];
}
