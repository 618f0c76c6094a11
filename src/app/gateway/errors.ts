import { declareErrors } from '../../base/errors/index.ts';

export const doorErrors = declareErrors({
  'gateway-plain': {
    status: 400,
    fault: 'user',
    meaning: 'The gateway was to be reached from beyond this machine without TLS.',
    fix: 'Give --tls-cert and --tls-key, or --tls-generate; or --allow-plain-http where something else encrypts.',
  },
  'gateway-open': {
    status: 400,
    fault: 'user',
    meaning: 'The gateway was to be reached from beyond this machine without a login.',
    fix: 'Leave --no-auth out, or let the gateway listen on 127.0.0.1.',
  },
  'gateway-url': {
    status: 400,
    fault: 'user',
    meaning:
      'The address by which people reach the gateway is not one: it has a path, a query, a name or no host.',
    fix: 'Give --gateway-url scheme, host and port alone, such as https://ml.example.com; the gateway has all of a host.',
  },
  'gateway-proxy': {
    status: 400,
    fault: 'user',
    meaning:
      'A proxy that the gateway is to believe is named by something that is no address and no block of addresses.',
    fix: 'Give --trusted-proxy addresses such as 127.0.0.1, or blocks such as 10.0.0.0/8 and fd00::/8, separated by commas.',
  },
  'gateway-certificate': {
    status: 400,
    fault: 'user',
    meaning: 'The certificate of the gateway or its key cannot be read, or is not given whole.',
    fix: 'Give --tls-cert and --tls-key together, PEM files that this user may read.',
  },
});
