export { sliceService } from './backends.ts';
export {
  bareHost,
  find,
  findElse,
  findForAll,
  type Found,
  type FoundWay,
  type Sees,
  type Way,
} from './find.ts';
export { type Domains, domainsOf, noDomains } from './domains.ts';
export { isPlatform, OwnHosts, type Owners, refusalOf } from './own.ts';
export { Grants } from './grants.ts';
export { httpRouteKind, routesOf } from './routes.ts';
export type {
  HttpRoute,
  InferenceService,
  Ingress,
  KnativeIngress,
  ReferenceGrant,
  Service,
  Slice,
  Snapshot,
  VirtualService,
} from './shapes.ts';
export type { Backend, Candidate, Change, Endpoint, Owner, Refused, Routes, Table } from './table.ts';
