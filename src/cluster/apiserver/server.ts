import type { User } from '../../base/access/index.ts';
import { type Head, prepareHead } from '../../base/net/index.ts';
import { isStatusError, methodNotAllowed, StatusError } from '../meta/index.ts';
import type { Kind, Subresource } from '../kinds/index.ts';
import { anonymous } from './requests/authenticate.ts';
import { authorize, NotAllowed } from './requests/authorize.ts';
import { withDocument } from './requests/bodies.ts';
import { impersonated } from './requests/impersonate.ts';
import type { Answer, AnswerSink, AnswerStream, Call, KindCall, Parts } from './call.ts';
import { create } from './writes/create.ts';
import { get, list } from './reads/read.ts';
import { patch } from './writes/patch.ts';
import { remove, removeCollection } from './writes/remove.ts';
import {
  encoded,
  isPretty,
  isStored,
  represented,
  representationFor,
  representationForStatus,
} from './reads/represent.ts';
import { requestInfo } from './requests/request.ts';
import { getScale } from './writes/scale.ts';
import { update } from './writes/update.ts';
import { isUrgent, type Turns } from './turns.ts';
import { warningHeaders } from './warnings.ts';
import { watch } from './reads/watch.ts';

/** Serves a path that is no resource of a kind: discovery, health, documents. */
export interface Page {
  /** Undefined when the page has answered itself. */
  (call: Call): PageAnswer | undefined;
}

/** Serves every path below a prefix: what stands beside the API and is asked by those who may. Undefined when it has answered itself. */
export type Annex = (call: Call) => PageAnswer | undefined | Promise<PageAnswer | undefined>;

export interface PageAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly fields?: readonly (readonly [string, string])[];
}

export interface ServerParts extends Parts {
  /** Says who asks; undefined for nobody known; throws a StatusError 401 for wrong credentials. */
  readonly authenticate: (head: Head) => User | Promise<User>;
  /** Finds the page of a path. */
  readonly page: (path: string) => Page | undefined;
  /** Finds the annex of a path. */
  readonly annex: (path: string) => Annex | undefined;
  /** Where requests wait that are not urgent. */
  readonly turns: Turns;
  /** Told of every request when it is answered, for the audit log. */
  readonly onAnswered?: (call: Call, status: number) => void;
}

/** Answers one request of the API. */
export async function handle(
  parts: ServerParts,
  method: string,
  target: string,
  head: Head,
  body: Uint8Array,
  sink: AnswerSink,
): Promise<void> {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
  const info = requestInfo(method, path, query);
  const endings: (() => void)[] = [];
  const base = { parts, method, query, head, body, sink, warnings: [], endings };
  // Who asks is told to the audit log even when the request is refused.
  let call: Call = { ...base, info: info ?? unknownPath(path), user: anonymous, asker: anonymous };
  try {
    const turn = isUrgent(info, parts.kinds) ? undefined : parts.turns.enter();
    if (turn !== undefined) await turn;
    if (sink.aborted) return;
    const asker = await parts.authenticate(head);
    call = { ...call, user: asker, asker };
    call = { ...call, user: impersonated(parts, call.info, head, asker) };
    authorize(parts, call.info, call.user);
    if (info === undefined) throw noRoute();
    await routed(parts, call);
  } catch (error) {
    refuse(call, error);
  } finally {
    for (const end of endings) end();
  }
}

function unknownPath(path: string): Call['info'] {
  return {
    verb: 'get',
    isResource: false,
    path,
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    named: false,
    rest: [],
  };
}

/** A path below a known version that nothing serves. */
function noRoute(): StatusError {
  const message = 'the server could not find the requested resource';
  return new StatusError(404, 'NotFound', message, {});
}

async function routed(parts: ServerParts, call: Call): Promise<void> {
  const page = parts.page(call.info.path);
  if (page !== undefined) return sendPage(call, page(call));
  const annex = parts.annex(call.info.path);
  if (annex !== undefined) return sendPage(call, await annex(call));
  if (!call.info.isResource) return notFoundPage(call);
  const { group, version, resource } = call.info;
  const kind = parts.kinds.find(group, version, resource);
  if (kind === undefined) {
    const known = parts.kinds.groups.some(one => one.group === group);
    if (!known) return notFoundPage(call);
    throw noRoute();
  }
  return kindRouted(call, kind);
}

function notFoundPage(call: Call): void {
  sendPage(call, {
    status: 404,
    type: 'text/plain; charset=utf-8',
    body: '404 page not found\n',
    fields: [['X-Content-Type-Options', 'nosniff']],
  });
}

async function kindRouted(base: Call, kind: Kind): Promise<void> {
  const subresource = subresourceOf(base, kind);
  const call: KindCall = { ...base, kind, subresource };
  if (kind.deprecated !== undefined) call.warnings.push(kind.deprecated);
  if (kind.namespaced && call.info.namespace === '' && needsNamespace(call)) throw noRoute();
  if (!kind.namespaced && call.info.namespace !== '' && call.info.resource !== 'namespaces') throw noRoute();
  if (call.info.verb === 'watch' && subresource === undefined) {
    const form = representationFor(call, true);
    watch(call, form, () => openStream(call));
    return;
  }
  // What is only created and never kept has no table.
  const form = representationFor(call, kind.verbs.includes('get') || subresource !== undefined);
  const operation = operationOf(call);
  const whole = await withDocument(call);
  if (call.sink.aborted) return;
  const answer = await operation(whole);
  if (answer !== undefined) send(call, answer, form);
}

