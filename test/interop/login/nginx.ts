/** A real nginx before a platform, configured as a page says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Front, type Proxied, startFront } from './front.ts';

/** Whether this machine has one. */
export const hasNginx = spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;

/** nginx with a server as a page has it, but for its port, its certificate and the port of the gateway. */
export function startNginx(proxied: Proxied, block: string): Promise<Front> {
  const { folder, port } = proxied;
  return startFront(proxied, 'nginx', ({ port: own, certificate, key }) => {
    const tls = `ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
    const server = block
      .replace('listen 443 ssl;', `listen 127.0.0.1:${own} ssl; ${tls}`)
      .replaceAll('8080', String(port));
    assert.notEqual(server, block, 'the block listens elsewhere than it did');
    const settings = `daemon off; master_process off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log stderr crit;`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(one => `${one}_temp_path ${join(folder, one)};`)
      .join(' ');
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, `${settings}\nevents {}\nhttp { access_log off; ${temporary}\n${server}}\n`);
    return ['-p', folder, '-c', file];
  });
}
