import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { launch } from './chromium.ts';
import { gatewayChecks } from './gateway.ts';
import { checks as issuerChecks } from './issuer.ts';

const { values } = parseArgs({ options: { screenshots: { type: 'string' } } });
if (values.screenshots !== undefined) mkdirSync(values.screenshots, { recursive: true });

const checks = { ...issuerChecks, ...gatewayChecks };
const browser = await launch();
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const after: (() => unknown)[] = [];
  try {
    await check({ browser, screenshots: values.screenshots, after: step => void after.push(step) });
    process.stdout.write(`✔ ${name}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`✖ ${name}\n${error instanceof Error ? error.stack : String(error)}\n`);
  }
  for (const step of after.toReversed()) await step();
}
await browser.close();
process.stdout.write(`\n${Object.keys(checks).length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
