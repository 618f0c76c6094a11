/**
 * Has a real API server turn objects by a webhook that answers well and badly, and writes what it says beside this file.
 *
 *   node test/conformance/kubernetes/conversions/record.ts https://127.0.0.1:PORT TOKEN
 *
 * The server's certificate is not checked.
 */
import { writeFileSync } from 'node:fs';
import { Converting } from '../../../apiserver/converting.ts';
import { client } from '../rules/ask.ts';
import { Player } from './play.ts';

const [server = '', token = ''] = process.argv.slice(2);
const ask = client(server, token);
const webhook = new Converting();
await webhook.listen();
const player = new Player(ask, webhook);
const said = await player.play();
await webhook.close();
writeFileSync(new URL('recorded.json', import.meta.url), `${JSON.stringify(said, null, 2)}\n`);
process.stdout.write(`${said.length} answers\n`);
