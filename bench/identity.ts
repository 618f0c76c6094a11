/** What keeping many sessions costs: `node bench/identity.ts [sessions]`. Prints one JSON object. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PasswordThread } from '../src/edge/identity/keeper/index.ts';
import { keeperOver } from '../test/durability/identity/keeping.ts';

const sessions = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'davit-identity-bench-'));
const path = join(folder, 'identity.db');
const resident = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 2 ** 20);
};

async function timed(count: number, act: (at: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let at = 0; at < count; at++) await act(at);
  return Number((count / ((performance.now() - began) / 1000)).toPrecision(3));
}

const before = resident();
const { keeper, records } = keeperOver(path);
const handles: string[] = [];
const expires = Date.now() + 3_600_000;
const opened = await timed(sessions, async at => {
  const user = { name: `user-${at % 1000}@example.com`, groups: ['research'] };
  handles.push((await keeper.open({ user, grant: `grant-${at}`, expires })).handle);
});
const held = resident();
const asked = await timed(sessions, at => keeper.who(handles[(at * 7919) % sessions] as string));
const unknown = await timed(sessions, at => keeper.who(`${at}${'x'.repeat(40)}`));
const began = performance.now();
await keeper.endUser('user-0@example.com', true);
const ended = Math.round(performance.now() - began);
records.close();
const reopening = performance.now();
keeperOver(path).records.close();
const reopened = Math.round(performance.now() - reopening);
const passwords = new PasswordThread();
const hash = await passwords.hash('correct horse');
const logins = await timed(10, () => passwords.check('correct horse', hash));
await passwords.close();
const file = Math.round(statSync(path).size / 2 ** 20);
rmSync(folder, { recursive: true });
process.stdout.write(
  `${JSON.stringify({
    sessions,
    residentMiB: { before, withHandles: held },
    fileMiB: file,
    perSecond: { opened, asked, unknown, passwordsChecked: logins },
    milliseconds: { endingAUserOf100Sessions: ended, openingTheFile: reopened },
  })}\n`,
);