function needsNamespace({ info }: KindCall): boolean {
  return info.named || info.verb === 'create' || info.verb === 'deletecollection';
}

/** @throws StatusError 404 when the kind has no such part. */
function subresourceOf({ info }: Call, kind: Kind): Subresource | undefined {
  if (info.subresource === '') return undefined;
  const found = kind.subresources.find(one => one.name === info.subresource);
  if (found === undefined || (info.rest.length > 0 && found.served !== 'action')) throw noRoute();
  return found;
}

type Operation = (call: KindCall) => Answer | undefined | Promise<Answer | undefined>;

const operations = new Map<string, Operation>([
  ['create', create],
  ['get', get],
  ['list', list],
  ['update', update],
  ['patch', patch],
  ['delete', remove],
  ['deletecollection', removeCollection],
]);

/** @throws StatusError 405 when there is none */
function operationOf({ kind, subresource, info, method, parts }: KindCall): Operation {
  const operation = operations.get(info.verb);
  if (method === 'HEAD' || operation === undefined) throw methodNotAllowed();
  if (subresource?.served === 'action') {
    const action = parts.actions.get(`${kind.resource}/${subresource.name}`);
    if (action === undefined || !allowsAction(subresource, info.verb)) throw methodNotAllowed();
    return action;
  }
  const verbs: readonly string[] = subresource?.verbs ?? kind.verbs;
  const wantsName = !collective.has(info.verb);
  if (!verbs.includes(info.verb) || (subresource === undefined && wantsName !== info.named)) {
    throw methodNotAllowed();
  }
  if (subresource === undefined) return parts.actions.get(kind.resource) ?? operation;
  const { scale } = subresource;
  return info.verb === 'get' && scale !== undefined ? call => getScale(call, scale) : operation;
}

function allowsAction({ verbs }: Subresource, verb: string): boolean {
  return verbs.includes('connect') || (verbs as readonly string[]).includes(verb);
}

/** Verbs of a collection rather than of one object. */
const collective = new Set(['create', 'list', 'deletecollection']);

const noCache = ['Cache-Control', 'no-cache, private'] as const;

/** Fields that every answer has. */
export function commonFields(call: Call): (readonly [string, string])[] {
  return [
    ['Audit-Id', call.parts.newUid()],
    noCache,
    ...warningHeaders(call.warnings),
    ['X-Kubernetes-Pf-Flowschema-Uid', flowSchema],
    ['X-Kubernetes-Pf-Prioritylevel-Uid', priorityLevel],
  ];
}

/** One level of priority for all: clients only look whether the headers are there. */
const flowSchema = '00000000-0000-4000-8000-000000000001';
const priorityLevel = '00000000-0000-4000-8000-000000000002';

function send(call: Call, answer: Answer, form: ReturnType<typeof representationFor>): void {
  const value = represented(call, answer, form);
  if (call.sink.takeValue !== undefined && form.media === 'application/json') {
    call.sink.takeValue(answer.status, value);
    answeredWith(call, answer.status);
    return;
  }
  const body = encoded(value, form, isPretty(call), value === answer.object && isStored(call, answer));
  const typed = value === undefined ? [] : [['Content-Type', form.media] as const];
  const fields = [...commonFields(call), ...typed, ...(answer.fields ?? [])];
  respond(call, answer.status, fields, body);
}

function respond(
  call: Call,
  status: number,
  fields: readonly (readonly [string, string])[],
  body: string | Uint8Array,
): void {
  call.sink.send(prepareHead(status, fields), body);
  answeredWith(call, status);
}

/** Tells the audit log of an answer. */
export function answeredWith(call: Call, status: number): void {
  (call.parts as ServerParts).onAnswered?.(call, status);
}

function sendPage(call: Call, answer: PageAnswer | undefined): void {
  if (answer === undefined) return;
  const { status, type, body, fields = [] } = answer;
  const typed = type === '' ? [] : [['Content-Type', type] as const];
  const cached = fields.some(([name]) => name === 'Cache-Control');
  const common = commonFields(call).filter(field => !cached || field !== noCache);
  respond(call, status, [...common, ...typed, ...fields], body);
}

function openStream(call: Call): AnswerStream | undefined {
  const head = prepareHead(200, [...commonFields(call), ['Content-Type', 'application/json']]);
  answeredWith(call, 200);
  return call.sink.stream(head, 'endless');
}

/** Answers a failure with its Status; what is no Status is a fault of ours. */
function refuse(call: Call, error: unknown): void {
  const failure = isStatusError(error) ? error : serverFault(error);
  const { status } = failure;
  const retry = status.details?.retryAfterSeconds;
  const form = representationForStatus(call);
  const fields: (readonly [string, string])[] = [...commonFields(call), ['Content-Type', form.media]];
  if (retry !== undefined) fields.push(['Retry-After', `${retry}`]);
  if (failure instanceof NotAllowed) fields.push(['X-Content-Type-Options', 'nosniff']);
  const body = call.method === 'HEAD' ? '' : encoded(status, form, isPretty(call), false);
  respond(call, failure.code, fields, body);
}

function serverFault(error: unknown): StatusError {
  const text = error instanceof Error ? error.message : String(error);
  const code = (error as { status?: unknown } | undefined)?.status;
  const message = `Internal error occurred: ${text}`;
  return new StatusError(typeof code === 'number' ? code : 500, 'InternalError', message, {
    causes: [{ message: text }],
  });
}
