import { declareErrors } from '../../base/errors/index.ts';

/** What is wrong with the configuration of KServe that a cluster holds. */
export const kserveErrors = declareErrors({
  'kserve-configuration': {
    status: 422,
    fault: 'user',
    meaning:
      'A key of the ConfigMap inferenceservice-config is not JSON, or a value in it is of a wrong type. What was last read well stays in force.',
    fix: 'Correct the key that the message names: kubectl edit configmap -n kserve inferenceservice-config.',
  },
});
