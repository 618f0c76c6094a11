import { declareErrors } from '../../base/errors/index.ts';

export const queueErrors = declareErrors({
  'queue-full': {
    status: 503,
    fault: 'server',
    meaning: 'As many requests wait for a pod as its queue holds: ten times its containerConcurrency.',
    fix: 'Retry after a moment; raise containerConcurrency or the number of replicas.',
  },
  'queue-timeout': {
    status: 504,
    fault: 'server',
    meaning: 'A pod did not answer within the timeout of its component.',
    fix: 'Send less at once, or raise `timeout` of the component.',
  },
  'batch-full': {
    status: 503,
    fault: 'server',
    meaning: 'The requests that wait for their batch take as much memory as the limit allows.',
    fix: 'Retry after a moment; lower maxLatency or raise the number of replicas.',
  },
  'batch-broken': {
    status: 502,
    fault: 'server',
    meaning: 'The answer of the model to a batch broke off.',
    fix: 'See the log of the model server.',
  },
  'guard-unauthenticated': {
    status: 401,
    fault: 'user',
    meaning:
      'A service whose `davit.dev/direct-access` is `authorized` was called past the gateway without a credential that is good.',
    fix: 'Send `Authorization: Bearer` with a token, or call it through the gateway.',
  },
  'guard-forbidden': {
    status: 403,
    fault: 'user',
    meaning: 'Somebody who is known called a service past the gateway that he may not call.',
    fix: 'The message says by which rule; `davit auth why` explains it.',
  },
  'guard-blind': {
    status: 503,
    fault: 'server',
    meaning: 'A pod cannot ask the Kubernetes API who calls it; nobody is let in.',
    fix: 'Retry after a moment; see the log of the pod. Its service account needs a mounted token.',
  },
  'sidecar-setting-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A queue-proxy or an agent was started with an environment or a flag that it cannot follow.',
    fix: 'The message names the variable or flag, what was found and what was expected.',
  },
  'models-list-invalid': {
    status: 400,
    fault: 'user',
    meaning:
      'The list of the models of a multi-model server (`models.json`) cannot be read. The server keeps the models that it has.',
    fix: 'It is written for the TrainedModels of an InferenceService: undo what was changed in its ConfigMap `modelconfig-NAME-0` by hand.',
  },
  'logger-sink-unsupported': {
    status: 400,
    fault: 'user',
    meaning: 'The logger’s url has a scheme to which events are not sent.',
    fix: 'Use http, https or file.',
  },
});
