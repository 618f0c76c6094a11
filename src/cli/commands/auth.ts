import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';
import { sessionSettings } from './session.ts';

export const authSettings = {
  ...sessionSettings,
  as: setting.text({
    default: undefined,
    flags: ['as'],
    placeholder: 'USER',
    help: 'Whom the question is about, instead of yourself: an e-mail address, system:serviceaccount:NAMESPACE:NAME, or system:anonymous.',
  }),
  asGroup: setting.list({
    default: [],
    flags: ['as-group'],
    placeholder: 'GROUP',
    help: 'A group of that user; may be repeated.',
  }),
  path: setting.text({
    default: undefined,
    flags: ['path'],
    placeholder: 'PATH',
    help: 'A path of the service, where some are public; with --as.',
  }),
};

export const authCommand: Command = {
  name: 'auth',
  summary: 'Tell whether somebody may do something, and by which rule.',
  description:
    'Asks the Kubernetes API, which gives the answer that the gateway gives, too. can-i prints yes or no, with exit status 1 for no; why tells who asks, what for, which binding, annotation or rule decides, and what would allow it.',
  positionals: [
    { name: 'can-i|why', help: 'the answer alone, or the reasons', required: true, many: false },
    {
      name: 'VERB',
      help: 'predict, or a verb of the API: get, list, create, delete …',
      required: true,
      many: false,
    },
    {
      name: 'NAME',
      help: 'an InferenceService, KIND/NAME of something else, or KIND/ for all of a kind; without it any InferenceService',
      required: false,
      many: false,
    },
  ],
  settings: authSettings,
  shorts: { n: 'namespace' },
  examples: [
    { line: 'davit auth can-i predict iris', says: 'yourself' },
    { line: 'davit auth can-i predict iris -n team-a --as ann@example.com', says: 'somebody else' },
    {
      line: 'davit auth why predict iris --as system:serviceaccount:team-b:default-editor',
      says: 'who, which rule, what would allow it',
    },
    {
      line: 'davit auth why predict iris --as system:anonymous --path /v2/health/ready',
      says: 'whether a path is public',
    },
    { line: 'davit auth can-i list pods/', says: 'any right of the API' },
  ],
};
