import type { Authorizer, User } from '../../base/access/index.ts';
import { organizationsIn } from '../kinds/index.ts';
import { forbidden, type KubeObject, sameJson } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';

const group = 'certificates.k8s.io';
const requests = `${group}/certificatesigningrequests`;

interface Asked extends KubeObject {
  readonly spec?: { readonly signerName?: string; readonly request?: string };
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly unknown[] };
}

/** A request for a certificate says who made it, whatever its maker writes there. */
export const requesters: Admission = {
  name: 'CertificateRequesters',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && subresource === '' && kind.resource === requests,
  mutate: ({ object, user }) => {
    const { spec = {}, ...rest } = object as Asked;
    const { username: _, uid: __, groups: ___, extra: ____, ...asked } = spec as Record<string, unknown>;
    return { ...rest, spec: { ...asked, ...tellsOf(user) } };
  },
};

function tellsOf({ name, uid, groups, extra }: User): object {
  return {
    username: name,
    ...(uid !== undefined && { uid }),
    groups,
    ...(extra !== undefined && { extra }),
  };
}

/** Certificates are approved and signed by those who may do so for their signer (`approve` and `sign` on `signers`). */
export function certificateSigners(authorizer: Authorizer): Admission {
  return {
    name: 'CertificateSigners',
    concerns: ({ operation, kind, subresource }) =>
      kind.group === group &&
      operation === 'UPDATE' &&
      (subresource === 'status' || subresource === 'approval'),
    validate: request => {
      const { signerName = '' } = (request.old as Asked).spec ?? {};
      if (request.subresource === 'approval') checkRequest(authorizer, request, 'approve', signerName);
      else if (signs(request)) checkRequest(authorizer, request, 'sign', signerName);
    },
  };
}

/** Whether a write of a status makes a certificate, or says that there will be none. */
function signs({ kind, object, old }: AdmissionRequest): boolean {
  const [status, before] = [(object as Asked).status, (old as Asked).status];
  if (kind.resource !== requests) return !sameJson(status, before);
  return (
    status?.certificate !== before?.certificate ||
    !sameJson(status?.conditions ?? [], before?.conditions ?? [])
  );
}

/** Bundles of a signer are published by those who may do so for it (`attest` on `signers`). */
export function bundleSigners(authorizer: Authorizer): Admission {
  return {
    name: 'BundleSigners',
    concerns: ({ operation, kind, subresource }) =>
      kind.resource === `${group}/clustertrustbundles` &&
      (operation === 'CREATE' || operation === 'UPDATE') &&
      subresource === '',
    validate: request => {
      const { object, old } = request;
      const { signerName = '' } = (object as Asked).spec ?? {};
      if (signerName === '' || (old !== undefined && sameJson(unowned(object), unowned(old)))) return;
      const detail = `user not permitted to attest for signerName ${JSON.stringify(signerName)}`;
      check(authorizer, request, 'attest', signerName, detail);
    },
  };
}

/** An object without what whoever collects garbage may change, a finalizer or an owner. */
function unowned(object: KubeObject | undefined): unknown {
  const {
    finalizers: _,
    ownerReferences: __,
    managedFields: ___,
    resourceVersion: ____,
    ...metadata
  } = {
    ...object?.metadata,
  };
  return { ...object, metadata };
}

/** Nobody asks the signer of the API's clients for a certificate of the group that may do everything. */
export const certificateSubjects: Admission = {
  name: 'CertificateSubjects',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && subresource === '' && kind.resource === requests,
  validate: ({ object, kind, name }) => {
    const { signerName, request = '' } = (object as Asked).spec ?? {};
    if (signerName !== clientSigner || !organizationsIn(request).includes(masters)) return;
    const detail = `use of ${clientSigner} signer with ${masters} group is not allowed`;
    throw forbidden({ group, resource: kind.plural }, name, detail);
  },
};

const clientSigner = 'kubernetes.io/kube-apiserver-client';
const masters = 'system:masters';

function checkRequest(authorizer: Authorizer, request: AdmissionRequest, verb: string, signer: string): void {
  const detail = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`;
  check(authorizer, request, verb, signer, detail);
}

/** @throws StatusError when a user may not do something for a signer, or for all of its domain. */
function check(
  authorizer: Authorizer,
  { kind, user, name }: AdmissionRequest,
  verb: string,
  signer: string,
  detail: string,
): void {
  const [domain = ''] = signer.split('/');
  if ([signer, `${domain}/*`].some(one => may(authorizer, user, verb, one))) return;
  throw forbidden({ group, resource: kind.plural }, name, detail);
}

function may(authorizer: Authorizer, user: User, verb: string, name: string): boolean {
  const action = { verb, group, version: '*', resource: 'signers', subresource: '', namespace: '', name };
  return authorizer.can(user, action).allowed;
}
