/** `davit gateway` in one file. */
import { gateway } from '../gateway/command.ts';
import { runProcess } from '../program.ts';

void runProcess({ gateway: () => Promise.resolve(gateway) });
