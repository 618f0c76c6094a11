import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { davit, launcher } from '../e2e/platform.ts';

type Env = NodeJS.ProcessEnv;

/** Of everybody who is added. */
export const password = 'a long enough password';

/** Adds somebody who can log in. */
export async function addPerson(env: Env, email: string): Promise<void> {
  const adding = promisify(execFile)(launcher, ['user', 'add', email, '--password-stdin'], { env });
  adding.child.stdin?.end(`${password}\n`);
  await adding;
}

/** Makes an API token of somebody. */
export async function tokenOf(env: Env, email: string, name: string, ...more: string[]): Promise<string> {
  const words = ['--user', email, '--name', name, '--scope', 'predict,read,write', ...more];
  return (await davit(env, 'token', 'create', ...words)).trim();
}

interface Step {
  readonly status: number;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
}

/** One step as curl takes it: fetch says that it is a page of a browser. */
function step(at: URL, form: string | undefined): Promise<Step> {
  const { promise, resolve, reject } = Promise.withResolvers<Step>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const posting = form === undefined ? {} : { method: 'POST', headers };
  const sending = request(at, { ...posting, agent: false }, response => {
    response.resume();
    const { location, 'set-cookie': cookies = [] } = response.headers;
    response.on('end', () => resolve({ status: response.statusCode ?? 0, location, cookies }));
  });
  sending.on('error', reject);
  sending.end(form);
  return promise;
}

/** Logs in as a person does with curl; gives the cookie of the session. */
export async function logIn(gateway: string, email: string, password: string): Promise<string> {
  const form = new URLSearchParams({ login: email, password }).toString();
  let at = new URL('/', gateway);
  for (let steps = 0; steps < 10; steps++) {
    const { status, location, cookies } = await step(
      at,
      at.pathname.startsWith('/dex/auth/local') ? form : undefined,
    );
    const [cookie] = cookies.flatMap(text => /^authservice_session=([^;]+)/.exec(text)?.[1] ?? []);
    if (cookie !== undefined) return cookie;
    if (location === undefined) throw new Error(`the login stops at ${at.pathname} with ${status}`);
    at = new URL(location, at);
  }
  throw new Error(`the login goes on for ever, last at ${at.pathname}`);
}
