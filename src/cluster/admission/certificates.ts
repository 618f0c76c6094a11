import type { Authorizer, User } from '../../base/access/index.ts';
import { forbidden, type KubeObject, sameJson } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';

const group = 'certificates.k8s.io';
const requests = `${group}/certificatesigningrequests`;

interface Asked extends KubeObject {
  readonly spec?: { readonly signerName?: string };
  readonly status?: { readonly certificate?: string };
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
      if (request.subresource === 'approval') check(authorizer, request, 'approve', signerName);
      else if (signs(request)) check(authorizer, request, 'sign', signerName);
    },
  };
}

/** Whether a write of a status makes a certificate, or says that there will be none. */
function signs({ kind, object, old }: AdmissionRequest): boolean {
  const [status, before] = [(object as Asked).status, (old as Asked).status];
  if (kind.resource !== requests) return !sameJson(status, before);
  return status?.certificate !== before?.certificate;
}

function check(authorizer: Authorizer, request: AdmissionRequest, verb: string, signer: string): void {
  const { kind, user, name } = request;
  const [domain = ''] = signer.split('/');
  if ([signer, `${domain}/*`].some(one => may(authorizer, user, verb, one))) return;
  const detail = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`;
  throw forbidden({ group, resource: kind.plural }, name, detail);
}

function may(authorizer: Authorizer, user: User, verb: string, name: string): boolean {
  const action = { verb, group, version: '*', resource: 'signers', subresource: '', namespace: '', name };
  return authorizer.can(user, action).allowed;
}
