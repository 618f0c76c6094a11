import type { Action } from '../../../base/access/index.ts';

const group = 'serving.kserve.io';
const version = 'v1beta1';
const resource = 'inferenceservices';

/** What a caller needs the right to: `create` on `inferenceservices/predict`, whatever the method and the path of his request. */
export function predictAction(namespace: string, name: string): Action {
  return { verb: 'create', group, version, resource, subresource: 'predict', namespace, name };
}

/** What somebody needs the right to who may know that a service is there. */
export function seeAction(namespace: string, name: string): Action {
  return { verb: 'get', group, version, resource, subresource: '', namespace, name };
}

/** What a caller needs the right to where a route leads to a Service that is no InferenceService's, as with Kubernetes' proxy. */
export function proxyAction(namespace: string, name: string): Action {
  return {
    verb: 'create',
    group: '',
    version: 'v1',
    resource: 'services',
    subresource: 'proxy',
    namespace,
    name,
  };
}

/** The InferenceService that an action predicts with; undefined for any other action. */
export function predicted(action: Action): { readonly namespace: string; readonly name: string } | undefined {
  if ('path' in action || action.resource !== resource || action.group !== group) return undefined;
  const { verb, subresource, namespace, name } = action;
  const one = verb === 'create' && subresource === 'predict' && namespace !== '' && name !== '';
  return one ? { namespace, name } : undefined;
}
