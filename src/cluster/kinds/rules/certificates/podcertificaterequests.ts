import {
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  subdomainFaults,
  tooLong,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { RuleContext, Rules } from '../../kind.ts';
import { dnsSubdomain, faulty, unchanged } from '../checks.ts';
import { specOf, statusOf } from '../filling.ts';
import { same } from '../sameness.ts';
import { withStatus } from '../strategy.ts';
import { type Condition, conditionErrors, holds } from '../conditions.ts';
import { blocksIn, certificateIn } from './pem.ts';
import { readRequest } from './requests.ts';
import { isKubernetesSigner, signerErrors } from './signers.ts';

interface RequestSpec {
  readonly signerName?: string;
  readonly podName?: string;
  readonly podUID?: string;
  readonly serviceAccountName?: string;
  readonly serviceAccountUID?: string;
  readonly nodeName?: string;
  readonly nodeUID?: string;
  readonly maxExpirationSeconds?: number;
  /** DER, in base64. */
  readonly stubPKCS10Request?: string;
  readonly pkixPublicKey?: string;
  readonly proofOfPossession?: string;
}

interface RequestStatus {
  readonly conditions?: readonly Condition[];
  /** PEM. */
  readonly certificateChain?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly beginRefreshAt?: string;
}

const day = 24 * 3600;
/** Seconds. */
const times = { shortest: 3600, kubernetes: day, longest: 91 * day };
/** Bytes. */
const largest = { uid: 128, request: 10 * 1024, chain: 100 * 1024 };
const outcomes = ['Issued', 'Denied', 'Failed'];
/** Milliseconds between the beginning or end of a certificate and its renewal. */
const margin = 10 * 60_000;

/** Rules of PodCertificateRequest: nothing of what is asked changes; the status is written once, by the signer. */
export const podcertificaterequests: Rules = {
  ...withStatus({}),
  validateCreate: object => errorsOf(specOf<RequestSpec>(object)),
  validateUpdate: (object, old, context) =>
    context.subresource === 'status'
      ? outcomeErrors(object, old, context)
      : unchanged(specOf(object), specOf(old), 'spec'),
};

function errorsOf(spec: RequestSpec): FieldError[] {
  return [
    ...signerErrors(spec.signerName, 'spec.signerName'),
    ...dnsSubdomain(spec.podName ?? '', 'spec.podName'),
    ...uidErrors(spec.podUID, 'spec.podUID'),
    ...dnsSubdomain(spec.serviceAccountName ?? '', 'spec.serviceAccountName'),
    ...uidErrors(spec.serviceAccountUID, 'spec.serviceAccountUID'),
    ...faulty(subdomainFaults(spec.nodeName ?? ''), 'spec.nodeName', spec.nodeName ?? ''),
    ...uidErrors(spec.nodeUID, 'spec.nodeUID'),
    ...timeErrors(spec),
    ...keyErrors(spec),
  ];
}

function uidErrors(uid: string | undefined, field: string): FieldError[] {
  if (uid === undefined || uid === '') return [invalidValue(field, '', 'must not be empty')];
  return Buffer.byteLength(uid) > largest.uid ? [tooLong(field, largest.uid)] : [];
}

function timeErrors({ signerName, maxExpirationSeconds: seconds }: RequestSpec): FieldError[] {
  const field = 'spec.maxExpirationSeconds';
  if (seconds === undefined) return [requiredValue(field, 'must be set')];
  const longest = isKubernetesSigner(signerName) ? times.kubernetes : times.longest;
  const fits = seconds >= times.shortest && seconds <= longest;
  return fits ? [] : [invalidValue(field, seconds, `must be in the range [${times.shortest}, ${longest}]`)];
}

function keyErrors(spec: RequestSpec): FieldError[] {
  const { stubPKCS10Request: stub = '', pkixPublicKey: key = '', proofOfPossession: proof = '' } = spec;
  const which = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
  if (stub === '' || key !== '' || proof !== '') {
    const old = 'pkixPublicKey is of old and not taken: use stubPKCS10Request';
    return [invalidValue('spec', null, stub === '' && key !== '' && proof !== '' ? old : which)];
  }
  const field = 'spec.stubPKCS10Request';
  const der = Buffer.from(stub, 'base64');
  if (der.length > largest.request) return [tooLong(field, largest.request)];
  const request = readRequest(der);
  if (request === undefined) return [invalidValue(field, null, 'must be a valid PKCS#10 CSR')];
  return request.signed ? [] : [invalidValue(field, null, 'invalid signature')];
}

function outcomeErrors(object: KubeObject, old: KubeObject, { now }: RuleContext): FieldError[] {
  const [status, before] = [statusOf<RequestStatus>(object), statusOf<RequestStatus>(old)];
  const { conditions = [] } = status;
  const errors = [...typeErrors(conditions), ...conditionErrors(conditions, 'status.conditions')];
  if (errors.length > 0) return errors;
  const stays = (detail: string): FieldError[] =>
    same(status, before) ? [] : [invalidValue('status', null, detail)];
  if (outcomes.some(type => holds(before.conditions ?? [], type))) {
    return stays('immutable after PodCertificateRequest is issued, denied, or failed');
  }
  if (holds(conditions, 'Issued')) return issueErrors(status, specOf<RequestSpec>(old), now);
  if (!outcomes.some(type => holds(conditions, type))) {
    return stays('status is immutable unless transitioning to "Issued", "Denied", or "Failed"');
  }
  const alone = Object.keys(status).every(key => key === 'conditions');
  const detail =
    'non-condition status fields must be empty when denying or failing the PodCertificateRequest';
  return alone ? [] : [invalidValue('status', null, detail)];
}

function typeErrors(conditions: readonly Condition[]): FieldError[] {
  const most = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
  return conditions.flatMap(({ type = '', status = '' }, index) => {
    const at = `status.conditions[${index}]`;
    if (!outcomes.includes(type)) return [unsupportedValue(`${at}.type`, type, outcomes)];
    return [
      ...(index > 0 ? [invalidValue(`${at}.type`, type, most)] : []),
      ...(status === 'True' ? [] : [unsupportedValue(`${at}.status`, status, ['True'])]),
    ];
  });
}

/** A certificate was made: it is for the key that was asked for, and the times are told as it has them. */
function issueErrors(status: RequestStatus, spec: RequestSpec, now: number): FieldError[] {
  const { certificateChain: chain = '' } = status;
  const field = 'status.certificateChain';
  if (Buffer.byteLength(chain) > largest.chain) return [tooLong(field, largest.chain)];
  const blocks = blocksIn(chain);
  const wrong = (detail: string): FieldError[] => [invalidValue(field, chain, detail)];
  if (blocks.length === 0) return wrong('issued certificate chain must contain at least one certificate');
  if (blocks.some(({ type }) => type !== 'CERTIFICATE')) {
    return wrong('issued certificate chain must consist entirely of CERTIFICATE PEM blocks');
  }
  const [leaf, ...others] = blocks.map(certificateIn);
  if (leaf === undefined) return wrong('leaf certificate does not parse as valid X.509');
  if (others.includes(undefined)) return wrong('intermediate certificate does not parse as valid X.509');
  const request = readRequest(Buffer.from(spec.stubPKCS10Request ?? '', 'base64'));
  if (request === undefined || !leaf.publicKey.equals(request.key)) {
    return wrong('leaf certificate was not issued to the requested public key');
  }
  return spanErrors(status, [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)], spec, now);
}

