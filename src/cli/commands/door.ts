import { setting } from '../../base/settings/index.ts';

/** Settings of the gateway: where people come in, and over what. */
export const doorSettings = {
  gatewayPort: setting.port({
    default: 8080,
    env: 'DAVIT_GATEWAY_PORT',
    flags: ['gateway-port'],
    help: 'Port of the gateway; 0 lets the system choose.',
  }),
  gatewayHost: setting.text({
    default: undefined,
    defaultText: 'that of --host',
    env: 'DAVIT_GATEWAY_HOST',
    flags: ['gateway-host'],
    placeholder: 'ADDRESS',
    help: 'Address of the gateway. Beyond this machine it needs --tls-cert, --tls-generate or --allow-plain-http.',
  }),
  gatewayUrl: setting.text({
    default: undefined,
    defaultText: 'http://localhost:PORT, or https with a certificate',
    env: 'DAVIT_GATEWAY_URL',
    flags: ['gateway-url'],
    placeholder: 'URL',
    help: 'How people reach the gateway, such as https://ml.example.com; an issuer of --oidc-issuer sends them back there.',
  }),
  trustedProxies: setting.list({
    default: [],
    defaultText: 'none',
    env: 'DAVIT_TRUSTED_PROXY',
    flags: ['trusted-proxy'],
    placeholder: 'BLOCK[,BLOCK]',
    help: 'Addresses of proxies in front of the gateway, such as 10.0.0.0/8 or 127.0.0.1: what they say in X-Forwarded-For, -Proto, -Host or Forwarded is believed, and what anybody else says is not. Can be repeated.',
  }),
  tlsCert: setting.text({
    default: undefined,
    env: 'DAVIT_TLS_CERT',
    flags: ['tls-cert'],
    placeholder: 'FILE',
    help: 'Certificate of the gateway, PEM, with those that it rests on; it is read again when it changes.',
  }),
  tlsKey: setting.text({
    default: undefined,
    env: 'DAVIT_TLS_KEY',
    flags: ['tls-key'],
    placeholder: 'FILE',
    help: 'Key of --tls-cert, PEM.',
  }),
  allowPlainHttp: setting.switch({
    default: false,
    env: 'DAVIT_ALLOW_PLAIN_HTTP',
    flags: ['allow-plain-http'],
    help: 'Serve the gateway beyond this machine without TLS, where something else encrypts: passwords and tokens are sent in the clear.',
  }),
  accessLog: setting.switch({
    default: false,
    env: 'DAVIT_GATEWAY_ACCESS_LOG',
    flags: ['gateway-access-log'],
    help: 'Log a line for each request of the gateway: who, what, the answer and how long it took.',
  }),
};
