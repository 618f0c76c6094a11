import { decodeRepositoryRequest } from '../../../wire/index.ts';
import { protocolErrors } from '../errors.ts';
import { sendJson } from '../answers.ts';
import type { Route, Serving } from '../contract.ts';

/** Triton's model repository extension (docs/protocol/extension_model_repository.md), answered in KServe's words. */
export function repositoryRoute(segments: readonly string[], serving: Serving): Route | undefined {
  const [, , what, name, verb] = segments;
  if (what === 'index' && segments.length === 3)
    return { POST: (_head, body, sink) => sendJson(sink, indexOf(serving, body)) };
  if (what !== 'models' || name === undefined || segments.length !== 5) return undefined;
  if (verb === 'load') {
    return {
      POST: async (_head, body, sink) => {
        refuseParameters(body, `load of '${name}'`, ['config']);
        await serving.control.load(name);
        sendJson(sink, { name, load: true });
      },
    };
  }
  if (verb !== 'unload') return undefined;
  return {
    POST: async (_head, body, sink) => {
      refuseParameters(body, `unload of '${name}'`, []);
      await serving.control.unload(name);
      sendJson(sink, { name, unload: true });
    },
  };
}

function indexOf({ directory }: Serving, body: Uint8Array): unknown {
  const onlyReady = decodeRepositoryRequest(body).ready === true;
  return directory
    .notices()
    .filter(notice => !onlyReady || notice.state === 'READY')
    .map(({ name, version, state, reason }) => ({ name, version, state, reason }));
}

/** Parameters that would change what is loaded are refused rather than ignored. */
function refuseParameters(body: Uint8Array, place: string, names: readonly string[]): void {
  const { parameters = {} } = decodeRepositoryRequest(body);
  const found = Object.keys(parameters).find(key => names.includes(key) || key.startsWith('file:'));
  if (found === undefined) return;
  throw protocolErrors.make['not-served-yet'](
    `parameters.${found} in the ${place}: overriding configuration or files is not served yet`,
  );
}
