/**
 * Lets jobs of a real cluster come to their ends and writes what becomes of them beside this file.
 *
 *   node test/conformance/kubernetes/jobs/record.ts https://127.0.0.1:PORT TOKEN
 *
 * The cluster has a controller manager. Its certificate is not checked. The jobs are made and left.
 */
import { writeFileSync } from 'node:fs';
import { client } from '../rules/ask.ts';
import { play } from './play.ts';

const [server = '', token = ''] = process.argv.slice(2);
const ended = await play(client(server, token));
writeFileSync(new URL('recorded.json', import.meta.url), `${JSON.stringify(ended, null, 2)}\n`);
process.stdout.write(`${Object.keys(ended).length} jobs\n`);
