import { declareErrors } from '../base/errors/index.ts';

export const appErrors = declareErrors({
  'tree-missing': {
    status: 422,
    fault: 'user',
    meaning: 'A tree was to be drawn that the model does not have.',
    fix: 'Trees count from 0; davit inspect says how many there are.',
  },
  'cluster-missing': {
    status: 404,
    fault: 'user',
    meaning: 'A command is about a cluster that was never started in this data folder.',
    fix: 'Start it with davit up, or name its folder with --data-dir.',
  },
  'audit-log-unavailable': {
    status: 500,
    fault: 'user',
    meaning: 'The file of --audit-log cannot be opened.',
    fix: 'Name a file in a folder that exists and can be written, or - for standard error.',
  },
  'backup-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A cluster that runs was asked for a copy of its state without a file that it could write.',
    fix: 'Use davit backup FILE, which names the file by its whole path.',
  },
  'cluster-running': {
    status: 409,
    fault: 'user',
    meaning: 'Another process runs the cluster of this data folder.',
    fix: 'davit up -f FILE and davit apply -f FILE serve something there, davit status tells what it serves, davit down stops it; --data-dir, --port and --gateway-port make a second one.',
  },
  'cluster-not-stopping': {
    status: 504,
    fault: 'server',
    meaning: 'The process of davit up did not stop in the time that davit down waits.',
    fix: 'Look at its log; wait longer with --wait, or end it with kill.',
  },
  'worker-lost': {
    status: 500,
    fault: 'server',
    meaning: 'A serving thread ended; the server stops, so that whoever watches it starts a whole one.',
    fix: 'See the log line before it; most often memory ran out.',
  },
  'identity-locked': {
    status: 409,
    fault: 'user',
    meaning: 'Another process has the file with people, sessions and tokens.',
    fix: 'Stop the other one (`davit down`), or give this one a folder of its own with --data-dir.',
  },
  'identity-newer': {
    status: 409,
    fault: 'user',
    meaning:
      'The file with people, sessions and tokens was written by a newer release. It is left untouched.',
    fix: 'Use that release or a later one, or another folder.',
  },
  'identity-damaged': {
    status: 500,
    fault: 'user',
    meaning: 'The file with people, sessions and tokens cannot be read.',
    fix: 'Move identity.db away: everybody logs in again, and people who were added are added anew.',
  },
  'identity-unavailable': {
    status: 503,
    fault: 'server',
    meaning: 'The disk does not take what is written about people, sessions and tokens.',
    fix: 'Make room on the disk that holds the data folder, or grant the right to write there.',
  },
  'identity-unreachable': {
    status: 503,
    fault: 'server',
    meaning: 'The process that keeps sessions and tokens does not answer, or not to this one.',
    fix: 'See whether davit up runs, and its log.',
  },
  'identity-call-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A question to whoever keeps sessions and tokens lacks a field, or has one of another form.',
    fix: 'Use the commands of the same release; the message names the field.',
  },
  'identity-call-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'Whoever keeps sessions and tokens is not asked at that path, or not with that method.',
    fix: 'Use the commands of the same release.',
  },
  'identity-settings': {
    status: 400,
    fault: 'user',
    meaning:
      'The settings that say who issues ID tokens do not go together, or name a file that cannot be read.',
    fix: 'Give --oidc-issuer with its client id and secret file, or --dex-config, or neither.',
  },
  'identity-elsewhere': {
    status: 409,
    fault: 'user',
    meaning: 'People are added, changed and removed where they log in, which is not here.',
    fix: 'Use what the issuer of --oidc-issuer has for it.',
  },
  'token-by-token': {
    status: 403,
    fault: 'user',
    meaning: 'An API token was to make another one.',
    fix: 'Log in (`davit login`), or use the kubeconfig that davit up wrote.',
  },
  'token-owner': {
    status: 400,
    fault: 'user',
    meaning: 'It is not clear whose an API token is to be.',
    fix: 'Name somebody with --user.',
  },
  'token-of-others': {
    status: 403,
    fault: 'user',
    meaning: 'Somebody asked for, or about, the API tokens of somebody else.',
    fix: 'Ask as an administrator: with the kubeconfig that davit up wrote.',
  },
  'login-user-missing': {
    status: 400,
    fault: 'user',
    meaning: '`davit login` was given a password and not whose it is.',
    fix: 'Give the e-mail address with --user.',
  },
  'login-unclear': {
    status: 409,
    fault: 'user',
    meaning:
      'A login was to be forgotten while the cluster that names its issuer is down, and several are kept.',
    fix: 'Name the issuer with --issuer.',
  },
  'login-of-another': {
    status: 409,
    fault: 'user',
    meaning: 'Somebody logged in who is not the one that `davit login --user` names.',
    fix: 'Log in as the one who is named, or name the other.',
  },
  'storage-pairs': {
    status: 400,
    fault: 'user',
    meaning: '`davit storage-initializer` was not given pairs of a source and a destination.',
    fix: 'Give a URI and a folder for each model.',
  },
  'storage-destination': {
    status: 403,
    fault: 'user',
    meaning:
      'The storage initializer of a pod was to bring a model to a folder of this machine that is no volume of the pod.',
    fix: 'Mount an emptyDir or a claim where the model is to be, without readOnly; davit up --allow-host-processes allows any folder.',
  },
});
