/**
 * Plants faults into the program as it is loaded (`node --import`): a request whose body says so makes the thread that computes its
 * answer go wrong, and one whose path says so makes the thread go wrong that the servers of the process listen on.
 */
import { registerHooks } from 'node:module';

const computing = `
function planted(body: Uint8Array): void {
  const [, fault] = /"fault":"(\\w+)"/.exec(Buffer.from(body).toString()) ?? [];
  const kept: unknown[] = [];
  if (fault === 'loop') for (;;) kept.length = 0;
  if (fault === 'heap') for (;;) kept.push({ at: kept.length });
  if (fault === 'outside') for (;;) kept.push(new Uint8Array(2 ** 25).fill(1));
  if (fault === 'crash') process.kill(process.pid, 'SIGSEGV');
}
`;

const spoilt: readonly { readonly file: string; readonly at: string; readonly with: string }[] = [
  {
    file: '/src/serve/scheduler/thread.ts',
    at: '  const call = exchange.read(',
    with: '  planted(task.body);\n  const call = exchange.read(',
  },
  {
    file: '/src/serve/router.ts',
    at: '    try {\n      const route = ',
    with: [
      "    if (target === '/planted-loop') for (;;);",
      "    if (target === '/planted-crash') process.kill(process.pid, 'SIGSEGV');",
      '    try {',
      '      const route = ',
    ].join('\n'),
  },
];

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    const fault = spoilt.find(({ file }) => url.endsWith(file));
    if (fault === undefined) return loaded;
    const source = Buffer.from(loaded.source as Buffer).toString();
    // A fault that is not planted proves nothing.
    if (!source.includes(fault.at)) throw new Error(`nothing to spoil in ${url}`);
    return { ...loaded, source: source.replace(fault.at, fault.with) + computing };
  },
});
