import { declareErrors } from '../../base/errors/index.ts';

export const gatewayErrors = declareErrors({
  'host-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'No route of the gateway has the host of the request, and no service has the name in its path.',
    fix: 'Send the host of `status.url` of the InferenceService as Host header; the answer names hosts that exist.',
  },
  'route-ambiguous': {
    status: 409,
    fault: 'user',
    meaning: 'Services of several namespaces have the name in the path, and the host names none of them.',
    fix: 'Send the Host header of the one that is meant; the answer names them.',
  },
  'route-unavailable': {
    status: 503,
    fault: 'server',
    meaning: 'The service is known, and nothing behind it is ready.',
    fix: 'See the conditions of the InferenceService, or wait until it is ready.',
  },
  'route-timeout': {
    status: 504,
    fault: 'server',
    meaning: 'The answer was not complete within the time that the route allows.',
    fix: 'Send less at once, or raise the time-out of the component.',
  },
});
