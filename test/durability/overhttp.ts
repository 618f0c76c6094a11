import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ask } from '../apiserver/listening.ts';

const program = join(import.meta.dirname, 'server.ts');
const maps = '/api/v1/namespaces/ns/configmaps';
const writers = 16;

/**
 * Starts an API server, writes to it flat out over HTTP, and kills it once so many writes were answered.
 * @returns as a writer of a store says them: `open REVISION`, then a line for each write that was answered; `>REVISION NAME -` for a
 * removal after a revision
 */
export async function killedOverHttp(file: string, round: number, answers: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  const gone = once(child, 'close');
  const port = await Promise.race([portOf(child.stdout), gone.then(() => undefined)]);
  if (port === undefined) throw new Error(`the server ended by itself: ${faults}`);
  const client = new Client(port, round, count => count > answers && child.kill('SIGKILL'));
  await Promise.all(Array.from({ length: writers }, (_, writer) => client.writeOn(writer)));
  await gone;
  if (child.signalCode !== 'SIGKILL') throw new Error(`the server ended by itself: ${faults}`);
  if (client.refused !== undefined) throw new Error(client.refused);
  return ['open', ...client.lines];
}

async function portOf(output: NonNullable<ReturnType<typeof spawn>['stdout']>): Promise<number> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const found = /^open (\d+)\n/.exec(text)?.[1];
    if (found !== undefined) return Number(found);
  }
  return new Promise(() => {});
}

class Client {
  readonly lines: string[] = [];
  /** The first answer that is none that a write can have. */
  refused: string | undefined;
  readonly #port: number;
  readonly #round: number;
  readonly #onAnswer: (count: number) => void;

  constructor(port: number, round: number, onAnswer: (count: number) => void) {
    this.#port = port;
    this.#round = round;
    this.#onAnswer = onAnswer;
  }

  /** Writes objects of its own until there is no answer. */
  async writeOn(writer: number): Promise<void> {
    for (let count = 0; this.refused === undefined; count++) {
      const name = `${writer}-${count % 7}`;
      try {
        if (count % 5 === 4) await this.#remove(name);
        else await this.#put(name, `${this.#round}.${writer}.${count}`);
      } catch {
        return;
      }
    }
  }

  async #put(name: string, value: string): Promise<void> {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } };
    const made = await ask(this.#port, 'POST', maps, object);
    const answer = made.status === 409 ? await ask(this.#port, 'PUT', `${maps}/${name}`, object) : made;
    if (answer.status !== 200 && answer.status !== 201) return this.#refuse(answer);
    this.#say(`${answer.body.metadata.resourceVersion} ${name} ${value}`);
  }

  async #remove(name: string): Promise<void> {
    const found = await ask(this.#port, 'GET', `${maps}/${name}`);
    if (found.status === 404) return;
    const answer = await ask(this.#port, 'DELETE', `${maps}/${name}`);
    if (answer.status !== 200) return this.#refuse(answer);
    this.#say(`>${found.body.metadata.resourceVersion} ${name} -`);
  }

  #refuse({ status, body }: { status: number; body: unknown }): void {
    this.refused ??= `answered ${status}: ${JSON.stringify(body)}`;
    this.#onAnswer(Number.POSITIVE_INFINITY);
  }

  #say(line: string): void {
    this.lines.push(line);
    this.#onAnswer(this.lines.length);
  }
}
