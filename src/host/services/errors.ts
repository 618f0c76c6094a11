import { declareErrors } from '../../base/errors/index.ts';

export const serviceErrors = declareErrors({
  'name-not-in-cluster': {
    status: 403,
    fault: 'user',
    meaning:
      'A pod asked the proxy for names of the cluster for a host that is no Service. It leads to Services of the cluster alone.',
    fix: 'Name what is elsewhere in the no_proxy of the container, or take the annotation davit.dev/cluster-names from the pod.',
  },
  'name-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'A pod asked the proxy for names of the cluster for a Service or a port that is not there.',
    fix: 'The message names the Service and, where there is one, its ports; `davit get services -A` lists them.',
  },
  'name-goes-round': {
    status: 508,
    fault: 'user',
    meaning: 'A request came to the proxy for names of the cluster that it had passed on itself.',
    fix: 'Look at the endpoints of the Service that the message names: the proxy is no place for a Service to lead to.',
  },
  'name-unreachable': {
    status: 502,
    fault: 'server',
    meaning:
      'The Service that a pod asked for by its name did not answer: most often none of its pods is ready.',
    fix: 'See `davit get endpointslices` and the pods of the Service.',
  },
});
