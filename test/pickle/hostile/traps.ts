/**
 * Replaces everything through which code of a file could act: processes, threads, code from strings, the network, files,
 * modules. A trap that is touched is written down and throws. Import this before what is watched.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import vm from 'node:vm';
import workers from 'node:worker_threads';

/** What was touched, in order. */
export const touched: string[] = [];

let armed = false;

function touch(name: string): never {
  touched.push(name);
  throw new Error(`a trap was touched: ${name}`);
}

/** Puts a trap in the place of a function, which works as before until {@link arm}. */
function trap(owner: object, name: string, key: string): void {
  const original: unknown = Reflect.get(owner, key);
  if (typeof original !== 'function') return;
  const replaced = new Proxy(original, {
    apply: (target, self, args) => (armed ? touch(name) : Reflect.apply(target, self, args)),
    construct: (target, args, self) =>
      armed ? touch(name) : (Reflect.construct(target, args, self) as object),
  });
  Object.defineProperty(owner, key, { value: replaced, configurable: true, writable: true });
}

function trapAll(owner: object, label: string, keys: readonly string[] = Object.keys(owner)): void {
  for (const key of keys) trap(owner, `${label}.${key}`, key);
}

trapAll(childProcess, 'child_process');
trapAll(workers, 'worker_threads', ['Worker']);
trapAll(vm, 'vm');
trapAll(net, 'net', ['connect', 'createConnection', 'createServer', 'Socket']);
trapAll(net.Socket.prototype, 'net.Socket', ['connect']);
trapAll(tls, 'tls', ['connect']);
trapAll(http, 'http', ['request', 'get', 'createServer']);
trapAll(https, 'https', ['request', 'get']);
trapAll(http2, 'http2', ['connect']);
trapAll(dns, 'dns');
trapAll(dns.promises, 'dns.promises');
trapAll(dgram, 'dgram', ['createSocket']);
trapAll(fs, 'fs');
trapAll(fs.promises, 'fs.promises');
trapAll(process, 'process', ['dlopen', 'kill', 'chdir', 'binding', 'abort', 'exit', 'getBuiltinModule']);
trapAll(globalThis, 'globalThis', ['eval', 'Function', 'fetch', 'WebSocket', 'EventSource']);
for (const made of [function () {}, async function () {}, function* () {}, async function* () {}])
  trap(Object.getPrototypeOf(made) as object, 'Function', 'constructor');
syncBuiltinESMExports();

registerHooks({
  load: (url, context, next) => (armed ? touch(`import of ${url}`) : next(url, context)),
});

/** From now on, nothing may be touched. */
export function arm(): void {
  armed = true;
}

export function disarm(): void {
  armed = false;
}