function spanErrors(
  { notBefore, notAfter, beginRefreshAt }: RequestStatus,
  [from, until]: readonly [from: number, until: number],
  { maxExpirationSeconds: seconds = times.longest }: RequestSpec,
  now: number,
): FieldError[] {
  const told = { notBefore, notAfter, beginRefreshAt };
  const missing = Object.entries(told).filter(([, value]) => value === undefined);
  if (missing.length > 0) return missing.map(([name]) => requiredValue(`status.${name}`, 'must be present'));
  const [starts, ends, renewed] = Object.values(told).map(value => Date.parse(value ?? '')) as [
    number,
    number,
    number,
  ];
  const rows: readonly (readonly [field: keyof typeof told, wrong: boolean, detail: string])[] = [
    ['notBefore', starts !== from, 'must be set to the NotBefore time encoded in the leaf certificate'],
    [
      'notBefore',
      Math.abs(starts - now) >= 5 * 60_000,
      "must be set to within 5 minutes of kube-apiserver's current time",
    ],
    ['notAfter', ends !== until, 'must be set to the NotAfter time encoded in the leaf certificate'],
    ['notAfter', ends - starts < times.shortest * 1000, 'leaf certificate lifetime must be >= 1 hour'],
    [
      'notAfter',
      ends - starts > seconds * 1000,
      `leaf certificate lifetime must be <= spec.maxExpirationSeconds (${seconds})`,
    ],
    ['beginRefreshAt', renewed < starts + margin, 'must be at least 10 minutes after status.notBefore'],
    ['beginRefreshAt', renewed > ends - margin, 'must be at least 10 minutes before status.notAfter'],
  ];
  const first = rows.find(([, wrong]) => wrong);
  return first === undefined ? [] : [invalidValue(`status.${first[0]}`, told[first[0]], first[2])];
}
