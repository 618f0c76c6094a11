/**
 * Runs test files one after another in this process, as `scripts/test.ts` starts it, which names them in the environment: what is among
 * the arguments is for the tests. What happens is told to whoever has started it, so that he knows which file has come to nothing.
 */
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { filesVariable, type Told } from './tally.ts';

const files = JSON.parse(process.env[filesVariable] ?? '[]') as string[];
delete process.env[filesVariable];
const stream = run({ files, isolation: 'none' });

function tell(told: Told): void {
  process.send?.(told);
}

/** Suites are reported beside what they hold, which is counted with them. */
stream.on('test:dequeue', ({ file }) => tell({ is: 'running', file }));
stream.on('test:pass', ({ nesting, skip, file, details }) =>
  tell(
    nesting > 0 || skip !== undefined
      ? { is: 'running', file }
      : { is: 'passed', file, ms: details.duration_ms },
  ),
);
stream.on('test:fail', ({ nesting, todo, file, details }) =>
  tell(
    nesting > 0 || todo !== undefined
      ? { is: 'running', file }
      : { is: 'failed', file, ms: details.duration_ms },
  ),
);
await new Promise<void>((resolve, reject) => {
  stream.compose(new spec()).on('end', resolve).on('error', reject).pipe(process.stdout);
});
tell({ is: 'ended' });
// What a test has left open ends here; what fails outside of tests shows in the status.
process.stdout.write('', () => process.exit());
