import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steering } from './steering.ts';

const named = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map(name => [name, 'x']));

test('what makes a program run other code, or write elsewhere, is found', () => {
  const names = [
    'NODE_OPTIONS',
    'NODE_PATH',
    'NODE_COMPILE_CACHE',
    'NODE_REPL_EXTERNAL_MODULE',
    'NODE_V8_COVERAGE',
    'NODE_REDIRECT_WARNINGS',
    'LD_PRELOAD',
    'LD_AUDIT',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'GLIBC_TUNABLES',
    'GCONV_PATH',
    'OPENSSL_CONF',
    'OPENSSL_MODULES',
    'PATH',
    'ENV',
    'BASH_ENV',
    'BASH_FUNC_mv%%',
    'IFS',
    'HOME',
    'DAVIT_CACHE',
    'DAVIT_SIDECARS',
  ];
  assert.deepEqual(steering(named(names)), names);
});

test('what models, storages and proxies are told stays', () => {
  const names = [
    'AWS_ACCESS_KEY_ID',
    'AWS_ENDPOINT_URL',
    'STORAGE_EMULATOR_HOST',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'MLSERVER_MODEL_URI',
    'http_proxy',
    'HTTPS_PROXY',
    'NO_PROXY',
    'SSL_CERT_FILE',
    'NODE_EXTRA_CA_CERTS',
    'NODE_NAME',
    'DAVIT_GRACE',
    'DAVIT_MAX_MODEL_MEMORY',
    'STORAGE_CONFIG',
    'CA_BUNDLE',
    'TMPDIR',
    'TZ',
    'LANG',
    'PYTHONPATH',
  ];
  assert.deepEqual(steering(named(names)), []);
});

test('a Service may be called as it likes', () => {
  const names = [
    'NODE_EXPORTER_SERVICE_HOST',
    'NODE_EXPORTER_SERVICE_PORT_HTTP',
    'LD_PORT',
    'UV_PORT_80_TCP_ADDR',
  ];
  assert.deepEqual(steering(named(names)), []);
});
