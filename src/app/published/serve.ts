/** `davit serve` in one file. */
import { runProcess } from '../program.ts';
import { serve } from '../serve/command.ts';

void runProcess({ serve: () => Promise.resolve(serve) });
