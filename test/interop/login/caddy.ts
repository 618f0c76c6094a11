/** A real Caddy before a platform, configured as a page says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Front, type Proxied, startFront } from './front.ts';

/** Whether this machine has one. */
export const hasCaddy = spawnSync('caddy', ['version'], { stdio: 'ignore' }).status === 0;

/** Caddy with a site as a page has it, but for its port, its certificate, which it would ask an authority for, and the port of the gateway. */
export function startCaddy(proxied: Proxied, block: string): Promise<Front> {
  const { folder, port } = proxied;
  return startFront(proxied, 'caddy', ({ port: own, certificate, key }) => {
    const site = block
      .replace(/^(\S+) \{$/m, `$1:${own} {\n  bind 127.0.0.1\n  tls ${certificate} ${key}`)
      .replaceAll('8080', String(port));
    assert.match(site, /\n  tls [^]*reverse_proxy 127\.0\.0\.1:\d+ \{/, 'the block is another than it was');
    const file = join(folder, 'Caddyfile');
    const settings = `admin off\n  auto_https disable_redirects\n  persist_config off\n  storage file_system ${folder}`;
    writeFileSync(file, `{\n  ${settings}\n}\n${site}`);
    return ['run', '--config', file, '--adapter', 'caddyfile'];
  });
}
