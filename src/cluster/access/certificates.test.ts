import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { issue } from './certificates.ts';

const from = Date.UTC(2026, 0, 1);
const until = Date.UTC(2051, 5, 30);
const authority = issue({ commonName: 'davit', use: 'authority', from, until });

test('an authority has signed itself and may sign others', () => {
  const certificate = new X509Certificate(authority.certificate);
  assert.equal(certificate.ca, true);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.equal(certificate.subject, 'CN=davit');
  assert.equal(new Date(certificate.validTo).getTime(), until);
});

test('a server is known by its names and addresses', () => {
  const hosts = ['localhost', 'kubernetes.default.svc', '127.0.0.1', '::1', 'fe80::1:2'];
  const server = issue({ commonName: 'server', hosts, use: 'server', from, until: from + 1e9 }, authority);
  const certificate = new X509Certificate(server.certificate);
  const issuer = new X509Certificate(authority.certificate);
  assert.ok(certificate.checkIssued(issuer));
  assert.ok(certificate.verify(issuer.publicKey));
  assert.equal(certificate.checkHost('kubernetes.default.svc'), 'kubernetes.default.svc');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkIP('::1'), '::1');
  assert.equal(certificate.checkIP('fe80::1:2'), 'fe80::1:2');
  assert.equal(certificate.checkHost('example.com'), undefined);
});

test('a client has a name and groups', () => {
  const request = { commonName: 'admin', organizations: ['system:masters', 'ops'], use: 'client' as const };
  const client = issue({ ...request, from, until }, authority);
  assert.equal(new X509Certificate(client.certificate).subject, 'O=system:masters\nO=ops\nCN=admin');
});
