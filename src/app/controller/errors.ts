import { declareErrors } from '../../base/errors/index.ts';

export const controllerErrors = declareErrors({
  'webhook-certificate': {
    status: 400,
    fault: 'user',
    meaning: 'The certificate of the admission webhooks or its key cannot be read, or is not given whole.',
    fix: 'Give --webhook-certificate and --webhook-key together, PEM files that this user may read; or neither.',
  },
});
