import { declareErrors } from '../base/errors/index.ts';

export const cliErrors = declareErrors({
  usage: {
    status: 400,
    fault: 'user',
    meaning:
      'The command line names an unknown command or flag, or leaves out something that is needed. Exit status 2.',
    fix: 'Read `davit <command> --help`; the message names the word and, where there is one, the nearest known spelling.',
  },
  'input-unreadable': {
    status: 400,
    fault: 'user',
    meaning: 'The file of a request could not be read, or holds neither a V1 nor a V2 request.',
    fix: 'Give a JSON file with "inputs" (V2) or "instances" (V1), or - for standard input.',
  },
  'input-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'The request of `davit predict` or `--try` is larger than 256 MiB.',
    fix: 'Send fewer rows at a time, or use curl where the server has a larger --max-body.',
  },
  'kubeconfig-missing': {
    status: 404,
    fault: 'user',
    meaning:
      'A command about objects of a cluster finds no kubeconfig, so it does not know where the cluster is.',
    fix: 'Start the cluster of this machine with `davit up`, or name a kubeconfig with --kubeconfig, KUBECONFIG or --data-dir.',
  },
  'kubeconfig-invalid': {
    status: 400,
    fault: 'user',
    meaning:
      'A kubeconfig, or a file that it names, cannot be read, or has not the context, cluster or user that is meant.',
    fix: 'The message names the file and what is missing; `davit kubeconfig` prints a whole one.',
  },
  'server-unreachable': {
    status: 502,
    fault: 'user',
    meaning: 'No server answered at the URL of `davit predict`.',
    fix: 'Start one with `davit serve`, or give its address with --url.',
  },
  'password-unreadable': {
    status: 400,
    fault: 'user',
    meaning: 'A password is needed, and none could be read from standard input or the terminal.',
    fix: 'Give it on standard input with --password-stdin, or start the command on a terminal.',
  },
  'identity-off': {
    status: 404,
    fault: 'user',
    meaning: 'The cluster keeps no people and no tokens: nobody is asked who he is.',
    fix: 'Start it without --no-auth.',
  },
  'exec-failed': {
    status: 401,
    fault: 'user',
    meaning:
      'The program that a kubeconfig names to log in with failed, or said nothing that is a credential.',
    fix: 'Start it by itself to see what it says; `davit login` is the one of files that `davit kubeconfig --user` wrote.',
  },
});
