/** `davit host` in one file. */
import { host } from '../host/command.ts';
import { runProcess } from '../program.ts';

void runProcess({ host: () => Promise.resolve(host) });
