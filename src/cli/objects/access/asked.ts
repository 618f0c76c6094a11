import { kindOf } from '../kinds.ts';
import type { Session } from '../session.ts';

/** A right that is asked about, as reviews name it. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for what is in none. */
  readonly namespace: string;
  /** Empty for any. */
  readonly name: string;
}

const services = { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices' };

/**
 * The right that words name: `predict iris`, `get pods/web-0`, `list pods/`.
 * @throws Complaint when the server has no such kind.
 */
export async function askedOf(verb: string, target: string, session: Session): Promise<Asked> {
  const slash = target.indexOf('/');
  const { namespace } = session;
  if (slash < 0) {
    const right = verb === 'predict' ? { verb: 'create', subresource: 'predict' } : { verb, subresource: '' };
    return { ...services, ...right, namespace, name: target };
  }
  const kind = kindOf(target.slice(0, slash), await session.kinds());
  const { group, version, plural, namespaced } = kind;
  const predicting = verb === 'predict' && plural === services.resource && group === services.group;
  return {
    verb: predicting ? 'create' : verb,
    group,
    version,
    resource: plural,
    subresource: predicting ? 'predict' : '',
    namespace: namespaced ? namespace : '',
    name: target.slice(slash + 1),
  };
}

/** Whether it is about calling an InferenceService. */
export function isPrediction({ resource, subresource, group }: Asked): boolean {
  return group === services.group && resource === services.resource && subresource === 'predict';
}

export function wordsOf({ verb, resource, subresource, namespace, name, group }: Asked): string {
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const kind = group === '' ? what : `${what} (${group})`;
  const which = name === '' ? kind : `${kind} ${name}`;
  return `${verb} ${which} ${namespace === '' ? 'in the cluster' : `in namespace ${namespace}`}`;
}
