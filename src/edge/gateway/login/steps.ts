import { isBelow, plainPath } from '../../../base/access/index.ts';
import { issuerPath } from '../../identity/index.ts';
import { LoggedSink } from '../accesslog.ts';
import type { Owner } from '../routes/index.ts';
import { sendError } from './answers.ts';
import type { Doorkeeper, Next, Step } from './contract.ts';
import { isForeign, isUnsafe } from './credentials.ts';
import { deny, goOn, turnAway } from './deciding.ts';
import { loginErrors } from './errors.ts';
import { homeOf, ownPages } from './pages.ts';
import type { Visit } from './visit.ts';

/** What happens to every request, from above to below. That it tells nothing of who asks is seen to by the head it is passed on with. */
export const steps: readonly Step[] = [
  { name: 'the way to the issuer is open', take: toIssuer },
  { name: 'pages of the login itself', take: ownPage },
  { name: 'who asks: cookie, bearer, token', take: whoAsks },
  { name: 'pages of other origins use no cookie', take: ownOrigin },
  { name: 'where it goes', take: whereTo },
  { name: 'home', take: home },
  { name: 'whether it may go there', take: mayGo },
  { name: 'on to the service', take: goOn },
];

function toIssuer(visit: Visit, { proxy }: Doorkeeper): Next {
  if (!visit.path.startsWith(issuerPath)) return 'on';
  const path = plainPath(visit.target);
  if (path === undefined || !isBelow(path, issuerPath)) return 'on';
  const head = visit.seen.passedFor(undefined);
  const found = proxy.routeForAll(visit.method, visit.path, head);
  if (found === undefined || !isIssuer(found.way.backend.owner)) return 'on';
  const { method, target, body, sink } = visit;
  proxy.pass(proxy.passage(found, { method, target, head }), body, sink);
  return 'done';
}

/** The Service that the issuer is behind, as Kubeflow has it: nobody else's route is open to all by its path. */
function isIssuer({ kind, namespace, name }: Owner): boolean {
  return kind === 'Service' && namespace === 'auth' && name === 'dex';
}

function ownPage(visit: Visit, door: Doorkeeper): Next | Promise<Next> {
  const page = ownPages.get(visit.path);
  if (page === undefined) return 'on';
  visit.keep();
  return page(visit, door);
}

function whoAsks(visit: Visit, door: Doorkeeper): Next | Promise<Next> {
  const { credential, only } = visit.seen;
  if (credential.kind === 'none' || credential.kind === 'unusable') return 'on';
  const known = only === undefined ? 'unasked' : door.knowing.look(only);
  if (known !== 'unasked') {
    visit.known = known;
    visit.bearer = only;
    return 'on';
  }
  visit.keep();
  return asked(visit, door, credential.kind === 'bearer' ? [credential.value] : credential.values);
}

/** Asks about what cannot be told at once: of several cookies all that are good have to be of the same person. */
async function asked(visit: Visit, { knowing, count }: Doorkeeper, values: readonly string[]): Promise<Next> {
  if (values.length > 1) visit.isPlain = false;
  for (const value of values) {
    const looked = knowing.look(value);
    const known = looked === 'unasked' ? await knowing.ask(value) : looked;
    if (known === undefined) continue;
    if (visit.known !== undefined && visit.known.user.name !== known.user.name) {
      const text = 'The request has cookies of sessions of several people: delete them, and log in again.';
      sendError(visit.sink, visit.head, loginErrors.make['sessions-differ'](text));
      count(400);
      return 'done';
    }
    visit.known = known;
    visit.bearer = value;
  }
  return 'on';
}

/** What another page makes a browser send counts as sent by nobody. */
function ownOrigin(visit: Visit): Next {
  if (visit.known === undefined || visit.seen.credential.kind !== 'cookie') return 'on';
  if (!isUnsafe(visit.method, visit.head) || !isForeign(visit.head)) return 'on';
  visit.foreign = visit.known;
  visit.isPlain = false;
  visit.known = undefined;
  return 'on';
}

function whereTo(visit: Visit, { proxy, policy }: Doorkeeper): Next {
  const { known, method, path, seen, sink } = visit;
  if (sink instanceof LoggedSink) sink.user = known?.user.name;
  visit.found = proxy.route(method, path, seen.passedFor(known), (namespace, name) =>
    known === undefined
      ? policy.decide(undefined, { kind: 'InferenceService', namespace, name }, path).verdict === 'allowed'
      : policy.mayMention(known, namespace, name),
  );
  return 'on';
}

function home(visit: Visit, door: Doorkeeper): Next | Promise<Next> {
  if (visit.found !== undefined || visit.known === undefined) return 'on';
  return homeOf(visit, visit.known, door);
}

function mayGo(visit: Visit, door: Doorkeeper): Next | Promise<Next> {
  const { known, found } = visit;
  const way = found !== undefined && 'way' in found ? found : undefined;
  if (known === undefined) {
    const open = way !== undefined && door.policy.decide(undefined, way.way.backend.owner, way.path);
    if (open !== false && open.verdict === 'allowed') return 'on';
    visit.keep();
    return turnAway(visit, door);
  }
  if (way === undefined) return 'on';
  const decision = door.policy.decide(known, way.way.backend.owner, way.path);
  return decision.verdict === 'allowed' ? 'on' : deny(visit, known, decision, door);
}
