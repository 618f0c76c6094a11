import { protocolErrors } from '../errors.ts';
import type { Exchange } from '../../dataplane/index.ts';
import type { ReadyModel } from '../../repository/index.ts';
import { sendJson } from '../answers.ts';
import { askAction } from '../asking.ts';
import type { Protocol, Route, Serving } from '../contract.ts';
import { metadataOf } from './metadata.ts';
import { repositoryRoute } from './repository.ts';

/** What `/v2` tells clients they may use. */
const extensions = ['model_repository', 'model_repository(unload_dependents)', 'parameters'];

/** The routes of V2 (specification/protocol/inference_rest.md) and the repository extension. */
export function v2(exchange: Exchange): Protocol {
  return {
    route: (segments, serving) => {
      const [, area, ...rest] = segments;
      if (area === undefined)
        return answering(() => ({ name: 'davit', version: serving.version, extensions }));
      if (area === 'health' && rest.length === 1) return healthRoute(rest[0] as string, serving);
      if (area === 'models') return modelRoute(rest, serving, exchange);
      if (area === 'repository') return repositoryRoute(segments, serving);
      return isNotYet(area) ? refusing(notYet[area]) : undefined;
    },
  };
}

/** Triton's further areas and verbs: known, and not served. */
const notYet = {
  systemsharedmemory: 'shared memory',
  cudasharedmemory: 'shared memory',
  trace: 'trace settings',
  logging: 'log settings',
  config: 'the model configuration',
  stats: 'statistics',
  generate: 'generation',
  generate_stream: 'generation',
  infer_stream: 'streamed inference',
} as const;

function isNotYet(word: string): word is keyof typeof notYet {
  return Object.hasOwn(notYet, word);
}

function answering(value: () => unknown): Route {
  return { GET: (_head, _body, sink) => sendJson(sink, value()) };
}

function refusing(what: string): Route {
  const refuse = (): never => {
    throw protocolErrors.make['not-served-yet'](`${what} is not served yet`);
  };
  return { GET: refuse, POST: refuse };
}

function healthRoute(what: string, { directory }: Serving): Route | undefined {
  if (what === 'live') return answering(() => ({ live: true }));
  if (what !== 'ready') return undefined;
  return answering(() => {
    const missing = directory.notReady();
    if (missing.length === 0) return { ready: true };
    const reasons = missing.map(({ name, reason }) => `model '${name}': ${reason}`).join('; ');
    throw protocolErrors.make['server-not-ready'](`not ready: ${reasons}`);
  });
}

function modelRoute(rest: readonly string[], serving: Serving, exchange: Exchange): Route | undefined {
  const [name, ...more] = rest;
  if (name === undefined)
    return answering(() => ({ models: serving.directory.notices().map(notice => notice.name) }));
  const versioned = more[0] === 'versions';
  const [verb, ...extra] = versioned ? more.slice(2) : more;
  if (extra.length > 0 || (versioned && more.length < 2)) return undefined;
  if (more.length === 0 && asksForStatistics(name, serving)) return refusing(notYet.stats);
  const model = serving.directory.ready(name);
  if (versioned) checkVersion(model, more[1] as string);
  return verbRoute(verb, model, serving, exchange);
}

/** Triton has the statistics of all models where the metadata of a model called `stats` would be. */
function asksForStatistics(name: string, { directory }: Serving): boolean {
  return name === 'stats' && !directory.notices().some(notice => notice.name === name);
}

function checkVersion({ name, version }: ReadyModel, asked: string): void {
  if (asked === version) return;
  throw protocolErrors.make['version-unknown'](
    `Request for unknown model: '${name}' version ${asked} is not found; its version is ${version}`,
  );
}

function verbRoute(
  verb: string | undefined,
  model: ReadyModel,
  serving: Serving,
  exchange: Exchange,
): Route | undefined {
  if (verb === undefined) return answering(() => metadataOf(model));
  if (verb === 'ready') return answering(() => ({ name: model.name, ready: true }));
  if (verb === 'infer') return { POST: askAction(serving, exchange, model) };
  return isNotYet(verb) ? refusing(`${notYet[verb]} of model '${model.name}'`) : undefined;
}
