import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, watchFile, unwatchFile } from 'node:fs';
import { messageOf } from '../../base/errors/index.ts';
import type { Secure } from '../../base/net/index.ts';
import { doorErrors } from './errors.ts';

export interface CertificateFiles {
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
}

/** Milliseconds between two looks at files that may be renewed. */
const interval = 5000;

/**
 * The certificate of the gateway; undefined when none is given.
 * @throws `gateway-certificate`
 */
export function certificateIn({ tlsCert, tlsKey }: CertificateFiles): Secure | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    const missing = tlsCert === undefined ? '--tls-cert' : '--tls-key';
    throw doorErrors.make['gateway-certificate'](`${missing} is missing: certificate and key go together.`);
  }
  try {
    const [certificate, key] = [readFileSync(tlsCert, 'utf8'), readFileSync(tlsKey, 'utf8')];
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
      throw new Error('the key is that of another certificate');
    }
    return { certificate, key, authorities: [] };
  } catch (cause) {
    const text = `${tlsCert} and ${tlsKey}: ${messageOf(cause)}`;
    throw doorErrors.make['gateway-certificate'](text, { cause });
  }
}

/** Calls `renewed` when the files hold another certificate that is whole; a half-written one is not taken. */
export function watchCertificate(files: CertificateFiles, renewed: (secure: Secure) => void): () => void {
  const { tlsCert } = files;
  if (tlsCert === undefined) return () => {};
  const look = (): void => {
    try {
      const secure = certificateIn(files);
      if (secure !== undefined) renewed(secure);
    } catch {
      // The old one goes on; whoever writes is not done yet.
    }
  };
  watchFile(tlsCert, { interval, persistent: false }, look);
  return () => unwatchFile(tlsCert, look);
}
