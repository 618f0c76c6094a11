/** `davit up` in one file. */
import { runProcess } from '../program.ts';
import { up } from '../up/command.ts';

void runProcess({ up: () => Promise.resolve(up) });
