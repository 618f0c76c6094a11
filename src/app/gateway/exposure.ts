import { doorErrors } from './errors.ts';

/** How a gateway was told to be reached. */
export interface Exposure {
  /** Address that it listens on. */
  readonly host: string;
  readonly tls: boolean;
  readonly allowPlainHttp: boolean;
  readonly noAuth: boolean;
}

/**
 * Refuses to open to others what is for this machine alone. Pure.
 * @throws `gateway-open`, `gateway-plain`
 */
export function checkExposure({ host, tls, allowPlainHttp, noAuth }: Exposure): void {
  if (isLoopback(host)) return;
  if (noAuth) {
    const text = `--no-auth lets everybody in, and the gateway was to listen on ${host}; expected an address of this machine alone, such as 127.0.0.1.`;
    throw doorErrors.make['gateway-open'](text);
  }
  if (tls || allowPlainHttp) return;
  const text = `The gateway was to listen on ${host} without TLS: passwords and tokens would be sent in the clear.`;
  throw doorErrors.make['gateway-plain'](text);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
