import { bytesOf, type Case } from './case.ts';

const calls: readonly (readonly [string, string, string])[] = [
  ['os', 'system', '(S"touch /tmp/owned"\nt'],
  ['posix', 'system', '(S"touch /tmp/owned"\nt'],
  ['nt', 'system', '(S"calc"\nt'],
  ['builtins', 'eval', "(S\"__import__('os').system('id')\"\nt"],
  ['__builtin__', 'eval', '(S"1"\nt'],
  ['builtins', 'exec', '(S"import os"\nt'],
  ['builtins', 'open', '(S"/tmp/owned"\nS"w"\nt'],
  ['builtins', '__import__', '(S"os"\nt'],
  ['builtins', 'getattr', '(cos\nsystem\nS"__call__"\nt'],
  ['builtins', 'compile', '(S"1"\nS"x"\nS"exec"\nt'],
  ['subprocess', 'Popen', '((S"id"\nlt'],
  ['subprocess', 'check_output', '((S"id"\nlt'],
  ['commands', 'getoutput', '(S"id"\nt'],
  ['pty', 'spawn', '(S"/bin/sh"\nt'],
  ['runpy', 'run_path', '(S"/tmp/owned.py"\nt'],
  ['importlib', 'import_module', '(S"os"\nt'],
  ['socket', 'create_connection', '((S"127.0.0.1"\nI80\ntt'],
  ['urllib.request', 'urlopen', '(S"http://127.0.0.1/"\nt'],
  ['shutil', 'rmtree', '(S"/tmp/owned"\nt'],
  ['pickle', 'loads', '(S"cos\\nsystem\\n."\nt'],
  ['marshal', 'loads', '(S"x"\nt'],
  ['types', 'FunctionType', '(NNt'],
  ['numpy.testing._private.utils', 'runstring', '(S"import os"\n(dt'],
  ['operator', 'attrgetter', '(S"system"\nt'],
  ['functools', 'partial', '(cos\nsystem\nS"id"\nt'],
  ['dill._dill', '_create_function', '(NNt'],
  ['dill._dill', '_create_array', '(cos\nsystem\n(S"id"\ntNNt'],
  ['joblib.numpy_pickle', 'load', '(S"/tmp/owned"\nt'],
  ['constructor', 'constructor', '(S"return process"\nt'],
  ['__proto__', 'polluted', '(S"x"\nt'],
];

const named = ['sklearn-no-model', 'sklearn-class-unsupported'];

/** What would run if a reader called what the file names; by each opcode that calls. */
export const codeCalls: readonly Case[] = calls.flatMap(([module, name, args]) => [
  {
    name: `REDUCE of ${module}.${name}`,
    bytes: () => bytesOf(`\x80\x02c${module}\n${name}\n${args}R.`),
    codes: named,
  },
  {
    name: `NEWOBJ of ${module}.${name}`,
    bytes: () => bytesOf(`\x80\x02c${module}\n${name}\n${args}\x81.`),
    codes: named,
  },
  {
    name: `INST of ${module}.${name}`,
    bytes: () => bytesOf(`\x80\x02${args.slice(0, -1)}i${module}\n${name}\n.`),
    codes: named,
  },
  {
    name: `BUILD of ${module}.${name}`,
    bytes: () =>
      bytesOf(
        `\x80\x02csklearn.svm._classes\nSVC\n)\x81}(S"kernel"\nc${module}\n${name}\n${args}RS"_sklearn_version"\nS"1.6.1"\nub.`,
      ),
    codes: [...named, 'sklearn-not-fitted', 'sklearn-malformed', 'sklearn-parameter-unsupported'],
  },
]);
