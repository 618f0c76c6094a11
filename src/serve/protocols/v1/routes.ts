import type { Exchange } from '../../dataplane/index.ts';
import { protocolErrors } from '../errors.ts';
import { sendJson } from '../answers.ts';
import { askAction } from '../asking.ts';
import type { Protocol, Route, Serving } from '../contract.ts';

/** The routes of KServe's V1 protocol. */
export function v1(exchange: Exchange): Protocol {
  return {
    route: (segments, serving) => {
      const [, models, name, ...rest] = segments;
      if (models !== 'models' || rest.length > 0) return undefined;
      if (name === undefined)
        return { GET: (_head, _body, sink) => sendJson(sink, { models: namesOf(serving) }) };
      // The colon belongs to the last segment; a model's own name may hold colons too.
      const colon = name.lastIndexOf(':');
      const verb = colon === -1 ? '' : name.slice(colon + 1);
      if (verb === 'predict') return predict(name.slice(0, colon), serving, exchange);
      if (verb === 'explain') return explain(name.slice(0, colon), serving);
      const model = serving.directory.ready(name);
      return { GET: (_head, _body, sink) => sendJson(sink, { name: model.name, ready: true }) };
    },
  };
}

function namesOf({ directory }: Serving): string[] {
  return directory.notices().map(notice => notice.name);
}

function predict(name: string, serving: Serving, exchange: Exchange): Route {
  return { POST: askAction(serving, exchange, serving.directory.ready(name)) };
}

function explain(name: string, { directory }: Serving): Route {
  directory.ready(name);
  return {
    POST: () => {
      throw protocolErrors.make['not-served-yet'](
        `model '${name}' has no explainer: explanations are not served yet`,
      );
    },
  };
}
