import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../../base/errors/index.ts';
import type { Secure } from '../../base/net/index.ts';
import { doorErrors } from './errors.ts';

export interface CertificateFiles {
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
}

/** Milliseconds between two looks at files that may be renewed. */
const usualInterval = 5000;

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

/** What becomes of files that change. */
export interface Watching {
  /** What is served now. */
  readonly now: Secure;
  /** They hold another certificate that is whole. */
  readonly renewed: (secure: Secure) => void;
  /** What they hold is not taken: why. The certificate before goes on. */
  readonly refused: (reason: string) => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/**
 * Looks at certificate and key, whichever of them is written first: what is not whole is told once, and taken when the rest has followed.
 * @returns ends it
 */
export function watchCertificate(
  files: CertificateFiles,
  { now, renewed, refused, interval = usualInterval }: Watching,
): () => void {
  let last = textOf(now);
  const look = (): void => {
    let found: string;
    try {
      const secure = certificateIn(files) ?? now;
      found = textOf(secure);
      if (found !== last) renewed(secure);
    } catch (error) {
      found = messageOf(error);
      if (found !== last) refused(found);
    }
    last = found;
  };
  const timer = setInterval(look, interval);
  timer.unref();
  return () => clearInterval(timer);
}

function textOf({ certificate, key }: Secure): string {
  return `${certificate}${key}`;
}
