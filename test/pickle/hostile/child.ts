/** Reads the cases of a group with everything trapped, and prints a report: `node child.ts GROUP`. */
import { arm, disarm, touched } from './traps.ts';
import type { Case, Outcome, Report } from './case.ts';

const group = process.argv[2] as string;

// After the traps, so that what is loaded gets them.
const { formats, openModel } = await import('../../../src/model/formats/index.ts');
const { families } = await import('../../../src/model/formats/sklearn/table.ts');
const { groups } = await import('./groups.ts');

async function attempt({ name, bytes, companions }: Case): Promise<Outcome> {
  const content = bytes();
  const before = process.cpuUsage();
  let code = 'none';
  let message = '';
  arm();
  try {
    await openModel(content, { fileName: 'hostile.pkl', companion: asked => companions?.[asked] });
  } catch (thrown) {
    const error = thrown as Partial<Error & { code: string }>;
    code = error.code ?? `uncoded: ${error.stack}`;
    message = error.message ?? '';
  }
  disarm();
  const used = process.cpuUsage(before);
  return { name, code, message, cpuMs: (used.user + used.system) / 1000 };
}

const outcomes: Outcome[] = [];
// What is loaded lazily is loaded before the cases: Node's own loader reads files.
await Promise.all([...formats, ...families].map(row => row.load()));
await openModel(Buffer.from('\x80\x02N.', 'latin1'), { fileName: 'warm' }).catch(() => undefined);
const cases = groups[group] ?? [];
for (const one of cases) {
  outcomes.push(await attempt(one));
  // What a heavy case leaves behind is not the next one's.
  if (cases.length < 50) globalThis.gc?.();
}
const report: Report = { outcomes, touched, peakMiB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(JSON.stringify(report));
