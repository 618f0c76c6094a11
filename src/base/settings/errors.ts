import { declareErrors } from '../errors/index.ts';

export const settingErrors = declareErrors({
  'setting-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A flag or an environment variable has a value that its setting does not take.',
    fix: 'Give a value of the form that the message names; `davit <command> --help` lists every setting.',
  },
});
